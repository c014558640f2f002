/*
 * Past incidents like this one.
 */
#include "aiops-triage/past/similar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

/*
 * Weights of the parts that are known; a part that is not known (no services named, no
 * date) is left out and the others carry its weight. Recurrences come soon: 93.8 % within
 * 20 days (RCACopilot, arXiv 2305.15778).
 */
#define WEIGHT_TEXT   0.7
#define WEIGHT_PLACES 0.2
#define WEIGHT_AGE    0.1
#define AGE_DAYS      20.0

/* Share of the past incident's services that this one has too; -1 if it names none. */
static double shared_places(const struct past *p, const struct map *places)
{
	struct span rest = past_text(p, PAST_SERVICES);
	size_t n = 0, shared = 0;

	while (rest.len) {
		const char *lf = memchr(rest.data, '\n', rest.len);
		size_t len = lf ? (size_t)(lf - rest.data) : rest.len;

		n++;
		shared += map_get(places, span_of(rest.data, len)) != NULL;
		rest = span_of(rest.data + len + (lf != NULL), rest.len - len - (lf != NULL));
	}
	return n ? (double)shared / (double)n : -1;
}

double similar_score(const struct past *p, double text, const struct question *q)
{
	double places = q->places ? shared_places(p, q->places) : -1;
	double sum = WEIGHT_TEXT * text, weight = WEIGHT_TEXT;

	if (places >= 0) {
		sum += WEIGHT_PLACES * places;
		weight += WEIGHT_PLACES;
	}
	if (q->dated && p->dated) {
		double days = fabs((double)q->at_ns - (double)p->at_ns) / 86400e9;

		sum += WEIGHT_AGE * exp(-days / AGE_DAYS);
		weight += WEIGHT_AGE;
	}
	return sum / weight;
}

static int best_first(const void *a, const void *b)
{
	const struct match *x = a, *y = b;

	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	return (x->past > y->past) - (x->past < y->past);
}

int similar_find(struct index *ix, const struct history *h, const struct question *q,
		 struct match *out, size_t max, size_t *n, struct err *e)
{
	struct match found[MATCHES_MAX];
	size_t candidates = 0, kept = 0;

	if (index_search(ix, q->text, found, &candidates, e) != 0)
		return -1;
	for (size_t i = 0; i < candidates; i++)
		found[i].score = similar_score(&h->items[found[i].past], found[i].score, q);
	if (candidates)
		qsort(found, candidates, sizeof *found, best_first);
	for (size_t i = 0; i < candidates && kept < max && found[i].score >= SIMILAR_FLOOR; i++)
		if (!q->id.len || !span_eq(past_text(&h->items[found[i].past], PAST_ID), q->id))
			out[kept++] = found[i];
	*n = kept;
	return 0;
}
