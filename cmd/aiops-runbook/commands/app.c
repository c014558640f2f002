#include "aiops-runbook/commands/app.h"

#include "aiops-runbook/effects/effects.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aiops-runbook/commands/record_text.h"
#include "aiops-runbook/commands/site_config.h"
#include "aiops-runbook/engine/engine.h"
#include "aiops-runbook/lint/rules.h"
#include "aiops-runbook/runs/start.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/datadir.h"
#include "store/audit.h"

static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};

/* ---- setting up ---- */

static int split_params(struct app *a, struct err *e)
{
	a->params = pool_array(&a->pool, a->o->params.n, sizeof *a->params);
	for (size_t i = 0; i < a->o->params.n; i++) {
		const char *text = a->o->params.items[i], *sign = strchr(text, '=');

		if (!sign || sign == text)
			return err_set(e, EX_BADUSAGE, "--param takes NAME=VALUE, not '%.100s'",
				       text);
		a->params[i].name = pool_copy(&a->pool, span_of(text, (size_t)(sign - text)));
		a->params[i].value = span_cstr(sign + 1);
		for (size_t k = 0; k < i; k++)
			if (span_eq(a->params[k].name, a->params[i].name))
				return err_set(e, EX_BADUSAGE, "--param '%.100s' is given twice",
					       a->params[i].name.data);
	}
	a->n_params = a->o->params.n;
	return 0;
}

/* By the user database, not by $HOME: what a step sees does not depend on who calls us how. */
static const char *home_of_user(struct pool *pool)
{
	struct passwd *pw = getpwuid(geteuid());
	const char *home = pw && pw->pw_dir && pw->pw_dir[0] == '/' ? pw->pw_dir : "/";

	return pool_copy(pool, span_cstr(home)).data;
}

int app_init(struct app *a, struct cli *c, struct err *e)
{
	*a = (struct app){.c = c, .o = cli_options(c)};
	a->exec_env = (struct exec_env){
		.path = a->o->path, .home = home_of_user(&a->pool), .variable = cli_getenv};
	a->text = a->o->format == OUTPUT_TEXT ||
		  (a->o->format == OUTPUT_AUTO && cli_stdout_is_terminal(c));
	if (site_config(c, &a->site, e) != 0 ||
	    hooks_load(cli_config_section(c, "hooks"), &a->hooks, e) != 0 ||
	    split_params(a, e) != 0) {
		app_release(a);
		return -1;
	}
	return 0;
}

int app_open_store(struct app *a, journal_sink *sink, void *ctx, struct err *e)
{
	const char *user = cli_user(a->c);

	if (!audit_word_ok(span_cstr(user)))
		return err_set(e, EX_BADCONFIG,
			       "the user's name '%.100s' cannot stand in an audit record", user);
	if (runstore_open(cli_db_path(a->c), &a->store, e) != 0)
		return -1;
	journal_init(&a->journal, a->store, cli_env(a->c), span_cstr(user),
		     sink ? sink : app_show_record, sink ? ctx : a);
	return 0;
}

void app_release(struct app *a)
{
	journal_release(&a->journal);
	store_close(a->store);
	site_release(&a->site);
	hooks_release(&a->hooks);
	record_free(a->record);
	pool_release(&a->pool);
	effects_free(a->effects);
	a->effects = NULL;
	a->store = NULL;
	a->record = NULL;
}

/* ---- showing ---- */

void app_print(struct app *a, struct span text)
{
	struct buf safe = BUF_INIT(4 * text.len + 16);

	term_safe(&safe, text);
	buf_add_char(&safe, '\n');
	out_write(a->c, buf_span(&safe));
	buf_release(&safe);
}

static void show_as_text(struct app *a, struct span line)
{
	struct buf text = BUF_INIT(8 << 20);
	struct err e = ERR_INIT;

	if (!a->record)
		a->record = record_new((size_t)64 << 20);
	if (record_as_text(a->record, line, &text, &e) == 0)
		app_print(a, buf_span(&text));
	else
		(void)msg_err(a->c, "a record", &e); /* it is stored; only its showing failed */
	buf_release(&text);
}

void app_show_record(void *app, struct span line)
{
	struct app *a = app;

	if (a->text) {
		show_as_text(a, line);
	} else {
		out_write(a->c, line);
		out_write(a->c, SPAN("\n"));
	}
	out_flush(a->c); /* what is durable is seen at once */
}

int app_fail(struct app *a, const char *where, const struct err *e)
{
	return e->text[0] ? msg_err(a->c, where, e) : e->code;
}

/* ---- runbooks ---- */

static bool ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n > k && strcmp(s + n - k, suffix) == 0;
}

static bool has_suffix(const char *name)
{
	for (size_t i = 0; suffixes[i]; i++)
		if (ends_with(name, suffixes[i]))
			return true;
	return false;
}

bool app_names_runbook(const char *operand)
{
	return has_suffix(operand) || runbook_id_is_valid(span_cstr(operand));
}

char *runbook_file(const char *dir, struct span id, struct err *e)
{
	if (!runbook_id_is_valid(id)) {
		err_set(e, EX_UNREADABLE, "'%.*s' is no id of a runbook",
			(int)(id.len < 80 ? id.len : 80), id.data);
		return NULL;
	}
	for (size_t i = 0; suffixes[i]; i++) {
		struct buf path = BUF_INIT(1 << 16);

		buf_addf(&path, "%s/%.*s%s", dir, (int)id.len, id.data, suffixes[i]);
		if (access(buf_cstr(&path), F_OK) == 0)
			return buf_take(&path);
		buf_release(&path);
	}
	err_set(e, EX_UNREADABLE, "no runbook '%.*s' in '%s'", (int)id.len, id.data, dir);
	return NULL;
}

/* Errors of lint refuse a runbook here in the same words. */
static void print_errors(struct app *a, const char *path, const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->items[i];
		struct buf where = BUF_INIT(1 << 16);

		if (x->severity != FINDING_ERROR || x->suppressed)
			continue;
		buf_addf(&where, "%s:%zu:%zu", path, x->at.line, x->at.col);
		msg(a->c, MSG_ERROR, buf_cstr(&where), "RB%03u %s: %s", x->rule,
		    rule_by_number(x->rule)->name, x->text);
		buf_release(&where);
	}
}

int app_lint_terms(struct app *a, struct lint_terms *out, struct err *e)
{
	enum lint_profile profile = (enum lint_profile)a->o->profile;

	if (!a->effects && effects_load(a->o->effects, &a->effects, e) != 0)
		return -1;
	*out = (struct lint_terms){.profile = profile > LINT_SAFE ? profile : LINT_SAFE,
				   .now_ns = env_now_ns(cli_env(a->c)),
				   .exec_path = a->o->path,
				   .effects = a->effects};
	return 0;
}

static struct runbook *load_clean(struct app *a, const char *path, struct err *e)
{
	struct lint_terms terms;
	struct findings f = {0};
	struct runbook *rb = runbook_load(path, &f, e);

	if (e->code)
		goto out;
	if (app_lint_terms(a, &terms, e) != 0) {
		runbook_free(rb);
		rb = NULL;
		goto out;
	}
	lint_runbook(rb, &terms, &f);
	print_errors(a, path, &f);
	if (rb)
		site_fill_defaults(&a->site, rb);
	if (!rb || f.errors) {
		runbook_free(rb);
		rb = NULL;
		e->code = EX_BADCONFIG;
	}
out:
	findings_release(&f);
	return rb;
}

const char *app_runbooks(struct app *a, struct err *e)
{
	struct buf path = BUF_INIT(16u << 10);
	const char *found = NULL;

	if (a->o->runbooks)
		return a->o->runbooks;
	if (datadir_find("runbooks", &path, e) == 0)
		found = pool_copy(&a->pool, buf_span(&path)).data;
	else
		(void)err_prefix(e,
				 "runbooks (name their folder with --runbooks)"); /* NULL says it */
	buf_release(&path);
	return found;
}

const char *app_http(struct app *a)
{
	struct buf path = BUF_INIT(16u << 10);
	struct err why = ERR_INIT; /* a plan that needs it says so */
	const char *found = NULL;

	if (datadir_programme("aiops-http", &path, &why) == 0)
		found = pool_copy(&a->pool, buf_span(&path)).data;
	buf_release(&path);
	return found;
}

/* The file of the runbook with this id in the folder of runbooks. The caller's, or NULL. */
static char *file_of_id(struct app *a, const char *id, struct err *e)
{
	const char *dir = app_runbooks(a, e);

	return dir ? runbook_file(dir, span_cstr(id), e) : NULL;
}

struct runbook *app_load_runbook(struct app *a, const char *name, struct err *e)
{
	bool is_file = strchr(name, '/') || has_suffix(name);
	char *path = is_file ? mem_dupz(name) : file_of_id(a, name, e);
	struct runbook *rb = path ? load_clean(a, path, e) : NULL;

	if (rb && !is_file && !span_is(rb->id, name)) {
		err_set(e, EX_BADCONFIG, "'%s' holds the runbook '%s', not '%s'", path, rb->id.data,
			name);
		runbook_free(rb);
		rb = NULL;
	}
	free(path);
	return rb;
}

/* ---- running ---- */

int app_carry_out(struct app *a, const struct plan *p, struct run_row *run, struct pool *pool,
		  const volatile bool *stop, int *code, struct refusal *why, struct err *e)
{
	struct engine_input in = {
		.journal = &a->journal, .plan = p, .run = run, .env = &a->exec_env, .stop = stop};
	struct run_lock lock;
	int rc = start_run(&a->journal, cli_db_path(a->c), p, &a->site, pool, run, &lock, why, e);

	if (rc != 0)
		return rc;
	rc = engine_run(&in, code, e);
	run_lock_drop(&lock);
	if (rc != 0)
		err_prefix(e, "run %s stopped where its last record says, a person must look",
			   run->id);
	else
		app_tell_end(a, run, p);
	return rc;
}

/* ---- telling ---- */

static void on_undelivered(void *app, struct span hook, const char *why)
{
	struct app *a = app;

	msg(a->c, MSG_WARNING, NULL, "the hook '%.*s' was not told: %s",
	    (int)(hook.len < 100 ? hook.len : 100), hook.data, why);
}

static struct teller teller_of(struct app *a)
{
	return (struct teller){.hooks = &a->hooks,
			       .journal = &a->journal,
			       .env = &a->exec_env,
			       .http = a->hooks.n ? app_http(a) : NULL,
			       .db = cli_db_path(a->c),
			       .undelivered = on_undelivered,
			       .ctx = a};
}

void app_tell_pending(struct app *a, struct run_row *run, const struct plan *p)
{
	struct teller t = teller_of(a);
	struct err e = ERR_INIT;

	if (tell_pending(&t, run, p, &e) != 0)
		msg(a->c, MSG_WARNING, NULL, "run %s: %s", run->id, e.text);
}

void app_tell_end(struct app *a, struct run_row *run, const struct plan *p)
{
	struct teller t = teller_of(a);
	struct err e = ERR_INIT;

	if (tell_end(&t, run, p, &e) != 0)
		msg(a->c, MSG_WARNING, NULL, "run %s: %s", run->id, e.text);
}

/* ---- policy ---- */

int app_check_authority(const struct app *a, struct err *e)
{
	if (a->o->authority != AUTHORITY_ADVISE)
		return 0;
	return err_set(
		e, EX_POLICY,
		"the site's authority is 'advise': plans only (authority: approved lets approved "
		"plans run)");
}

int graver(int x, int y)
{
	static const int order[] = {
		EX_DONE,    EX_REJECTS,      EX_FOUND,     EX_TRYLATER, EX_POLICY,
		EX_BADDATA, EX_UNREADABLE,   EX_BADCONFIG, 12,          10,
		11,         EX_CANNOTCREATE, EX_SYSTEM,    EX_IO,       EX_BUG};
	enum { N = sizeof order / sizeof *order };
	int rank[2] = {N, N}; /* what is not in the list is worst */

	for (int i = 0; i < N; i++) {
		if (order[i] == x)
			rank[0] = i;
		if (order[i] == y)
			rank[1] = i;
	}
	return rank[0] >= rank[1] ? x : y;
}
