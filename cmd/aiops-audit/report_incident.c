/* The page of one incident. */
#include "aiops-audit/report.h"

#include "aiops-audit/drawing.h"
#include "record/jsonw.h"

static struct span text_of(const struct kept_record *k, const char *path)
{
	return k->there ? record_text(k->parser, path) : SPAN_NONE;
}

static struct span token_of(const struct kept_record *k, const char *path)
{
	return k->there ? record_token(k->parser, path) : SPAN_NONE;
}

static struct span or_dash(struct span s)
{
	return s.len ? s : SPAN("-");
}

static struct span member_text(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

/* "a, b, c" of an array of strings. */
static void add_list(struct buf *out, const struct kept_record *k, const char *path)
{
	struct value_iter it;
	struct value v;
	bool any = false;

	if (!k->there)
		return;
	it = value_iter(record_get(k->parser, path));
	while (value_next(&it, NULL, &v)) {
		if (v.type != VALUE_STRING)
			continue;
		if (any)
			buf_add_cstr(out, ", ");
		buf_add_span(out, v.text);
		any = true;
	}
}

/* ---- the summary ---- */

static void fact(struct page *p, const char *name, struct span value)
{
	page_row(p, (const struct span[]){span_cstr(name), or_dash(value)}, 2, false);
}

static void facts(const struct report *r, struct page *p)
{
	struct buf services = BUF_INIT(64 << 10), when = BUF_INIT(1024);
	struct span severity = text_of(&r->last, "effective_severity.value");

	add_list(&services, &r->last, "services");
	if (r->timeline.n) {
		instant_add(&when, r->timeline.moments[0].at);
		buf_add_cstr(&when, " to ");
		instant_add(&when, r->timeline.moments[r->timeline.n - 1].at);
	}
	page_table(p, (const char *const[]){"What", "Value"}, 2);
	fact(p, "Incident", r->incident);
	fact(p, "Severity", severity.len ? severity : text_of(&r->last, "severity"));
	fact(p, "Status", text_of(&r->last, "status"));
	fact(p, "Started", text_of(&r->last, "starts_at"));
	fact(p, "Ended", text_of(&r->last, "ends_at"));
	fact(p, "On record", buf_span(&when));
	fact(p, "Services", buf_span(&services));
	fact(p, "Alerts", token_of(&r->last, "alerts"));
	fact(p, "Detected by", text_of(&r->last, "detected_by"));
	page_table_end(p);
	buf_release(&services);
	buf_release(&when);
}

/* ---- what was thought, and what it was ---- */

static struct span first_hypothesis(const struct report *r)
{
	if (!r->triage.there)
		return SPAN_NONE;
	return member_text(record_get(r->triage.parser, "triage.hypotheses.0"), "text");
}

static void hypothesis(const struct report *r, struct page *p)
{
	struct span text = first_hypothesis(r), cause = text_of(&r->cause, "feedback.cause");
	struct value agreed = r->cause.there ? record_get(r->cause.parser, "feedback.agreed")
					     : (struct value){.type = VALUE_NONE};
	struct buf line = BUF_INIT(64 << 10);

	page_heading(p, "Hypothesis and actual cause");
	page_table(p, (const char *const[]){"", "What", "How sure"}, 3);
	buf_addf(&line, "confidence %.*s", (int)token_of(&r->triage, "triage.confidence").len,
		 token_of(&r->triage, "triage.confidence").data);
	page_row(p,
		 (const struct span[]){SPAN("Hypothesis"),
				       text.len ? text : SPAN("none was stated"),
				       text.len ? buf_span(&line) : SPAN("-")},
		 3, false);
	page_row(p,
		 (const struct span[]){SPAN("Actual cause"),
				       cause.len ? cause
						 : SPAN("not recorded: nobody gave feedback"),
				       agreed.type != VALUE_BOOL ? SPAN("-")
				       : agreed.boolean          ? SPAN("the hypothesis was right")
							: SPAN("the hypothesis was wrong")},
		 3, agreed.type == VALUE_BOOL && !agreed.boolean);
	page_table_end(p);
	buf_release(&line);
}

static void similar(const struct report *r, struct page *p)
{
	struct value_iter it;
	struct value v;

	if (!r->triage.there)
		return;
	it = value_iter(record_get(r->triage.parser, "triage.similar"));
	if (!value_next(&it, NULL, &v))
		return;
	page_heading(p, "Similar incidents");
	page_table(p, (const char *const[]){"Incident", "Title", "What worked"}, 3);
	do {
		page_row(p,
			 (const struct span[]){or_dash(member_text(v, "id")),
					       or_dash(member_text(v, "title")),
					       or_dash(member_text(v, "worked"))},
			 3, false);
	} while (value_next(&it, NULL, &v));
	page_table_end(p);
}

/* ---- moments ---- */

/* "2026-11-21 11:05:13" */
static void add_time(struct buf *out, struct instant at)
{
	instant_add(out, (struct instant){at.ns, 0});
	out->data[out->len - sizeof "11:05:13Z"] = ' ';
	out->len--;
}

static void moments(const struct report *r, struct page *p, unsigned lanes)
{
	struct buf time = BUF_INIT(64);

	page_table(p, (const char *const[]){"Time (UTC)", "", "What", "Who"}, 4);
	for (size_t i = 0; i < r->timeline.n; i++) {
		const struct moment *m = &r->timeline.moments[i];

		if (!(lanes & 1u << m->lane))
			continue;
		buf_clear(&time);
		add_time(&time, m->at);
		page_row(p,
			 (const struct span[]){buf_span(&time), span_cstr(lane_name(m->lane)),
					       span_cstr(m->text),
					       m->actor ? span_cstr(m->actor) : SPAN("")},
			 4, m->bad);
	}
	page_table_end(p);
	buf_release(&time);
}

static struct span owned_or_dash(const char *text)
{
	return or_dash(span_cstr(text));
}

/* What was done, a line a run; its steps stand in the time line. */
static void actions(const struct report *r, struct page *p)
{
	static const char *const columns[] = {"Run",     "Runbook", "Asked for by", "Approved by",
					      "Outcome", "Why",     "Time"};

	page_heading(p, "Actions, approvals and outcomes");
	if (r->tally.runs.live == 0) {
		page_paragraph(p, SPAN("No plan and no action is on record."));
		return;
	}
	page_table(p, columns, 7);
	for (struct map_entry *en = map_next(&r->tally.runs, NULL); en;
	     en = map_next(&r->tally.runs, en)) {
		const struct tally_run *run = en->value.ptr;
		struct buf took = BUF_INIT(64);

		if (run->began_ns && run->ended_ns >= run->began_ns)
			buf_addf(&took, "%.1f s",
				 (double)(run->ended_ns - run->began_ns) / (double)NS_PER_S);
		page_row(p,
			 (const struct span[]){
				 span_of(en->key, en->key_len), owned_or_dash(run->runbook),
				 owned_or_dash(run->requester), owned_or_dash(run->approver),
				 owned_or_dash(run->state), owned_or_dash(run->reason),
				 or_dash(buf_span(&took))},
			 7,
			 run->applied && run->state &&
				 !span_is(span_cstr(run->state), "succeeded"));
		buf_release(&took);
	}
	page_table_end(p);
}

static void drawings(const struct report *r, struct page *p)
{
	struct buf svg = BUF_INIT((size_t)64 << 20);

	page_heading(p, "Time line");
	draw_timeline(&r->timeline, &svg);
	page_drawing(p, buf_span(&svg));
	moments(r, p, ~(1u << LANE_OTHER));
	buf_clear(&svg);
	draw_alerts(&r->timeline, &svg);
	if (svg.len && p->kind == PAGE_HTML)
		page_heading(p, "Alerts over time");
	page_drawing(p, buf_span(&svg));
	buf_release(&svg);
}

void report_incident_page(const struct report *r, struct page *p)
{
	struct span title = text_of(&r->last, "title");

	page_begin(p, title.len ? title : r->incident);
	facts(r, p);
	hypothesis(r, p);
	drawings(r, p);
	actions(r, p);
	similar(r, p);
	report_verification_page(r, p);
	page_end(p);
}

/* ---- as JSON ---- */

static void moments_json(const struct report *r, struct jsonw *w)
{
	jsonw_key(w, "timeline");
	jsonw_array(w);
	for (size_t i = 0; i < r->timeline.n; i++) {
		const struct moment *m = &r->timeline.moments[i];

		jsonw_object(w);
		jsonw_member_time(w, "at", m->at);
		jsonw_member(w, "lane", span_cstr(lane_name(m->lane)));
		jsonw_member(w, "text", span_cstr(m->text));
		jsonw_member_opt(w, "actor", m->actor ? span_cstr(m->actor) : SPAN_NONE);
		jsonw_member_bool(w, "bad", m->bad);
		jsonw_member_i64(w, "seq", m->seq);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

void report_incident_json(const struct report *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf verification = BUF_INIT(8192);
	struct span confidence = token_of(&r->triage, "triage.confidence");

	jsonw_object(&w);
	jsonw_member(&w, "report", SPAN("incident"));
	jsonw_member(&w, "incident", r->incident);
	jsonw_member_opt(&w, "title", text_of(&r->last, "title"));
	jsonw_member_opt(&w, "severity", text_of(&r->last, "severity"));
	jsonw_member_opt(&w, "status", text_of(&r->last, "status"));
	jsonw_member_opt(&w, "hypothesis", first_hypothesis(r));
	if (confidence.len) {
		jsonw_key(&w, "confidence");
		jsonw_raw(&w, confidence);
	}
	jsonw_member_opt(&w, "actual_cause", text_of(&r->cause, "feedback.cause"));
	moments_json(r, &w);
	if (r->last.there) {
		struct span line = record_line(r->last.parser);

		jsonw_key(&w, "record");
		jsonw_raw(&w, line);
	}
	report_verification_json(r, &verification);
	jsonw_key(&w, "verification");
	jsonw_raw(&w, buf_span(&verification));
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
	buf_release(&verification);
}
