#include "aiops-correlate/sighting.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "base/mem.h"

enum { GROUP_TEXT_MAX = 1 << 21 };

static const char *const signal_names[] = {[SIGNAL_METRIC] = "metric",
					   [SIGNAL_LOG] = "log",
					   [SIGNAL_TRACE] = "trace",
					   [SIGNAL_EVENT] = "event"};

enum signal_kind signal_from_name(struct span name)
{
	for (size_t i = 0; i < sizeof signal_names / sizeof *signal_names; i++)
		if (span_is(name, signal_names[i]))
			return (enum signal_kind)i;
	return SIGNAL_EVENT;
}

const char *signal_name(enum signal_kind s)
{
	return signal_names[s];
}

static bool has_label(const struct report *r, struct span name)
{
	for (size_t i = 0; i < r->n_labels; i++)
		if (span_eq(r->labels[i].name, name))
			return true;
	return false;
}

/* A field of the record counts as a label of that name, unless there is one. */
static void add_field(struct sighting *s, const struct report *r, struct pairs *ps,
		      struct span name, struct span value)
{
	if (value.len && !has_label(r, name))
		s->pairs[s->n_pairs++] = pairs_get(ps, PAIR_FIELD, name, value);
}

static struct span value_of(const struct report *r, struct span name)
{
	for (size_t i = 0; i < r->n_labels; i++)
		if (span_eq(r->labels[i].name, name))
			return r->labels[i].value;
	if (span_is(name, "alertname"))
		return r->name;
	if (span_is(name, "component"))
		return r->component;
	if (span_is(name, "service"))
		return r->service;
	return span_is(name, "host") ? r->host : SPAN_NONE;
}

/* "team=a, alertname=Down" as one pair; none for an alert that has none of these labels. */
static void add_group_pair(struct sighting *s, const struct report *r, struct pairs *ps)
{
	struct buf text = BUF_INIT(GROUP_TEXT_MAX);
	bool any = false;

	for (size_t i = 0; i < ps->rules->n_by; i++) {
		struct span name = span_cstr(ps->rules->by[i]), value = value_of(r, name);

		any |= value.len > 0;
		if (i)
			buf_add_cstr(&text, ", ");
		buf_add_span(&text, name);
		buf_add_char(&text, '=');
		buf_add_span(&text, value);
	}
	if (any && !buf_overflowed(&text))
		s->pairs[s->n_pairs++] =
			pairs_get(ps, PAIR_GROUP, SPAN(PAIR_GROUP_NAME), buf_span(&text));
	buf_release(&text);
}

static void take_pairs(struct sighting *s, const struct report *r, struct pairs *ps)
{
	for (size_t i = 0; i < r->n_labels; i++)
		if (r->labels[i].value.len)
			s->pairs[s->n_pairs++] =
				pairs_get(ps, PAIR_LABEL, r->labels[i].name, r->labels[i].value);
	add_field(s, r, ps, SPAN("component"), r->component);
	add_field(s, r, ps, SPAN("service"), r->service);
	add_field(s, r, ps, SPAN("host"), r->host);
	add_field(s, r, ps, SPAN("trace_id"), r->trace_id);
	if (ps->rules && ps->rules->n_by)
		add_group_pair(s, r, ps);
}

/* ---- whom else it speaks of ---- */

/* True if the alert is about name itself: one of its own labels, or its component's service. */
static bool is_own(const struct sighting *s, struct span name)
{
	if (span_eq(word_span(s->component), name) || span_eq(word_span(s->service), name) ||
	    span_eq(word_span(s->host), name))
		return true;
	for (size_t i = 0; i < s->n_pairs; i++)
		if (s->pairs[i]->name->callee == CALLEE_LABEL_NONE &&
		    span_eq(callee_clean(pair_value_span(s->pairs[i])), name))
			return true;
	return false;
}

static void add_callee(struct sighting *s, struct words *ws, struct span name)
{
	size_t at = 0;

	if (is_own(s, name))
		return;
	if (!s->callees)
		s->callees = mem_zalloc(sizeof *s->callees);
	while (at < CALLEES_KEPT && s->callees->names[at] &&
	       !span_eq(word_span(s->callees->names[at]), name))
		at++;
	if (at < CALLEES_KEPT && !s->callees->names[at])
		s->callees->names[at] = words_get(ws, name);
}

static void add_labelled(struct sighting *s, struct words *ws, enum callee_label kind)
{
	for (size_t i = 0; i < s->n_pairs; i++)
		if (s->pairs[i]->name->callee == kind)
			add_callee(s, ws, callee_clean(pair_value_span(s->pairs[i])));
}

static void add_text(struct sighting *s, struct words *ws, struct span text)
{
	struct span found[CALLEES_KEPT];
	size_t n = text.len ? callees_in_text(text, found, CALLEES_KEPT) : 0;

	for (size_t i = 0; i < n; i++)
		add_callee(s, ws, found[i]);
}

static void take_callees(struct sighting *s, const struct report *r, struct words *ws)
{
	add_labelled(s, ws, CALLEE_LABEL_SURE);
	while (s->callees && s->callees->sure < CALLEES_KEPT && s->callees->names[s->callees->sure])
		s->callees->sure++;
	add_labelled(s, ws, CALLEE_LABEL_MAYBE);
	add_text(s, ws, r->title);
	add_text(s, ws, r->description);
}

struct callees *callees_hold(const struct callees *c)
{
	struct callees *copy;

	if (!c)
		return NULL;
	copy = mem_alloc(sizeof *copy);
	*copy = *c;
	for (size_t i = 0; i < CALLEES_KEPT; i++)
		(void)word_hold(copy->names[i]);
	return copy;
}

void callees_drop(struct callees *c, struct words *ws)
{
	for (size_t i = 0; c && i < CALLEES_KEPT; i++)
		words_drop(ws, c->names[i]);
	free(c);
}

/* ---- sightings ---- */

struct sighting *sighting_make(struct span id, size_t max_pairs)
{
	struct sighting *s = mem_alloc(sizeof *s + max_pairs * sizeof *s->pairs + id.len + 1);

	memset(s, 0, sizeof *s);
	s->pairs = (struct pair **)(s + 1);
	s->id = (char *)(s->pairs + max_pairs);
	if (id.len)
		memcpy(s->id, id.data, id.len);
	s->id[id.len] = '\0';
	return s;
}

struct sighting *sighting_new(const struct report *r, struct words *ws, struct pairs *ps)
{
	int fields = (r->component.len > 0) + (r->service.len > 0) + (r->host.len > 0) +
		     (r->trace_id.len > 0) + (ps->rules && ps->rules->n_by > 0);
	struct sighting *s = sighting_make(r->id, r->n_labels + (size_t)fields);

	s->name = words_get(ws, r->name);
	s->component = words_get(ws, r->component);
	s->service = words_get(ws, r->service);
	s->host = words_get(ws, r->host);
	s->layer = words_get(ws, r->layer);
	s->source = words_get(ws, r->source);
	s->at_ns = r->at_ns;
	s->starts_ns = r->starts_ns;
	s->ends_ns = r->ends_ns;
	s->fp = r->fp;
	s->resolved = r->resolved;
	s->severity = r->severity;
	s->told_ns = INT64_MIN;
	s->signal = r->signal;
	take_pairs(s, r, ps);
	if (!r->resolved)
		take_callees(s, r, ws);
	return s;
}

void sighting_free(struct sighting *s, struct words *ws)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_pairs; i++)
		pair_drop(s->pairs[i]);
	words_drop(ws, s->name);
	words_drop(ws, s->component);
	words_drop(ws, s->service);
	words_drop(ws, s->host);
	words_drop(ws, s->layer);
	words_drop(ws, s->source);
	callees_drop(s->callees, ws);
	free(s->first_id);
	free(s);
}

int sighting_cmp(const struct sighting *a, const struct sighting *b)
{
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	if (a->resolved != b->resolved)
		return a->resolved ? 1 : -1;
	if (a->fp != b->fp)
		return a->fp < b->fp ? -1 : 1;
	return strcmp(a->id, b->id);
}

void incident_id_of(uint64_t fp, int64_t starts_ns, char out[static INCIDENT_ID_SIZE])
{
	struct buf when = BUF_INIT(64);
	char hex[FINGERPRINT_HEX + 1];
	struct digest d;

	fingerprint_hex(fp, hex);
	instant_add(&when, instant_from_ns(starts_ns));
	d = digest_of(
		(const struct span[]){span_of(hex, FINGERPRINT_HEX), SPAN("\0"), buf_span(&when)},
		3);
	short_id(out, "INC-", d.bytes);
	buf_release(&when);
}
