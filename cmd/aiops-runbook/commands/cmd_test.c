/*
 * test: the fixtures of runbooks, played through.
 */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/fixtures/fixture.h"
#include "aiops-runbook/fixtures/judge.h"
#include "aiops-runbook/fixtures/play.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/lint/rules.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/signals.h"
#include "record/jsonw.h"

enum { REPORT_MAX = 1 << 20 };

struct testing {
	struct app app;
	size_t passed, failed, without; /* without: runbooks that have no fixture */
	int worst;                      /* an exit status beside failures */
	const volatile bool *stop;
};

/* ---- showing ---- */

static void print_lines(struct app *a, const char *before, struct span text)
{
	for (size_t at = 0; at < text.len;) {
		const char *end = memchr(text.data + at, '\n', text.len - at);
		size_t len = end ? (size_t)(end - text.data) - at : text.len - at;
		struct buf line = BUF_INIT(REPORT_MAX);

		buf_addf(&line, "%s%.*s", before, (int)len, text.data + at);
		app_print(a, buf_span(&line));
		buf_release(&line);
		at += len + 1;
	}
}

static void show_text(struct testing *t, const char *path, struct span name, struct span report)
{
	bool tap = t->app.o->test_format == TEST_TAP, ok = report.len == 0;
	struct buf line = BUF_INIT(REPORT_MAX);

	if (tap)
		buf_addf(&line, "%sok %zu - %s: %.*s", ok ? "" : "not ", t->passed + t->failed,
			 path, (int)name.len, name.data);
	else
		buf_addf(&line, "%s  %s: %.*s", ok ? "ok  " : "FAIL", path, (int)name.len,
			 name.data);
	app_print(&t->app, buf_span(&line));
	print_lines(&t->app, tap ? "# " : "      ", report);
	buf_release(&line);
}

static void show_call(struct jsonw *w, const struct call *c)
{
	jsonw_array(w);
	for (size_t i = 0; i < c->words.n; i++)
		jsonw_string(w, c->words.items[i]);
	jsonw_array_end(w);
}

static void show_json(struct testing *t, const char *path, const struct fixture *f,
		      const struct played *p, struct span report)
{
	struct buf line = BUF_INIT(16 << 20);
	struct jsonw w = jsonw_to(&line);

	jsonw_object(&w);
	jsonw_member(&w, "fixture", span_cstr(path));
	jsonw_member(&w, "name", f->name);
	jsonw_member_bool(&w, "passed", report.len == 0);
	jsonw_member(&w, "state", p->state);
	jsonw_member(&w, "reason", p->reason);
	jsonw_member_opt(&w, "why", p->why);
	jsonw_key(&w, "events");
	jsonw_array(&w);
	for (size_t i = 0; i < p->n_events; i++)
		jsonw_string(&w, p->events[i]);
	jsonw_array_end(&w);
	jsonw_key(&w, "calls");
	jsonw_array(&w);
	for (size_t i = 0; i < p->calls.n; i++)
		show_call(&w, &p->calls.items[i]);
	jsonw_array_end(&w);
	if (report.len)
		jsonw_member(&w, "differs", report);
	jsonw_object_end(&w);
	buf_add_char(&line, '\n');
	out_write(t->app.c, buf_span(&line));
	buf_release(&line);
}

/* ---- one fixture ---- */

static int run_fixture(struct testing *t, struct runbook *rb, const char *path, struct err *e)
{
	struct play_input in = {.rb = rb,
				.path = path,
				.tmp = cli_getenv("TMPDIR"),
				.env = cli_env(t->app.c),
				.home = t->app.exec_env.home,
				.stop = t->stop};
	struct buf report = BUF_INIT(REPORT_MAX);
	struct fixture f;
	struct played p;

	if (fixture_load(path, &f, e) != 0)
		return -1;
	in.fixture = &f;
	if (play(&in, &p, e) != 0) {
		fixture_release(&f);
		return -1;
	}
	if (judge(&f, &p, &report) == 0)
		t->passed++;
	else
		t->failed++;
	if (t->app.o->test_format == TEST_NDJSON)
		show_json(t, path, &f, &p, buf_span(&report));
	else
		show_text(t, path, f.name, buf_span(&report));
	out_flush(t->app.c);
	played_release(&p);
	fixture_release(&f);
	buf_release(&report);
	return 0;
}

/* A fixture that cannot be played is one that failed, and worse. */
static void test_fixture(struct testing *t, struct runbook *rb, const char *path)
{
	struct err e = ERR_INIT;

	if (*t->stop || out_failed(t->app.c) || run_fixture(t, rb, path, &e) == 0)
		return;
	t->failed++;
	t->worst = graver(t->worst, msg_err(t->app.c, path, &e));
}

/* ---- one runbook ---- */

/* tests/ID beside the runbook ID.yaml. The caller frees it. */
static char *fixtures_of(const char *runbook)
{
	char *dir = mem_dupz(runbook), *base = mem_dupz(runbook);
	char *name = basename(base), *dot = strrchr(name, '.');
	struct buf path = BUF_INIT(1u << 16);

	if (dot)
		*dot = '\0';
	buf_addf(&path, "%s/tests/%s", dirname(dir), name);
	free(dir);
	free(base);
	return buf_take(&path);
}

/* only: one fixture; NULL: all in dir. */
static int test_with(struct testing *t, const char *runbook, const char *dir, const char *only,
		     struct err *e)
{
	struct runbook *rb = app_load_runbook(&t->app, runbook, e);
	char **names = NULL;
	size_t n = 0;
	int rc = rb ? 0 : -1;

	if (rc == 0 && only)
		test_fixture(t, rb, only);
	else if (rc == 0)
		rc = file_list(dir, ".yaml", &names, &n, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		test_fixture(t, rb, names[i]);
	if (rc == 0 && !only && n == 0)
		t->without++;
	file_list_free(names, n);
	runbook_free(rb);
	return rc;
}

static void test_runbook(struct testing *t, const char *runbook)
{
	char *dir = fixtures_of(runbook);
	struct err e = ERR_INIT;

	if (!file_is_dir(dir)) {
		t->without++;
		msg(t->app.c, MSG_WARNING, NULL, "%s has no fixtures (%s)", runbook, dir);
	} else if (test_with(t, runbook, dir, NULL, &e) != 0) {
		t->failed++;
		t->worst = graver(t->worst, app_fail(&t->app, NULL, &e));
	}
	free(dir);
}

/* ---- what is named ---- */

/* For a path in or at DIR/tests/ID: the path DIR/ID.yaml, else NULL. up: how far ID is above. */
static char *runbook_of(const char *path, int up)
{
	char *copy = realpath(path, NULL), *at = copy, *id, *tests, *found = NULL;
	struct err none = ERR_INIT;

	for (int i = 0; copy && i < up; i++)
		at = dirname(at);
	id = at ? strrchr(at, '/') : NULL;
	if (!id)
		goto out;
	*id++ = '\0';
	tests = strrchr(at, '/');
	if (tests && strcmp(tests, "/tests") == 0) {
		*tests = '\0';
		found = runbook_file(at, span_cstr(id), &none);
	}
out:
	free(copy);
	return found;
}

static void test_folder(struct testing *t, const char *path)
{
	struct err e = ERR_INIT;
	char **names = NULL;
	size_t n = 0;

	if (file_list(path, ".yaml", &names, &n, &e) != 0)
		t->worst = graver(t->worst, msg_err(t->app.c, NULL, &e));
	for (size_t i = 0; i < n; i++)
		test_runbook(t, names[i]);
	file_list_free(names, n);
}

static void test_operand(struct testing *t, const char *path)
{
	bool dir = file_is_dir(path);
	char *runbook = runbook_of(path, dir ? 0 : 1);
	struct err e = ERR_INIT;

	if (runbook && test_with(t, runbook, path, dir ? NULL : path, &e) != 0) {
		t->failed++;
		t->worst = graver(t->worst, app_fail(&t->app, NULL, &e));
	} else if (!runbook) {
		(dir ? test_folder : test_runbook)(t, path);
	}
	free(runbook);
}

static int summarize(struct testing *t)
{
	struct buf line = BUF_INIT(4096);
	struct err e = ERR_INIT;

	if (t->app.o->test_format == TEST_TAP)
		buf_addf(&line, "1..%zu", t->passed + t->failed);
	else
		buf_addf(&line, "%zu passed, %zu failed", t->passed, t->failed);
	if (t->without && t->app.o->test_format == TEST_TEXT)
		buf_addf(&line, ", %zu runbook%s without fixtures", t->without,
			 t->without == 1 ? "" : "s");
	if (t->app.o->test_format != TEST_NDJSON)
		app_print(&t->app, buf_span(&line));
	buf_release(&line);
	if (t->worst != EX_DONE)
		return t->worst;
	if (t->failed)
		return EX_FOUND;
	if (t->passed)
		return EX_DONE;
	err_set(&e, EX_UNREADABLE, "there is no fixture");
	return msg_err(t->app.c, NULL, &e);
}

int test_run(struct cli *c)
{
	struct testing t = {.worst = EX_DONE};
	struct err e = ERR_INIT;
	size_t n;
	char *const *operands = cli_operands(c, &n);
	int code;

	if (n == 0) {
		err_set(&e, EX_BADUSAGE, "test needs a runbook, a fixture, or a folder");
		return msg_err(c, NULL, &e);
	}
	if (app_init(&t.app, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	t.stop = cli_catch_stop(c);
	signals_catch_pipe(); /* no world is left behind when nobody reads any more */
	for (size_t i = 0; i < n; i++)
		test_operand(&t, operands[i]);
	code = summarize(&t);
	app_release(&t.app);
	return code;
}
