/* Which runbook is for an incident: see choice.h. */
#include "aiops-triage/knowledge/choice.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "pattern/pattern.h"
#include "yaml/yaml.h"

#define TEXT_BYTES (32u << 10)
/* Alerts of one name say no more than one of them. */
#define WORDS_MEMBERS 100

/* ---- the words of runbooks ---- */

static void add_words(struct buf *b, struct span s)
{
	buf_add_span(b, s);
	buf_add_char(b, ' ');
}

static struct past describe(const struct runbook *rb)
{
	struct buf alerts = BUF_INIT(PAST_TEXT_BYTES), title = BUF_INIT(PAST_TEXT_BYTES);
	struct past p = {.dated = false};

	for (size_t f = 0; f < PAST_FIELDS; f++)
		p.fields[f] = NULL;
	add_words(&title, rb->id);
	add_words(&title, rb->name);
	for (size_t i = 0; i < rb->n_triggers; i++)
		for (size_t k = 0; k < rb->triggers[i].n_pairs; k++)
			for (size_t v = 0; v < rb->triggers[i].pairs[k].n_values; v++)
				add_words(&alerts, rb->triggers[i].pairs[k].values[v]);
	p.fields[PAST_ID] = mem_dup(rb->id.data, rb->id.len);
	p.fields[PAST_TITLE] = buf_take(&title);
	p.fields[PAST_ALERTS] = buf_take(&alerts);
	p.fields[PAST_SYMPTOMS] =
		mem_dup(rb->description.data ? rb->description.data : "", rb->description.len);
	for (size_t f = 0; f < PAST_FIELDS; f++)
		if (!p.fields[f])
			p.fields[f] = mem_dupz("");
	return p;
}

int shelf_fill(struct shelf *s, const struct runbooks *rs, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < rs->n; i++) {
		struct past p = describe(&rs->items[i]);

		rc = history_add_take(&s->texts, &p, e);
		if (rc != 0)
			past_release(&p);
	}
	if (rc == 0 && rs->n)
		s->index = index_build(&s->texts, e);
	return rc == 0 && (s->index || !rs->n) ? 0 : -1;
}

void shelf_release(struct shelf *s)
{
	index_free(s->index);
	history_release(&s->texts);
	*s = (struct shelf){.index = NULL};
}

/* ---- parameters ---- */

static bool is_denied(const struct yaml_node *deny, struct span value)
{
	for (size_t i = 0; deny && i < deny->n && deny->type == YAML_LIST; i++)
		if (span_eq(deny->items[i]->text, value))
			return true;
	return false;
}

static bool fits_pattern(struct span text, struct span value)
{
	struct pattern *p = NULL;
	struct err bad = ERR_INIT;
	bool fits = pattern_compile(text, PATTERN_WHOLE, &p, &bad) == 0 &&
		    pattern_try(p, value) == PATTERN_YES;

	pattern_free(p);
	return fits;
}

static bool is_within(const struct yaml_node *spec, struct span value)
{
	const struct yaml_node *low = yaml_get(spec, "min"), *high = yaml_get(spec, "max");
	int64_t n, least = INT64_MIN, most = INT64_MAX;
	struct err bad = ERR_INIT;

	if (yaml_i64(low, INT64_MIN, INT64_MAX, &least, &bad) != 0 ||
	    yaml_i64(high, INT64_MIN, INT64_MAX, &most, &bad) != 0)
		return false;
	return num_parse_i64(value, least, most, &n, &bad) == 0;
}

bool parameter_takes(const struct parameter *p, struct span value)
{
	const struct yaml_node *spec = p->spec, *pattern = yaml_get(spec, "pattern");
	struct span type = SPAN("string");
	struct err bad = ERR_INIT;
	int64_t most = INT64_MAX;

	if (yaml_text(yaml_get(spec, "type"), &type, &bad) != 0 ||
	    yaml_i64(yaml_get(spec, "max_length"), 0, INT64_MAX, &most, &bad) != 0)
		return false;
	if ((int64_t)value.len > most || is_denied(yaml_get(spec, "deny"), value))
		return false;
	if (span_is(type, "integer") && !is_within(spec, value))
		return false;
	return !pattern || fits_pattern(pattern->text, value);
}

/* ---- choosing ---- */

/* "trigger alertname=DiskFull severity=warning matches alert 3f0c..." */
static void trigger_words(const struct fit *fit, struct buf *why)
{
	buf_add_cstr(why, "trigger");
	for (size_t i = 0; i < fit->trigger->n_pairs; i++) {
		struct span name = fit->trigger->pairs[i].name;

		buf_add_char(why, ' ');
		buf_add_span(why, name);
		buf_add_char(why, '=');
		buf_add_span(why, subject_label(&fit->subject, name));
	}
	buf_add_cstr(why, " matches ");
	if (fit->subject.member) {
		buf_add_cstr(why, "alert ");
		buf_add_span(why, fit->subject.member->id);
	} else {
		buf_add_cstr(why, "the incident's labels");
	}
}

/* The last part of a URL or path without its ending: where pages of runbooks have their name. */
static struct span last_part(struct span s)
{
	size_t at;

	while (s.len && (s.data[s.len - 1] == '/' || s.data[s.len - 1] == '#'))
		s.len--;
	for (at = s.len; at > 0 && s.data[at - 1] != '/' && s.data[at - 1] != '#'; at--)
		;
	s = span_of(s.data + at, s.len - at);
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] == '?' || (s.data[i] == '.' && i > 0))
			s.len = i;
	return s;
}

static const struct runbook *named_by(const struct runbooks *rs, struct span text)
{
	const struct runbook *rb = text.len ? runbooks_find(rs, text) : NULL;

	/* A URL, not any words: a description may well end in a word that is an id. */
	if (!rb && span_find(text, SPAN("://")) && !memchr(text.data, ' ', text.len))
		rb = runbooks_find(rs, last_part(text));
	return rb;
}

static const struct runbook *named_in(const struct runbooks *rs, const struct item *it)
{
	static const struct span names[] = {{"runbook", 7}, {"runbook_url", 11}};
	const struct runbook *rb = NULL;

	for (size_t i = 0; i < it->n_labels && !rb; i++)
		for (size_t k = 0; k < 2 && !rb; k++)
			if (span_eq(it->labels[i].name, names[k]))
				rb = named_by(rs, it->labels[i].value);
	for (size_t i = 0; i < it->n_notes && !rb; i++)
		if (span_find(it->notes[i], SPAN("://")))
			rb = named_by(rs, it->notes[i]);
	return rb;
}

static void by_alert(const struct choosing *c, struct choice *out, struct buf *why)
{
	for (size_t i = 0; i < c->incident->n_members && !out->runbook; i++) {
		const struct member *m = &c->incident->members[i];
		const struct item *it = context_find(c->context, m->id);

		if (it)
			out->runbook = named_in(c->runbooks, it);
		if (!out->runbook)
			continue;
		out->subject = (struct subject){c->incident, m, it};
		buf_add_cstr(why, "alert ");
		buf_add_span(why, m->id);
		buf_add_cstr(why, " names it");
	}
}

/* A class is of many services: a runbook whose triggers name other services is for those. */
static bool is_for_others(const struct runbook *rb, const struct choosing *c)
{
	bool named = false;

	for (size_t i = 0; i < rb->n_triggers; i++)
		for (size_t k = 0; k < rb->triggers[i].n_pairs; k++) {
			const struct wanted *w = &rb->triggers[i].pairs[k];

			if (!span_is(w->name, "service"))
				continue;
			named = true;
			for (size_t v = 0; v < w->n_values; v++)
				if (map_get(&c->incident->places, w->values[v]))
					return false;
		}
	return named;
}

static void by_class(const struct choosing *c, struct choice *out, struct buf *why)
{
	if (!c->signature || !c->signature->runbook.len)
		return;
	out->runbook = runbooks_find(c->runbooks, c->signature->runbook);
	if (out->runbook && is_for_others(out->runbook, c))
		out->runbook = NULL;
	if (!out->runbook)
		return;
	buf_add_cstr(why, "the signature of ");
	buf_add_span(why, c->signature->id);
	buf_add_cstr(why, " names it");
}

static void by_past(const struct choosing *c, struct choice *out, struct buf *why)
{
	for (size_t i = 0; i < c->n_similar && !out->runbook; i++) {
		out->runbook = runbooks_find(c->runbooks, past_text(c->similar[i], PAST_RUNBOOK));
		if (!out->runbook)
			continue;
		buf_add_cstr(why, "the similar past incident ");
		buf_add_span(why, past_text(c->similar[i], PAST_ID));
		buf_add_cstr(why, " names it");
	}
}

static int by_words(const struct choosing *c, struct choice *out, struct buf *why, struct err *e)
{
	struct buf words = BUF_INIT(TEXT_BYTES);
	struct match found[MATCHES_MAX];
	size_t n = 0;
	int rc;

	add_words(&words, c->incident->title);
	for (size_t i = 0; i < c->incident->n_members && i < WORDS_MEMBERS; i++) {
		const struct item *it = context_find(c->context, c->incident->members[i].id);

		add_words(&words, c->incident->members[i].name);
		if (it)
			add_words(&words, item_headline(it));
	}
	rc = index_search(c->shelf->index, buf_span(&words), found, &n, e);
	buf_release(&words);
	if (rc != 0 || n == 0 || found[0].score < CHOICE_FLOOR)
		return rc;
	out->runbook = &c->runbooks->items[found[0].past];
	if (is_for_others(out->runbook, c)) {
		out->runbook = NULL;
		return 0;
	}
	buf_addf(why, "its words are most like the incident's (%.2f; below %.2f none is taken)",
		 found[0].score, CHOICE_FLOOR);
	return 0;
}

int choose(const struct choosing *c, struct choice *out, struct buf *why, struct err *e)
{
	struct fit fit = runbooks_choose(c->runbooks, c->incident, c->context);

	*out = (struct choice){.runbook = fit.runbook, .subject = fit.subject};
	if (fit.runbook) {
		trigger_words(&fit, why);
		return 0;
	}
	out->subject = (struct subject){.incident = c->incident};
	by_alert(c, out, why);
	if (!out->runbook)
		by_class(c, out, why);
	if (!out->runbook)
		by_past(c, out, why);
	if (!out->runbook && c->shelf->index)
		return by_words(c, out, why, e);
	return 0;
}
