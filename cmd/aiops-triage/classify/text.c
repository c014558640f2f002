/*
 * The words of records.
 */
#include "aiops-triage/classify/text.h"

/* Names of members beyond these say no more. */
#define MEMBERS_READ 200

static void add(struct buf *out, struct span s)
{
	if (!s.len)
		return;
	buf_add_span(out, s);
	buf_add_cstr(out, " . "); /* ends a sentence: pairs of words do not reach over it */
}

static void add_value(struct buf *out, struct value v)
{
	struct value_iter it;
	struct value item;

	if (v.type == VALUE_STRING)
		add(out, v.text);
	if (v.type != VALUE_ARRAY && v.type != VALUE_OBJECT)
		return;
	it = value_iter(v);
	while (value_next(&it, NULL, &item))
		if (item.type == VALUE_STRING)
			add(out, item.text);
}

static void add_members(struct buf *out, struct value members)
{
	struct value_iter it = value_iter(members);
	struct span last = SPAN_NONE;
	struct value v;

	for (size_t n = 0; n < MEMBERS_READ && value_next(&it, NULL, &v); n++) {
		struct span name = value_member(v, SPAN("name")).text;

		if (!span_eq(name, last))
			add(out, name);
		last = name;
	}
}

static void add_quotes(struct buf *out, struct value hypotheses)
{
	struct value_iter it = value_iter(hypotheses);
	struct value h, ev;

	while (value_next(&it, NULL, &h)) {
		struct value_iter quotes = value_iter(value_member(h, SPAN("evidence")));

		while (value_next(&quotes, NULL, &ev))
			add(out, value_member(ev, SPAN("quote")).text);
	}
}

void text_of_record(const struct record *r, struct buf *out)
{
	static const char *const paths[] = {"name",   "title",     "description",
					    "body",   "symptoms",  "summary",
					    "alerts", "templates", "annotations"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		add_value(out, record_get(r, paths[i]));
	add_members(out, record_get(r, "members"));
	add_quotes(out, record_get(r, "triage.hypotheses"));
}

void text_of_answer(const struct answer *a, const struct incident *inc, struct buf *out)
{
	struct span last = SPAN_NONE;

	add(out, inc->title);
	for (size_t i = 0; i < inc->n_members && i < MEMBERS_READ; i++) {
		if (!span_eq(inc->members[i].name, last))
			add(out, inc->members[i].name);
		last = inc->members[i].name;
	}
	for (size_t i = 0; i < a->n_hypotheses; i++)
		for (size_t k = 0; k < a->hypotheses[i].n_evidence; k++)
			add(out, a->hypotheses[i].evidence[k].quote);
}
