/*
 * What might be at fault.
 */
#include "aiops-triage/explain/suspect.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* Points at which a class is as good as 63 % certain. */
#define POINTS_SCALE 4.0

void suspects_init(struct suspects *ss, const struct signatures *sigs)
{
	*ss = (struct suspects){.n = 1, .signatures = sigs};
	map_init(&ss->by_place);
	ss->items = mem_zalloc(SUSPECTS_MAX * sizeof *ss->items);
	for (size_t i = 0; i < SOURCES; i++)
		ss->scores[i] = mem_zalloc(SUSPECTS_MAX * sizeof **ss->scores);
	ss->items[SUSPECT_NOWHERE].onset_ns = INT64_MAX;
	ss->points = mem_zalloc((SUSPECTS_MAX * sigs->n + 1) * sizeof *ss->points);
	ss->seen = mem_zalloc(SUSPECTS_MAX * sigs->n_signals + 1);
	ss->totals = mem_zalloc((sigs->n + 1) * sizeof *ss->totals);
	ss->best = mem_zalloc((sigs->n_signals + 1) * sizeof *ss->best);
	ss->spoken = mem_zalloc(((SUSPECTS_MAX + 1) * sigs->n + 1) * sizeof *ss->spoken);
}

void suspects_release(struct suspects *ss)
{
	for (size_t i = 0; i < ss->n; i++)
		evidence_release(&ss->items[i].evidence);
	map_release(&ss->by_place);
	free(ss->items);
	for (size_t i = 0; i < SOURCES; i++)
		free(ss->scores[i]);
	free(ss->points);
	free(ss->seen);
	free(ss->totals);
	free(ss->best);
	free(ss->spoken);
}

size_t suspects_find(const struct suspects *ss, struct span place)
{
	const struct map_entry *entry = place.len ? map_get(&ss->by_place, place) : NULL;

	return entry ? (size_t)entry->value.num : SUSPECT_NOWHERE;
}

static void name_row(struct suspects *ss, size_t row, struct span place)
{
	bool added;
	struct map_entry *entry;

	if (!place.len)
		return;
	entry = map_put(&ss->by_place, place, &added);
	if (added)
		entry->value.num = (int64_t)row;
}

static size_t new_row(struct suspects *ss)
{
	if (ss->n == SUSPECTS_MAX)
		return SUSPECT_NOWHERE;
	ss->items[ss->n] = (struct suspect){.onset_ns = INT64_MAX};
	return ss->n++;
}

size_t suspects_row(struct suspects *ss, struct span component, struct span service)
{
	size_t row = suspects_find(ss, service);
	struct suspect *s;

	if (row == SUSPECT_NOWHERE)
		row = suspects_find(ss, component);
	if (row == SUSPECT_NOWHERE && (component.len || service.len))
		row = new_row(ss);
	if (row == SUSPECT_NOWHERE)
		return row;
	s = &ss->items[row];
	if (!s->component.len)
		s->component = component;
	else if (component.len && !span_eq(s->component, component))
		s->whole_service = true;
	if (!s->service.len)
		s->service = service;
	if (!component.len || span_eq(component, service))
		s->whole_service = true;
	name_row(ss, row, component);
	name_row(ss, row, service);
	return row;
}

struct span suspect_name(const struct suspect *s)
{
	if (s->ranked.len && !(s->as_a_whole && s->service.len))
		return s->ranked;
	if (!s->component.len || (s->whole_service && s->service.len))
		return s->service;
	return s->component;
}

bool suspects_point(struct suspects *ss, size_t row, size_t signal, double factor)
{
	const struct signatures *sigs = ss->signatures;
	const struct signal *sig = &sigs->signals[signal];
	double weight = sig->weight * factor;
	bool *seen = &ss->seen[row * sigs->n_signals + signal];

	if (weight > ss->best[signal]) {
		ss->totals[sig->signature] += weight - ss->best[signal];
		ss->best[signal] = weight;
	}
	if (*seen)
		return false;
	*seen = true;
	ss->points[row * sigs->n + sig->signature] += weight;
	return true;
}

void suspects_speak(struct suspects *ss, size_t row, size_t signature, double points)
{
	double *spoken = &ss->spoken[row * ss->signatures->n + signature];
	double *all = &ss->spoken[SUSPECTS_MAX * ss->signatures->n + signature];

	if (points > *spoken) {
		ss->points[row * ss->signatures->n + signature] += points - *spoken;
		*spoken = points;
	}
	if (points > *all) {
		ss->totals[signature] += points - *all;
		*all = points;
	}
}

void suspects_quote(struct suspects *ss, size_t row, const struct sources *s,
		    const struct evidence *ev)
{
	(void)evidence_add(&ss->items[row].evidence, s, ev); /* the list counts what is not true */
}

double suspects_points(const struct suspects *ss, size_t row, size_t signature)
{
	return ss->points[row * ss->signatures->n + signature];
}

/* The largest of points[0..n), the first of equal ones; SIZE_MAX if all are 0. */
static size_t largest(const double *points, size_t n)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < n; i++)
		if (points[i] > 0 && (best == SIZE_MAX || points[i] > points[best]))
			best = i;
	return best;
}

size_t suspects_class(const struct suspects *ss, size_t row)
{
	return largest(ss->points + row * ss->signatures->n, ss->signatures->n);
}

double suspects_class_score(const struct suspects *ss, size_t signature)
{
	double own = ss->totals[signature], other = 0;

	if (own <= 0)
		return 0;
	for (size_t i = 0; i < ss->signatures->n; i++)
		if (i != signature && ss->totals[i] > other)
			other = ss->totals[i];
	return (1 - exp(-own / POINTS_SCALE)) * own / (own + other);
}

size_t suspects_top_class(const struct suspects *ss, double *score)
{
	size_t top = largest(ss->totals, ss->signatures->n);

	*score = top == SIZE_MAX ? 0 : suspects_class_score(ss, top);
	return top;
}
