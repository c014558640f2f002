/*
 * list: the runbooks of a folder.
 */
#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/lint/lint.h"
#include "base/file.h"
#include "record/jsonw.h"

static void print_json(struct app *a, const char *path, const struct runbook *rb,
		       const struct findings *f)
{
	struct buf line = BUF_INIT(1 << 20);
	struct jsonw w = jsonw_to(&line);
	char hex[DIGEST_HEX + 1];

	jsonw_object(&w);
	jsonw_member(&w, "file", span_cstr(path));
	jsonw_member_bool(&w, "valid", rb && f->errors == 0);
	if (rb) {
		digest_hex(&rb->digest, hex);
		jsonw_member_opt(&w, "id", rb->id);
		jsonw_member_opt(&w, "name", rb->name);
		jsonw_member(&w, "risk", span_cstr(risk_names[rb->risk]));
		jsonw_member_bool(&w, "ai_executable", rb->ai_executable);
		jsonw_member_i64(&w, "steps", (int64_t)rb->n_steps);
		jsonw_member(&w, "digest", span_cstr(hex));
	}
	jsonw_object_end(&w);
	buf_add_char(&line, '\n');
	out_write(a->c, buf_span(&line));
	buf_release(&line);
}

static void print_text(struct app *a, const char *path, const struct runbook *rb,
		       const struct findings *f)
{
	struct buf line = BUF_INIT(1 << 20);

	if (rb && f->errors == 0)
		buf_addf(&line, "%-36s  %-8s  %s", rb->id.data, risk_names[rb->risk],
			 rb->name.data);
	else
		buf_addf(&line, "%s: not usable, %zu error%s (aiops-runbook lint)", path, f->errors,
			 f->errors == 1 ? "" : "s");
	app_print(a, buf_span(&line));
	buf_release(&line);
}

static int list_file(struct app *a, const char *path, struct err *e)
{
	struct lint_terms terms;
	struct findings f = {0};
	struct runbook *rb = runbook_load(path, &f, e);

	if (!e->code && app_lint_terms(a, &terms, e) == 0) {
		lint_runbook(rb, &terms, &f);
		(a->o->format == OUTPUT_NDJSON ? print_json : print_text)(a, path, rb, &f);
	}
	runbook_free(rb);
	findings_release(&f);
	return e->code ? -1 : 0;
}

static int list_folder(struct app *a, struct err *e)
{
	static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};
	const char *dir = app_runbooks(a, e);

	for (size_t i = 0; suffixes[i]; i++) {
		char **names;
		size_t n;
		int rc = 0;

		if (!dir || file_list(dir, suffixes[i], &names, &n, e) != 0)
			return -1;
		for (size_t k = 0; k < n && rc == 0; k++)
			rc = list_file(a, names[k], e);
		file_list_free(names, n);
		if (rc != 0)
			return -1;
	}
	return 0;
}

int list_run(struct cli *c)
{
	struct err e = ERR_INIT;
	struct app a;
	int code = EX_DONE;

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if (list_folder(&a, &e) != 0)
		code = msg_err(c, NULL, &e);
	app_release(&a);
	return code;
}
