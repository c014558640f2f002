/*
 * aiops-audit report: a page on an incident, or on a span of time.
 */
#include "aiops-audit/report.h"

#include <stdio.h>
#include <string.h>

#include "aiops-audit/commands.h"
#include "aiops-audit/rows.h"
#include "base/when.h"
#include "record/jsonw.h"

struct reporting {
	struct cli *c;
	const struct report_options *o;
	struct store *store;
	struct record *parser;
	struct buf padded;
	struct buf since, until;
	struct report r;
	int64_t broken;
};

/* ---- reading the log ---- */

static int keep(struct kept_record *k, const struct row *row, struct err *e)
{
	const struct record *record;

	if (!k->parser) {
		k->parser = record_new(AUDIT_MAX_BODY);
		buf_init(&k->padded, AUDIT_MAX_BODY + RECORD_PADDING);
	}
	if (row_parse(row, k->parser, &k->padded, &record, e) != 0)
		return -1;
	k->there = true;
	return 0;
}

static void kept_release(struct kept_record *k)
{
	record_free(k->parser);
	buf_release(&k->padded);
}

static int keep_what_matters(struct reporting *p, const struct row *row, const struct record *r,
			     struct err *e)
{
	if (record_get(r, "feedback").type == VALUE_OBJECT && keep(&p->r.cause, row, e) != 0)
		return -1;
	if (record_kind(r) != KIND_INCIDENT)
		return 0;
	if (record_get(r, "triage").type == VALUE_OBJECT && keep(&p->r.triage, row, e) != 0)
		return -1;
	return keep(&p->r.last, row, e);
}

static int on_row(void *ctx, const struct row *row, struct err *e)
{
	struct reporting *p = ctx;
	const struct record *record;
	struct err broken = ERR_INIT;

	if (row_parse(row, p->parser, &p->padded, &record, &broken) != 0) {
		p->broken++;
		msg(p->c, MSG_ERROR, NULL, "seq %lld: %s", (long long)row->seq, broken.text);
		return 0;
	}
	tally_add(&p->r.tally, row, record);
	if (!p->o->incident)
		return 0;
	timeline_add(&p->r.timeline, row, record);
	return record ? keep_what_matters(p, row, record, e) : 0;
}

static void on_problem(void *ctx, int64_t seq, const char *what, const char *expected,
		       const char *found)
{
	struct report *r = ctx;

	(void)expected;
	(void)found;
	if (!r->first_problem[0])
		(void)snprintf(r->first_problem, sizeof r->first_problem, "seq %lld: %s",
			       (long long)seq, what);
}

static int add_bound(struct reporting *p, const char *option, const char *text, struct buf *bound,
		     struct err *e)
{
	struct instant t;

	if (when_parse(span_cstr(text), p->r.made_at.ns, &t, e) != 0)
		return err_prefix(e, "--%s '%s'", option, text);
	when_add_bound(bound, t);
	return 0;
}

static int read_options(struct reporting *p, struct err *e)
{
	const struct report_options *o = p->o;

	if (o->incident && (o->since || o->until))
		return err_set(e, EX_BADUSAGE, "--incident does not go with --since and --until");
	if (!o->incident && add_bound(p, "since", o->since ? o->since : "7d", &p->since, e) != 0)
		return -1;
	if (o->until && add_bound(p, "until", o->until, &p->until, e) != 0)
		return -1;
	if (o->until && span_cmp(buf_span(&p->since), buf_span(&p->until)) >= 0)
		return err_set(e, EX_BADUSAGE, "--until is not after --since");
	p->r.incident = span_cstr(o->incident);
	p->r.since = buf_span(&p->since);
	p->r.until = buf_span(&p->until);
	return 0;
}

static int gather(struct reporting *p, struct err *e)
{
	struct rows_filter filter;

	if (read_options(p, e) != 0 || store_open_readonly(cli_db_path(p->c), &p->store, e) != 0 ||
	    audit_check_version(p->store, NULL, e) != 0 || audit_head(p->store, &p->r.head, e) != 0)
		return -1;
	filter = (struct rows_filter){
		.incident = p->r.incident, .since = p->r.since, .until = p->r.until};
	if (rows_each(p->store, &p->r.head, &filter, on_row, p, e) != 0)
		return -1;
	if (p->o->incident && p->r.tally.rows == 0)
		return err_set(e, EX_UNREADABLE, "the log has no record of incident '%s'",
			       p->o->incident);
	timeline_sort(&p->r.timeline);
	return audit_verify(p->store, NULL, 0, on_problem, &p->r, &p->r.verified, e);
}

/* ---- writing ---- */

static void write_report(struct reporting *p)
{
	struct buf out = BUF_INIT((size_t)1 << 30);
	struct page page = {.kind = p->o->format == REPORT_HTML ? PAGE_HTML : PAGE_MARKDOWN,
			    .out = &out};
	bool incident = p->o->incident != NULL;

	if (p->o->format == REPORT_JSON && incident)
		report_incident_json(&p->r, &out);
	else if (p->o->format == REPORT_JSON)
		report_period_json(&p->r, &out);
	else if (incident)
		report_incident_page(&p->r, &page);
	else
		report_period_page(&p->r, &page);
	out_write(p->c, buf_span(&out));
	buf_release(&out);
}

void report_verification_page(const struct report *r, struct page *p)
{
	struct buf text = BUF_INIT(4096);

	page_heading(p, "How far this can be trusted");
	if (r->verified.problems) {
		buf_addf(
			&text,
			"The audit log does not verify: %lld findings, the first at %s. Something was "
			"changed or damaged; aiops-audit verify lists it.",
			(long long)r->verified.problems, r->first_problem);
		page_warning(p, buf_span(&text));
	} else {
		buf_addf(
			&text,
			"Made from the audit log %s, whose hash chain and tree were recomputed over %lld "
			"rows without a finding",
			r->head.log, (long long)r->verified.rows);
		if (r->verified.redacted)
			buf_addf(&text, " (%lld of them redacted)",
				 (long long)r->verified.redacted);
		buf_addf(
			&text,
			". That does not show rows cut off at the end or a history rewritten as a whole: hold "
			"the log to a checkpoint that was kept elsewhere. Size %lld, root %s.",
			(long long)r->head.size, r->head.root);
		page_paragraph(p, buf_span(&text));
	}
	buf_release(&text);
}

void report_verification_json(const struct report *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member_bool(&w, "verified", r->verified.problems == 0);
	jsonw_member_i64(&w, "problems", r->verified.problems);
	jsonw_member_opt(&w, "first_problem",
			 r->first_problem[0] ? span_cstr(r->first_problem) : SPAN_NONE);
	jsonw_member(&w, "log", span_cstr(r->head.log));
	jsonw_member_i64(&w, "rows", r->verified.rows);
	jsonw_member_i64(&w, "redacted", r->verified.redacted);
	jsonw_member(&w, "root", span_cstr(r->head.root));
	jsonw_object_end(&w);
}

int report_run(struct cli *c)
{
	struct reporting p = {
		.c = c,
		.o = cli_options(c),
		.parser = record_new(AUDIT_MAX_BODY),
		.padded = BUF_INIT(AUDIT_MAX_BODY + RECORD_PADDING),
		.since = BUF_INIT(64),
		.until = BUF_INIT(64),
		.r = {.made_at = instant_from_ns(env_now_ns(cli_env(c)))},
	};
	struct err e = ERR_INIT;
	int rc = EX_DONE;

	timeline_init(&p.r.timeline);
	tally_init(&p.r.tally);
	if (gather(&p, &e) != 0) {
		rc = msg_err(c, NULL, &e);
	} else {
		write_report(&p);
		rc = p.broken ? EX_BADDATA : p.r.verified.problems ? EX_TAMPERED : EX_DONE;
	}
	timeline_release(&p.r.timeline);
	tally_release(&p.r.tally);
	kept_release(&p.r.last);
	kept_release(&p.r.triage);
	kept_release(&p.r.cause);
	store_close(p.store);
	record_free(p.parser);
	buf_release(&p.padded);
	buf_release(&p.since);
	buf_release(&p.until);
	return rc;
}
