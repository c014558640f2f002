/*
 * The exact conditional law of the Kolmogorov-Smirnov statistic given the
 * pooled sample with its ties; and the walk over tie runs that it shares with
 * the statistic. Private to stats.
 */
#ifndef AIOPS_STATS_KS_EXACT_H
#define AIOPS_STATS_KS_EXACT_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/ks.h"

/* The runs of equal values of two ascending arrays, merged, in ascending order. */
struct tie_runs {
	const double *a, *b;
	size_t n, m;
	size_t i, j;  /* taken from a and b so far, the current run included */
	double value; /* of the current run */
};

struct tie_runs tie_runs(const double *a, size_t n, const double *b, size_t m);

/* The length of the next run, 0 at the end. Inline, and without a branch on which array
 * is next: nobody can foretell it, and the walk is most of what D and W1 cost. */
static inline int64_t tie_runs_next(struct tie_runs *r)
{
	size_t i = r->i, j = r->j, from = i + j;
	double a = i < r->n ? r->a[i] : HUGE_VAL, b = j < r->m ? r->b[j] : HUGE_VAL;
	double value = a < b ? a : b;

	if (from == r->n + r->m)
		return 0;
	i += a <= value; /* values are finite: an array that is over is never taken from */
	j += b <= value;
	while (i < r->n && r->a[i] <= value)
		i++;
	while (j < r->m && r->b[j] <= value)
		j++;
	r->i = i;
	r->j = j;
	r->value = value;
	return (int64_t)(i + j - from);
}

/*
 * P(the statistic >= s->h) given the pooled sample. -1, with *p untouched, when
 * that takes more than budget steps or p is below 1e-290, where doubles lose digits.
 */
NODISCARD int ks_exact_conditional(const struct ks *s, const double *ref, const double *cur,
				   int64_t budget, double *p);

#endif
