/*
 * lint: findings of files and folders.
 */
#include <string.h>

#include "aiops-runbook/commands/commands.h"
#include "aiops-runbook/effects/effects.h"
#include "aiops-runbook/findings/baseline.h"
#include "aiops-runbook/findings/beside.h"
#include "aiops-runbook/findings/changed.h"
#include "aiops-runbook/findings/explain.h"
#include "aiops-runbook/findings/report.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/lint/rules.h"
#include "base/file.h"

struct linting {
	struct cli *c;
	const struct options *o;
	struct lint_terms terms;
	struct report report;
	struct beside beside;
	struct baseline baseline;
	struct changed changed;
	size_t files, errors, warnings;
	int worst; /* an exit status beside findings */
};

static void failed(struct linting *l, const struct err *e)
{
	l->worst = msg_err(l->c, NULL, e);
}

/* The rules, what the baseline knows, and what is shown. */
static void judge(struct linting *l, const char *path, const struct runbook *rb, struct findings *f)
{
	if (rb) {
		if (l->terms.profile == LINT_PROD)
			beside_check(&l->beside, path, rb, f);
		baseline_check_digest(&l->baseline, path, rb, f);
	}
	lint_runbook(rb, &l->terms, f);
	if (l->o->changed_since && !changed_is(&l->changed, path, rb))
		return;
	l->files++;
	baseline_apply(&l->baseline, path, f);
	if (l->o->write_baseline)
		baseline_take(&l->baseline, path, rb, f);
	report_file(&l->report, path, f);
	l->errors += f->errors;
	l->warnings += f->warnings;
}

static void lint_file(struct linting *l, const char *path)
{
	struct findings f = {0};
	struct err e = ERR_INIT;
	struct runbook *rb = runbook_load(path, &f, &e);

	if (e.code || (l->o->changed_since && changed_ask(&l->changed, path, &e) != 0))
		failed(l, &e);
	else
		judge(l, path, rb, &f);
	runbook_free(rb);
	findings_release(&f);
}

/* Every runbook of a folder; none is an error, since a folder that is empty by mistake would pass.
 */
static void lint_folder(struct linting *l, const char *path)
{
	static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};
	struct err e = ERR_INIT;
	size_t found = 0;

	for (size_t i = 0; suffixes[i]; i++) {
		char **names;
		size_t n;

		if (file_list(path, suffixes[i], &names, &n, &e) != 0) {
			failed(l, &e);
			return;
		}
		for (size_t k = 0; k < n; k++)
			lint_file(l, names[k]);
		found += n;
		file_list_free(names, n);
	}
	if (found == 0) {
		err_set(&e, EX_UNREADABLE, "no runbook in '%s'", path);
		failed(l, &e);
	}
}

/* ---- what asks a question instead ---- */

static int list_rules(struct cli *c)
{
	for (size_t i = 0; i < rule_count; i++) {
		struct buf line = BUF_INIT(4096);

		buf_addf(&line, "RB%03u  %-8s %-5s %-28s %s\n", rules[i].number,
			 severity_word(rules[i].severity), lint_profile_names[rules[i].profile],
			 rules[i].name, rules[i].summary);
		out_write(c, buf_span(&line));
		buf_release(&line);
	}
	return EX_DONE;
}

static int answer(struct cli *c, const struct options *o)
{
	struct buf out = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;
	int code = EX_DONE;

	if (o->list_rules)
		return list_rules(c);
	if (o->explain ? explain_rule(span_cstr(o->explain), &out, &e) != 0
		       : explain_schema(&out, &e) != 0)
		code = msg_err(c, NULL, &e);
	else
		out_write(c, buf_span(&out));
	buf_release(&out);
	return code;
}

/* ---- all of it ---- */

static enum report_format report_format(int format)
{
	switch (format) {
	case OUTPUT_NDJSON:
		return REPORT_NDJSON;
	case OUTPUT_SARIF:
		return REPORT_SARIF;
	case OUTPUT_GITHUB:
		return REPORT_GITHUB;
	default:
		return REPORT_TEXT;
	}
}

static void lint_operands(struct linting *l, char *const *operands, size_t n)
{
	struct err e = ERR_INIT;

	report_begin(&l->report);
	for (size_t i = 0; i < n; i++) {
		if (file_is_dir(operands[i]))
			lint_folder(l, operands[i]);
		else
			lint_file(l, operands[i]);
	}
	report_end(&l->report);
	if (l->o->write_baseline && l->worst == EX_DONE &&
	    baseline_write(&l->baseline, l->o->write_baseline, &e) != 0)
		failed(l, &e);
	msg(l->c, MSG_INFO, NULL, "%zu files, %zu errors, %zu warnings", l->files, l->errors,
	    l->warnings);
}

static int lint_all(struct linting *l)
{
	struct err e = ERR_INIT;
	size_t n;
	char *const *operands = cli_operands(l->c, &n);

	if (n == 0)
		err_set(&e, EX_BADUSAGE, "lint needs a file or a folder");
	else if (l->o->baseline && baseline_read(&l->baseline, l->o->baseline, &e) != 0)
		(void)e; /* told below */
	else
		lint_operands(l, operands, n);
	if (e.code)
		failed(l, &e);
	if (l->worst != EX_DONE)
		return l->worst;
	return l->errors || (l->o->warnings_as_errors && l->warnings) ? EX_FOUND : EX_DONE;
}

int lint_run(struct cli *c)
{
	const struct options *o = cli_options(c);
	const char *home = cli_getenv("HOME");
	struct linting l = {.c = c, .o = o, .worst = EX_DONE};
	struct effects *effects;
	struct err e = ERR_INIT;
	int code;

	if (o->list_rules || o->explain || o->print_schema)
		return answer(c, o);
	if (effects_load(o->effects, &effects, &e) != 0)
		return msg_err(c, NULL, &e);
	l.terms = (struct lint_terms){.profile = (enum lint_profile)o->profile,
				      .now_ns = env_now_ns(cli_env(c)),
				      .exec_path = o->path,
				      .effects = effects};
	l.report = (struct report){.c = c, .format = report_format(o->format)};
	baseline_init(&l.baseline);
	changed_init(&l.changed, o->changed_since, o->path, home ? home : "/");
	code = lint_all(&l);
	changed_release(&l.changed);
	baseline_release(&l.baseline);
	beside_release(&l.beside);
	effects_free(effects);
	return code;
}
