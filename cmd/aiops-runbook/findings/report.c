#include "aiops-runbook/findings/report.h"

#include <string.h>

#include "aiops-runbook/findings/sarif.h"
#include "aiops-runbook/lint/rules.h"
#include "record/jsonw.h"

const char *severity_word(enum finding_severity s)
{
	return s == FINDING_ERROR ? "error" : "warning";
}

static void print_text(struct buf *out, const char *path, const struct finding *x)
{
	struct buf line = BUF_INIT(1 << 20);

	buf_addf(&line, "%s:%zu:%zu: %s RB%03u %s: %s", path, x->at.line, x->at.col,
		 severity_word(x->severity), x->rule, rule_by_number(x->rule)->name, x->text);
	term_safe(out, buf_span(&line));
	buf_release(&line);
}

static void print_json(struct buf *out, const char *path, const struct finding *x)
{
	struct jsonw w = jsonw_to(out);
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
	buf_release(&number);
}

/* In a workflow command % and line ends are escaped, in its properties also : and the comma. */
static void add_escaped(struct buf *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '%' || (unsigned char)*text < 0x20 || strchr(special, *text))
			buf_addf(out, "%%%02X", (unsigned char)*text);
		else
			buf_add_char(out, *text);
	}
}

static void print_github(struct buf *out, const char *path, const struct finding *x)
{
	buf_addf(out, "::%s file=", severity_word(x->severity));
	add_escaped(out, path, ":,");
	buf_addf(out, ",line=%zu,col=%zu,title=RB%03u %s::", x->at.line, x->at.col, x->rule,
		 rule_by_number(x->rule)->name);
	add_escaped(out, x->text, "");
}

void report_begin(struct report *r)
{
	struct buf out = BUF_INIT(1 << 20);

	if (r->format == REPORT_SARIF)
		sarif_begin(&out);
	out_write(r->c, buf_span(&out));
	buf_release(&out);
}

void report_end(struct report *r)
{
	struct buf out = BUF_INIT(1 << 20);

	if (r->format == REPORT_SARIF)
		sarif_end(&out);
	out_write(r->c, buf_span(&out));
	buf_release(&out);
}

static void report_one(struct report *r, const char *path, const struct finding *x)
{
	struct buf out = BUF_INIT(4 << 20);

	switch (r->format) {
	case REPORT_TEXT:
		print_text(&out, path, x);
		break;
	case REPORT_NDJSON:
		print_json(&out, path, x);
		break;
	case REPORT_GITHUB:
		print_github(&out, path, x);
		break;
	case REPORT_SARIF:
		if (r->comma)
			buf_add_char(&out, ',');
		r->comma = true;
		sarif_result(&out, path, x);
		break;
	}
	buf_add_char(&out, '\n');
	out_write(r->c, buf_span(&out));
	buf_release(&out);
}

void report_file(struct report *r, const char *path, const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->items[i].suppressed || r->format == REPORT_SARIF)
			report_one(r, path, &f->items[i]);
}
