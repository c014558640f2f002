/*
 * The local check of an answer.
 */
#include "aiops-triage/llm/proposal.h"

#include <stdio.h>
#include <string.h>

#include "aiops-triage/llm/request.h"
#include "aiops-triage/llm/suspicion.h"
#include "base/num.h"
#include "base/utf8.h"

/* Runs of braces in an answer that are looked at. */
#define OBJECTS_TRIED 20

struct check {
	const struct prompt *prompt;
	struct err *e;
};

static int bad(struct check *c, const char *what)
{
	return err_set(c->e, EX_BADDATA, "%s", what);
}

/* The object has n members and no more: with those that are then asked for, exactly these. */
static int exactly(struct check *c, struct value object, size_t n, const char *what)
{
	struct value_iter it;
	struct value v;
	size_t seen = 0;

	if (object.type != VALUE_OBJECT)
		return bad(c, what);
	it = value_iter(object);
	while (value_next(&it, NULL, &v))
		seen++;
	return seen == n ? 0 : bad(c, what);
}

static int text_member(struct check *c, struct value object, const char *key, struct span *out,
		       const char *what)
{
	struct value v = value_member(object, span_cstr(key));

	if (v.type != VALUE_STRING)
		return bad(c, what);
	*out = v.text;
	return 0;
}

static int find_component(struct check *c, struct span name, size_t *out)
{
	for (size_t i = 0; i < c->prompt->n_components; i++)
		if (span_is(name, c->prompt->components[i])) {
			*out = i;
			return 0;
		}
	return bad(c, "a component is not one of the list");
}

static int find_fault(struct check *c, struct span name, size_t *out)
{
	*out = NO_CLASS;
	if (span_is(name, "unknown"))
		return 0;
	for (size_t i = 0; i < c->prompt->signatures->n; i++)
		if (span_eq(name, c->prompt->signatures->items[i].id)) {
			*out = i;
			return 0;
		}
	return bad(c, "a fault is not one of the list");
}

static int find_item(struct check *c, struct span label, size_t *out)
{
	struct err ignored = ERR_INIT;
	int64_t n;

	if (label.len < 2 || label.data[0] != 'r' ||
	    num_parse_i64(span_of(label.data + 1, label.len - 1), 1, (int64_t)c->prompt->n_items,
			  &n, &ignored) != 0)
		return bad(c, "evidence names a record that is not there");
	*out = (size_t)n - 1;
	return 0;
}

/* A line of prose: no control, bidirectional or hidden characters, no orders, no links. */
static int check_sentence(struct check *c, struct span text)
{
	if (!span_trim(text).len || text.len > SENTENCE_BYTES)
		return bad(c, "text is empty or longer than 400 bytes");
	for (size_t i = 0; i < text.len;) {
		uint32_t cp = 0;
		size_t n = utf8_next(span_of(text.data + i, text.len - i), &cp);

		if (n == 0 || cp < 0x20 || (cp >= 0x7F && cp < 0xA0) ||
		    (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
		    (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || cp >= 0xE0000)
			return bad(c, "text holds control or hidden characters");
		i += n;
	}
	if (suspicion_of(text))
		return bad(c, "text holds an order, a link or a command");
	return 0;
}

static int read_evidence(struct check *c, struct value list, struct proposed *h)
{
	struct value_iter it = value_iter(list);
	struct value v;

	if (list.type != VALUE_ARRAY)
		return bad(c, "evidence is no list");
	while (value_next(&it, NULL, &v)) {
		struct span label;

		if (exactly(c, v, 2, "evidence has members other than record and quote") != 0 ||
		    text_member(c, v, "record", &label, "evidence without record") != 0)
			return -1;
		if (h->n_evidence == PROPOSED_EVIDENCE)
			return bad(c, "a hypothesis has more than 8 pieces of evidence");
		if (find_item(c, label, &h->evidence[h->n_evidence].item) != 0 ||
		    text_member(c, v, "quote", &h->evidence[h->n_evidence].quote,
				"evidence without quote") != 0)
			return -1;
		h->n_evidence++;
	}
	return 0;
}

static int read_hypothesis(struct check *c, struct value v, struct proposed *h)
{
	struct span component, fault;

	*h = (struct proposed){0};
	if (exactly(c, v, 4, "a hypothesis has other members than it should") != 0 ||
	    text_member(c, v, "component", &component, "a hypothesis without component") != 0 ||
	    text_member(c, v, "fault", &fault, "a hypothesis without fault") != 0 ||
	    text_member(c, v, "text", &h->text, "a hypothesis without text") != 0 ||
	    find_component(c, component, &h->component) != 0 ||
	    find_fault(c, fault, &h->fault) != 0 || check_sentence(c, h->text) != 0)
		return -1;
	return read_evidence(c, value_member(v, SPAN("evidence")), h);
}

static int read_hypotheses(struct check *c, struct value list, struct proposal *out)
{
	struct value_iter it = value_iter(list);
	struct value v;

	if (list.type != VALUE_ARRAY)
		return bad(c, "hypotheses is no list");
	while (value_next(&it, NULL, &v)) {
		if (out->n == HYPOTHESES_MAX)
			return bad(c, "there are more than 3 hypotheses");
		if (read_hypothesis(c, v, &out->hypotheses[out->n]) != 0)
			return -1;
		for (size_t i = 0; i < out->n; i++)
			if (out->hypotheses[i].component == out->hypotheses[out->n].component &&
			    out->hypotheses[i].fault == out->hypotheses[out->n].fault)
				return bad(c, "two hypotheses are the same");
		out->n++;
	}
	return out->n ? 0 : bad(c, "there is no hypothesis");
}

static int read_runbook(struct check *c, struct span id, struct proposal *out)
{
	if (span_is(id, "none"))
		return 0;
	for (size_t i = 0; i < c->prompt->n_runbooks; i++)
		if (span_eq(id, c->prompt->runbooks[i])) {
			out->runbook = c->prompt->runbooks[i];
			return 0;
		}
	return bad(c, "the runbook is not one of the list");
}

/* The object as the member of one of our own, so that its members can be counted. */
static int parse(struct span object, struct record *parser, struct buf *keeper, struct err *e)
{
	struct err why = ERR_INIT;
	enum reject_code code = REJECT_NONE;

	buf_clear(keeper);
	buf_add_cstr(keeper, "{\"answer\":");
	buf_add_span(keeper, object);
	buf_add_char(keeper, '}');
	if (!buf_room(keeper, RECORD_PADDING) || buf_overflowed(keeper))
		return err_set(e, EX_BADDATA, "the answer is too long");
	memset(keeper->data + keeper->len, 0, RECORD_PADDING);
	/* the parser's words may quote a key; ours do not */
	if (record_parse(parser, keeper->data, keeper->len, &code, &why) != 0)
		return err_set(e, EX_BADDATA, "it is no valid JSON object (%s)",
			       reject_code_name(code));
	return 0;
}

/* The first object in the text that is JSON: models talk before and after it. */
static int find_object(struct span content, struct record *parser, struct buf *keeper,
		       struct err *e)
{
	struct err first = ERR_INIT;
	struct span object;
	size_t from = 0;

	for (int tried = 0; tried < OBJECTS_TRIED; tried++) {
		struct err why = ERR_INIT;

		object = object_next(content, &from);
		if (!object.len)
			break;
		if (parse(object, parser, keeper, &why) == 0)
			return 0;
		(void)err_set(&first, why.code, "%s", why.text); /* the first one stays */
	}
	return err_set(e, EX_BADDATA, "%s",
		       first.code ? first.text : "there is no JSON object in it");
}

int proposal_read(struct span content, const struct prompt *p, struct record *parser,
		  struct buf *keeper, struct proposal *out, struct err *e)
{
	static const char wanted[] =
		"hypotheses, runbook and enough must be there, of their types, and no more";
	struct check c = {.prompt = p, .e = e};
	struct proposal read = {0};
	struct value answer, enough;
	struct span runbook;

	if (find_object(content, parser, keeper, e) != 0)
		return -1;
	answer = record_get(parser, "answer");
	enough = value_member(answer, SPAN("enough"));
	if (exactly(&c, answer, 3, wanted) != 0 ||
	    text_member(&c, answer, "runbook", &runbook, wanted) != 0)
		return -1;
	if (enough.type != VALUE_BOOL)
		return bad(&c, wanted);
	read.enough = enough.boolean;
	if (read_hypotheses(&c, value_member(answer, SPAN("hypotheses")), &read) != 0 ||
	    read_runbook(&c, runbook, &read) != 0)
		return -1;
	*out = read;
	return 0;
}
