/*
 * A distribution in bounded space, with certainty about what is left out: exact
 * counts at up to some thousands of knots. Between two knots only the number of
 * values is known, so every number that comes from a profile has an interval that
 * holds whatever the data is. Profiles over the same knots are merged by addition;
 * over other knots too, with a wider interval that is kept beside each knot.
 */
#ifndef AIOPS_STATS_PROFILE_H
#define AIOPS_STATS_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/bins.h"
#include "stats/exact_sum.h"

/* Steps of the ranks at which knots are laid: of n values at most n / PROFILE_STEPS stand
 * strictly between two knots. */
#define PROFILE_STEPS 4096
/* Knots of a profile at the very most: the steps, the deciles, both ends. */
#define PROFILE_KNOTS (PROFILE_STEPS + 16)

struct profile {
	double *knots; /* ascending, owned */
	/* cells[k]: values between knots k-1 and k, the outer two open to infinity
	 * (n_knots + 1 of them); at[k]: values equal to knot k. Owned. */
	uint64_t *cells, *at;
	/* slack[k]: up to so many of the values that are counted right of knot k may in
	 * truth lie at it or left of it. Owned; NULL: none anywhere. */
	uint64_t *slack;
	size_t n_knots;
	struct exact_moments moments; /* of all values */
	struct bins bins;             /* deciles, each cut a knot: what PSI and JS are taken over */
};

#define PROFILE_INIT ((struct profile){.n_knots = 0})
void profile_release(struct profile *p);

/* Lays knots by ascending x[0..n): every value if they are few, else every so many ranks,
 * with both ends and the deciles. Nothing is counted yet. p must be empty. */
void profile_lay(struct profile *p, const double *x, size_t n);
/* Lays the knots and bins of another, without its counts. p must be empty. */
void profile_lay_as(struct profile *p, const struct profile *of);

/* Counts ascending x[0..n), whose moments are added elsewhere; the knots stay. O(n + knots). */
void profile_count_sorted(struct profile *p, const double *x, size_t n);

/*
 * The same, and lays further knots in cells that hold much more than their share; where that makes
 * too many, others go. The values that such a cell held before are the new knots' slack.
 */
void profile_add_sorted(struct profile *p, const double *x, size_t n);

/* Takes knots out, those with the emptiest cells around them, until there are at most max. */
void profile_thin(struct profile *p, size_t max);

bool profile_same_knots(const struct profile *a, const struct profile *b);

/*
 * As if everything counted in b had been counted in a. With the same knots that is
 * what happens; else a gets the knots of both, with slack. The same for every order
 * of merging (until thinned). O(knots).
 */
void profile_merge(struct profile *a, const struct profile *b);

/* Lays the bins anew at the knots next to the deciles: after merging and adding. */
void profile_set_bins(struct profile *p);

/* How many values lie below v, or at and below it: between low and high. O(log knots). */
struct count_range {
	uint64_t low, high;
};
struct count_range profile_below(const struct profile *p, double v);
struct count_range profile_up_to(const struct profile *p, double v);

/* The largest share of the values that the place of a value inside its cell, or
 * slack, leaves open: the greatest width of a count range, over n. 0 when empty. */
double profile_error(const struct profile *p);

/* The k-th smallest value, k from 1 to n, lies in [*low, *high]. */
void profile_order(const struct profile *p, uint64_t k, double *low, double *high);

#endif
