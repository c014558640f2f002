/* Profiles: knots, counts and what they say. See profile.h; profile_build.c lays and merges. */
#include "stats/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/quantile.h"

void profile_release(struct profile *p)
{
	if (!p)
		return;
	free(p->knots);
	free(p->cells);
	free(p->at);
	free(p->slack);
	*p = PROFILE_INIT;
}

void profile_count_sorted(struct profile *p, const double *x, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		while (k < p->n_knots && p->knots[k] < x[i])
			k++;
		if (k < p->n_knots && p->knots[k] <= x[i])
			p->at[k]++;
		else
			p->cells[k]++;
	}
}

bool profile_same_knots(const struct profile *a, const struct profile *b)
{
	return a->n_knots == b->n_knots &&
	       (a->n_knots == 0 || memcmp(a->knots, b->knots, a->n_knots * sizeof *a->knots) == 0);
}

static uint64_t slack_at(const struct profile *p, size_t k)
{
	return p->slack ? p->slack[k] : 0;
}

/* Values counted left of knot k (k = n_knots: all). O(k). */
static uint64_t counted_below(const struct profile *p, size_t k)
{
	uint64_t sum = p->cells[0];

	for (size_t i = 0; i < k; i++)
		sum += p->at[i] + p->cells[i + 1];
	return sum;
}

static struct count_range range(const struct profile *p, double v, bool itself)
{
	const struct exact_moments *m = &p->moments;
	size_t k;
	struct count_range r;

	if (m->n == 0 || v < m->min || (!itself && v <= m->min))
		return (struct count_range){0, 0};
	if (v > m->max || (itself && v >= m->max))
		return (struct count_range){m->n, m->n};
	k = count_below(p->knots, p->n_knots, v);
	r.low = counted_below(p, k);
	if (k < p->n_knots && p->knots[k] <= v) {
		r.low += itself ? p->at[k] : 0;
		r.high = r.low + slack_at(p, k);
	} else {
		r.high = k < p->n_knots ? r.low + slack_at(p, k) : m->n;
		r.low -= p->cells[k];
	}
	r.high = r.high < m->n ? r.high : m->n;
	return r;
}

struct count_range profile_below(const struct profile *p, double v)
{
	return range(p, v, false);
}

struct count_range profile_up_to(const struct profile *p, double v)
{
	return range(p, v, true);
}

double profile_error(const struct profile *p)
{
	uint64_t widest = 0;

	for (size_t k = 0; k <= p->n_knots && p->moments.n; k++) {
		/* a cell's uncertainty reaches from its left knot to the right one's slack */
		uint64_t width = p->cells[k] + (k < p->n_knots ? slack_at(p, k) : 0);

		widest = width > widest ? width : widest;
	}
	return p->moments.n ? (double)widest / (double)p->moments.n : 0;
}

void profile_order(const struct profile *p, uint64_t k, double *low, double *high)
{
	uint64_t below = 0;

	*low = p->moments.min;
	*high = p->moments.max;
	for (size_t i = 0; i < p->n_knots; i++) {
		double v = p->knots[i];

		below += p->cells[i];
		/* fewer than k values lie below v: the k-th is at least v */
		if (below + slack_at(p, i) < k && v > *low)
			*low = v;
		below += p->at[i];
		if (below >= k) { /* k values are at most v */
			*high = v < *high ? v : *high;
			break;
		}
	}
	if (*low > *high)
		*low = *high;
}
