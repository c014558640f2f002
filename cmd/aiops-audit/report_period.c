/* The page of a span of time. */
#include "aiops-audit/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "record/jsonw.h"

enum { NOISIEST = 20 };

/* A cell made of a number; the text lives as long as the struct. */
struct cell {
	char text[48];
};

static struct span number(struct cell *c, int64_t n)
{
	(void)snprintf(c->text, sizeof c->text, "%lld", (long long)n);
	return span_cstr(c->text);
}

/* "75 %"; "-" of nothing. */
static struct span share(struct cell *c, int64_t part, int64_t whole)
{
	if (whole == 0)
		return SPAN("-");
	(void)snprintf(c->text, sizeof c->text, "%.0f %%", 100 * (double)part / (double)whole);
	return span_cstr(c->text);
}

static void lines_table(struct page *p, const char *what, const char *count,
			const struct tally_line *lines, size_t n, size_t most)
{
	page_table(p, (const char *const[]){what, count}, 2);
	for (size_t i = 0; i < n && i < most; i++) {
		struct cell c;

		page_row(p, (const struct span[]){lines[i].name, number(&c, lines[i].n)}, 2, false);
	}
	page_table_end(p);
}

static void incidents(const struct tally *t, struct page *p)
{
	int64_t severities[SEVERITY_CRITICAL + 1];
	struct tally_line *classes;
	size_t n = tally_classes(t, &classes);

	page_heading(p, "Incidents");
	if (n == 0) {
		page_paragraph(p, SPAN("No incident is on record."));
	} else {
		lines_table(p, "Type", "Incidents", classes, n, n);
		tally_severities(t, severities);
		page_table(p, (const char *const[]){"Severity", "Incidents"}, 2);
		for (int s = SEVERITY_CRITICAL; s >= SEVERITY_UNKNOWN; s--) {
			struct cell c;

			if (severities[s])
				page_row(p,
					 (const struct span[]){
						 span_cstr(severity_name((enum severity)s)),
						 number(&c, severities[s])},
					 2, false);
		}
		page_table_end(p);
	}
	free(classes);
}

static void agreement(const struct tally *t, struct page *p)
{
	struct tally_agreement a;
	struct buf text = BUF_INIT(1024);

	tally_agreement(t, &a);
	page_heading(p, "Hypotheses");
	buf_addf(&text, "%lld answered, %lld abstained. ", (long long)a.answered,
		 (long long)a.abstained);
	if (a.judged == 0)
		buf_add_cstr(&text,
			     "None was judged: nobody gave feedback, so nothing is known of how "
			     "often they are right.");
	else
		buf_addf(
			&text,
			"%lld of %lld judged were right: %.0f %% (95 %% interval %.0f to %.0f %%).",
			(long long)a.agreed, (long long)a.judged,
			100 * (double)a.agreed / (double)a.judged, 100 * a.low, 100 * a.high);
	page_paragraph(p, buf_span(&text));
	buf_release(&text);
	if (a.judged == 0)
		return;
	page_table(p, (const char *const[]){"Confidence", "Judged (n)", "Mean confidence", "Right"},
		   4);
	for (int b = 0; b < TALLY_BINS; b++) {
		struct cell range, n, mean, right;

		if (a.bins[b].judged == 0)
			continue;
		(void)snprintf(range.text, sizeof range.text, ".%d to %s%d", 2 * b,
			       b == TALLY_BINS - 1 ? "" : ".", b == TALLY_BINS - 1 ? 1 : 2 * b + 2);
		(void)snprintf(mean.text, sizeof mean.text, "%.2f", a.bins[b].confidence);
		page_row(p,
			 (const struct span[]){span_cstr(range.text), number(&n, a.bins[b].judged),
					       span_cstr(mean.text),
					       share(&right, a.bins[b].agreed, a.bins[b].judged)},
			 4, false);
	}
	page_table_end(p);
}

static void runbooks(const struct tally *t, struct page *p)
{
	struct tally_runbook *books;
	size_t n = tally_runbooks(t, &books);
	struct buf text = BUF_INIT(256);

	page_heading(p, "Runbooks");
	if (n == 0)
		page_paragraph(p, SPAN("No runbook was run."));
	else
		page_table(p,
			   (const char *const[]){"Runbook", "Runs", "Succeeded", "Failed",
						 "By hand", "By machine", "Mean time"},
			   7);
	for (size_t i = 0; i < n; i++) {
		const struct tally_runbook *b = &books[i];
		struct cell runs, good, bad, hand, machine, mean;

		(void)snprintf(mean.text, sizeof mean.text, "%.1f s",
			       b->timed ? (double)b->total_ms / (double)b->timed / 1000 : 0);
		page_row(p,
			 (const struct span[]){b->name, number(&runs, b->runs),
					       number(&good, b->succeeded), number(&bad, b->failed),
					       number(&hand, b->by_hand),
					       number(&machine, b->by_machine),
					       b->timed ? span_cstr(mean.text) : SPAN("-")},
			 7, b->failed > 0);
	}
	if (n > 0)
		page_table_end(p);
	buf_addf(&text, "Refused before they began: %lld. Refused by an open breaker: %lld.",
		 (long long)t->refused, (long long)t->breaker_trips);
	page_paragraph(p, buf_span(&text));
	buf_release(&text);
	free(books);
}

static void noisiest(const struct tally *t, struct page *p)
{
	struct tally_line *lines;
	size_t n = tally_noisiest(t, &lines);

	page_heading(p, "Noisiest alerts");
	if (n == 0)
		page_paragraph(p, SPAN("No alert is on record."));
	else
		lines_table(p, "Alert", "Times", lines, n, NOISIEST);
	free(lines);
}

void report_period_page(const struct report *r, struct page *p)
{
	struct buf title = BUF_INIT(256);

	buf_add_cstr(&title, "Operations from ");
	buf_add_span(&title, r->since);
	buf_add_cstr(&title, " to ");
	if (r->until.len)
		buf_add_span(&title, r->until);
	else
		instant_add(&title, (struct instant){r->made_at.ns, 0});
	page_begin(p, buf_span(&title));
	incidents(&r->tally, p);
	agreement(&r->tally, p);
	runbooks(&r->tally, p);
	noisiest(&r->tally, p);
	report_verification_page(r, p);
	page_end(p);
	buf_release(&title);
}

/* ---- as JSON ---- */

static void lines_json(struct jsonw *w, const char *key, const struct tally_line *lines, size_t n)
{
	jsonw_key(w, key);
	jsonw_object(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_key_span(w, lines[i].name);
		jsonw_i64(w, lines[i].n);
	}
	jsonw_object_end(w);
}

static void incidents_json(const struct tally *t, struct jsonw *w)
{
	int64_t severities[SEVERITY_CRITICAL + 1];
	struct tally_line *lines;
	size_t n = tally_classes(t, &lines);

	lines_json(w, "incidents_by_type", lines, n);
	free(lines);
	tally_severities(t, severities);
	jsonw_key(w, "incidents_by_severity");
	jsonw_object(w);
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_UNKNOWN; s--)
		jsonw_member_i64(w, severity_name((enum severity)s), severities[s]);
	jsonw_object_end(w);
	n = tally_noisiest(t, &lines);
	lines_json(w, "alerts", lines, n < NOISIEST ? n : NOISIEST);
	free(lines);
}

static void agreement_json(const struct tally *t, struct jsonw *w)
{
	struct tally_agreement a;

	tally_agreement(t, &a);
	jsonw_key(w, "hypotheses");
	jsonw_object(w);
	jsonw_member_i64(w, "answered", a.answered);
	jsonw_member_i64(w, "abstained", a.abstained);
	jsonw_member_i64(w, "judged", a.judged);
	jsonw_member_i64(w, "agreed", a.agreed);
	jsonw_member_double(w, "agreement_low", a.low);
	jsonw_member_double(w, "agreement_high", a.high);
	jsonw_key(w, "calibration");
	jsonw_array(w);
	for (int b = 0; b < TALLY_BINS; b++) {
		jsonw_object(w);
		jsonw_member_double(w, "from", (double)b / TALLY_BINS);
		jsonw_member_i64(w, "judged", a.bins[b].judged);
		jsonw_member_i64(w, "agreed", a.bins[b].agreed);
		jsonw_member_double(w, "confidence", a.bins[b].confidence);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void runbooks_json(const struct tally *t, struct jsonw *w)
{
	struct tally_runbook *books;
	size_t n = tally_runbooks(t, &books);

	jsonw_key(w, "runbooks");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_member(w, "runbook", books[i].name);
		jsonw_member_i64(w, "runs", books[i].runs);
		jsonw_member_i64(w, "succeeded", books[i].succeeded);
		jsonw_member_i64(w, "failed", books[i].failed);
		jsonw_member_i64(w, "other", books[i].other);
		jsonw_member_i64(w, "by_hand", books[i].by_hand);
		jsonw_member_i64(w, "by_machine", books[i].by_machine);
		jsonw_member_i64(w, "timed", books[i].timed);
		jsonw_member_i64(w, "total_ms", books[i].total_ms);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_member_i64(w, "refused", t->refused);
	jsonw_member_i64(w, "breaker_open", t->breaker_trips);
	free(books);
}

void report_period_json(const struct report *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf verification = BUF_INIT(8192);

	jsonw_object(&w);
	jsonw_member(&w, "report", SPAN("period"));
	jsonw_member(&w, "since", r->since);
	jsonw_member_opt(&w, "until", r->until);
	jsonw_member_time(&w, "made_at", r->made_at);
	jsonw_member_i64(&w, "rows", r->tally.rows);
	incidents_json(&r->tally, &w);
	agreement_json(&r->tally, &w);
	runbooks_json(&r->tally, &w);
	report_verification_json(r, &verification);
	jsonw_key(&w, "verification");
	jsonw_raw(&w, buf_span(&verification));
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
	buf_release(&verification);
}
