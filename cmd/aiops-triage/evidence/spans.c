/*
 * Spans of traces, the last ones.
 */
#include "aiops-triage/evidence/spans.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "record/event.h"

#define TEXT_MAX (16u << 10)

void span_store_init(struct span_store *st, size_t max_bytes)
{
	*st = (struct span_store){.max_bytes = max_bytes};
}

static void drop_first(struct span_store *st)
{
	struct trace_span *s = &st->slots[st->first];

	st->bytes -= s->bytes;
	free(s->text);
	st->first = (st->first + 1) % st->cap;
	st->n--;
}

void span_store_release(struct span_store *st)
{
	while (st->n)
		drop_first(st);
	free(st->slots);
	*st = (struct span_store){0};
}

static void grow(struct span_store *st)
{
	size_t cap = st->cap ? 2 * st->cap : 256;
	struct trace_span *slots = mem_array(NULL, cap, sizeof *slots);

	for (size_t i = 0; i < st->n; i++)
		slots[i] = st->slots[(st->first + i) % st->cap];
	free(st->slots);
	st->slots = slots;
	st->first = 0;
	st->cap = cap;
}

static enum span_side side_of(const struct record *r)
{
	static const char *const paths[] = {"annotations.otel\\.span_kind",
					    "labels.otel\\.span_kind", "labels.span_kind",
					    "labels.span\\.kind"};
	struct span kind = SPAN_NONE;

	for (size_t i = 0; i < sizeof paths / sizeof *paths && !kind.len; i++)
		kind = record_text(r, paths[i]);
	if (span_eq_nocase(kind, SPAN("client")) || span_eq_nocase(kind, SPAN("producer")))
		return SPAN_CLIENT;
	if (span_eq_nocase(kind, SPAN("server")) || span_eq_nocase(kind, SPAN("consumer")))
		return SPAN_SERVER;
	return SPAN_INNER;
}

static bool copy_texts(struct trace_span *s, const struct record *r)
{
	static const char *const paths[] = {"id",   "trace_id",  "span_id", "parent",
					    "name", "component", "service", "host"};
	enum { N = sizeof paths / sizeof *paths };
	struct span *const to[N] = {&s->record_id, &s->trace,     &s->id,      &s->parent,
				    &s->name,      &s->component, &s->service, &s->host};
	struct buf b = BUF_INIT(TEXT_MAX);
	size_t at = 0;

	for (size_t i = 0; i < N; i++) {
		*to[i] = record_text(r, paths[i]);
		buf_add_span(&b, *to[i]);
	}
	if (buf_overflowed(&b)) {
		buf_release(&b);
		return false;
	}
	s->bytes = sizeof *s + b.len + 32;
	s->text = buf_take(&b);
	for (size_t i = 0; i < N; i++) {
		to[i]->data = s->text + at;
		at += to[i]->len;
	}
	return true;
}

/* `error` is true, or says what it was. */
static bool is_error(const struct record *r)
{
	struct value v = record_get(r, "error");

	return (v.type == VALUE_BOOL && v.boolean) || (v.type == VALUE_STRING && v.text.len) ||
	       (v.type == VALUE_NUMBER && v.number > 0) || v.type == VALUE_OBJECT;
}

void span_store_add(struct span_store *st, const struct record *r)
{
	struct value duration = record_get(r, "duration_ms");
	struct trace_span s = {.side = side_of(r), .error = is_error(r)};
	struct err e = ERR_INIT;
	struct instant at;

	if (duration.type != VALUE_NUMBER || !isfinite(duration.number) || duration.number < 0 ||
	    !record_text(r, "id").len || !record_text(r, "span_id").len ||
	    record_timestamp(r, &at, &e) != 0 || !copy_texts(&s, r))
		return;
	s.at_ns = at.ns;
	s.duration_ms = duration.number;
	if (st->n == st->cap)
		grow(st);
	st->slots[(st->first + st->n++) % st->cap] = s;
	st->bytes += s.bytes;
	while (st->bytes > st->max_bytes && st->n > 1) {
		drop_first(st);
		st->dropped++;
	}
}

const struct trace_span *span_store_at(const struct span_store *st, size_t i)
{
	return i < st->n ? &st->slots[(st->first + i) % st->cap] : NULL;
}
