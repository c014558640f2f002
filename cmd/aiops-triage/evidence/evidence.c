/*
 * Evidence: collected, and checked against the records.
 */
#include "aiops-triage/evidence/evidence.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* The incident record says its title and its members' names. */
static bool incident_contains(const struct incident *inc, struct span quote)
{
	if (!quote.len)
		return false;
	if (inc->title.len && span_find(inc->title, quote))
		return true;
	for (size_t i = 0; i < inc->n_members; i++)
		if (inc->members[i].name.len && span_find(inc->members[i].name, quote))
			return true;
	return false;
}

bool evidence_verify(const struct sources *s, struct span record_id, struct span quote)
{
	const struct item *it = context_find(s->context, record_id);

	if (it)
		return item_contains(it, quote);
	return span_eq(record_id, s->incident->record_id) && incident_contains(s->incident, quote);
}

/* The series has a point of that record with that value, and the name that is quoted. */
static bool series_holds(const struct evidence *ev)
{
	const struct point *p;

	if (!span_eq(ev->series->name, ev->quote))
		return false;
	for (size_t i = ev->series->n; i > 0; i--) {
		p = series_at(ev->series, i - 1);
		if (span_is(ev->record_id, p->id))
			return !(p->value < ev->value) && !(p->value > ev->value);
	}
	return false;
}

static bool holds(const struct sources *s, const struct evidence *ev)
{
	if (ev->series)
		return ev->quote.len && series_holds(ev);
	if (ev->span)
		return ev->quote.len && span_eq(ev->span->record_id, ev->record_id) &&
		       span_find(ev->span->name, ev->quote);
	return evidence_verify(s, ev->record_id, ev->quote);
}

void evidence_release(struct evidence_list *l)
{
	free(l->items);
	*l = (struct evidence_list){0};
}

bool evidence_add(struct evidence_list *l, const struct sources *s, const struct evidence *ev)
{
	if (!holds(s, ev)) {
		l->rejected++;
		return false;
	}
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->items[i].record_id, ev->record_id) &&
		    span_eq(l->items[i].quote, ev->quote)) {
			if (ev->weight > l->items[i].weight)
				l->items[i].weight = ev->weight;
			return true;
		}
	mem_grow(l->items, l->cap, l->n + 1);
	l->items[l->n++] = *ev;
	return true;
}

/* By insertion: the lists are short, and it keeps the order of equal ones. */
void evidence_sort(struct evidence_list *l)
{
	for (size_t i = 1; i < l->n; i++) {
		struct evidence ev = l->items[i];
		size_t k = i;

		for (; k > 0 && l->items[k - 1].weight < ev.weight; k--)
			l->items[k] = l->items[k - 1];
		l->items[k] = ev;
	}
}

struct span quote_around(struct span text, struct span covered)
{
	size_t from;

	text = span_trim(text);
	if (text.len <= QUOTE_BYTES)
		return text;
	/* covered is outside of text if nothing of text was matched (a label, say) */
	if (!covered.len || covered.data < text.data || covered.data >= text.data + text.len)
		return cut_text(text, QUOTE_BYTES);
	from = (size_t)(covered.data - text.data);
	return cut_text(span_of(text.data + from, text.len - from), QUOTE_BYTES);
}
