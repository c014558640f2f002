/*
 * lint: findings of files and folders, as text or NDJSON.
 */
#include "aiops-runbook/commands/commands.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/lint/rules.h"
#include "base/file.h"
#include "record/jsonw.h"

struct linting {
	struct cli *c;
	bool ndjson;
	size_t files, errors, warnings;
	int worst; /* an exit status beside findings */
};

static const char *severity_word(enum finding_severity s)
{
	return s == FINDING_ERROR ? "error" : "warning";
}

static void print_text(struct linting *l, const char *path, const struct finding *x)
{
	struct buf line = BUF_INIT(1 << 20), safe = BUF_INIT(4 << 20);

	buf_addf(&line, "%s:%zu:%zu: %s RB%03u %s: %s", path, x->at.line, x->at.col,
		 severity_word(x->severity), x->rule, rule_by_number(x->rule)->name, x->text);
	term_safe(&safe, buf_span(&line));
	buf_add_char(&safe, '\n');
	out_write(l->c, buf_span(&safe));
	buf_release(&line);
	buf_release(&safe);
}

static void print_json(struct linting *l, const char *path, const struct finding *x)
{
	struct buf line = BUF_INIT(1 << 20);
	struct jsonw w = jsonw_to(&line);
	struct buf number = BUF_INIT(16);

	buf_addf(&number, "RB%03u", x->rule);
	jsonw_object(&w);
	jsonw_member(&w, "file", span_cstr(path));
	jsonw_member_i64(&w, "line", (int64_t)x->at.line);
	jsonw_member_i64(&w, "col", (int64_t)x->at.col);
	jsonw_member(&w, "rule", buf_span(&number));
	jsonw_member(&w, "name", span_cstr(rule_by_number(x->rule)->name));
	jsonw_member(&w, "severity", span_cstr(severity_word(x->severity)));
	jsonw_member(&w, "message", span_cstr(x->text));
	jsonw_object_end(&w);
	buf_add_char(&line, '\n');
	out_write(l->c, buf_span(&line));
	buf_release(&line);
	buf_release(&number);
}

static void lint_file(struct linting *l, const char *path)
{
	const struct options *o = cli_options(l->c);
	const struct lint_terms terms = {.profile = (enum lint_profile)o->profile,
					 .now_ns = env_now_ns(cli_env(l->c)),
					 .exec_path = o->path};
	struct findings f = {0};
	struct err e = ERR_INIT;
	struct runbook *rb = runbook_load(path, &f, &e);

	if (e.code) {
		l->worst = msg_err(l->c, NULL, &e);
	} else {
		l->files++;
		lint_runbook(rb, &terms, &f);
		for (size_t i = 0; i < f.n; i++)
			(l->ndjson ? print_json : print_text)(l, path, &f.items[i]);
		l->errors += f.errors;
		l->warnings += f.warnings;
	}
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
			l->worst = msg_err(l->c, NULL, &e);
			return;
		}
		for (size_t k = 0; k < n; k++)
			lint_file(l, names[k]);
		found += n;
		file_list_free(names, n);
	}
	if (found == 0) {
		err_set(&e, EX_UNREADABLE, "no runbook in '%s'", path);
		l->worst = msg_err(l->c, NULL, &e);
	}
}

static int list_rules(struct linting *l)
{
	for (size_t i = 0; i < rule_count; i++) {
		struct buf line = BUF_INIT(4096);

		buf_addf(&line, "RB%03u  %-8s %-28s %s\n", rules[i].number,
			 severity_word(rules[i].severity), rules[i].name, rules[i].summary);
		out_write(l->c, buf_span(&line));
		buf_release(&line);
	}
	return EX_DONE;
}

int lint_run(struct cli *c)
{
	const struct options *o = cli_options(c);
	struct linting l = {.c = c, .ndjson = o->format == OUTPUT_NDJSON, .worst = EX_DONE};
	size_t n;
	char *const *operands = cli_operands(c, &n);
	struct err e = ERR_INIT;

	if (o->list_rules)
		return list_rules(&l);
	if (n == 0) {
		err_set(&e, EX_BADUSAGE, "lint needs a file or a folder");
		return msg_err(c, NULL, &e);
	}
	for (size_t i = 0; i < n; i++) {
		if (file_is_dir(operands[i]))
			lint_folder(&l, operands[i]);
		else
			lint_file(&l, operands[i]);
	}
	msg(c, MSG_INFO, NULL, "%zu files, %zu errors, %zu warnings", l.files, l.errors,
	    l.warnings);
	if (l.worst != EX_DONE)
		return l.worst;
	return l.errors ? EX_FOUND : EX_DONE;
}
