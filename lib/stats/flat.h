/*
 * A value that no longer moves: a run of equal values longer than the series'
 * own habit explains. The length of a run is geometric when each value repeats
 * the one before with a fixed chance, which is learned with Laplace's rule
 * ((repeats + 1) / (steps + 2), 1814); the longest run of the past counts too,
 * since real repeats come in bunches.
 */
#ifndef AIOPS_STATS_FLAT_H
#define AIOPS_STATS_FLAT_H

#include <stdbool.h>

/* Doubles only. */
struct flat {
	double n;       /* values */
	double value;   /* the last */
	double run;     /* values equal to it, itself included */
	double repeats; /* steps that ended runs before this one repeated the value before them */
	double steps;   /* steps of the ended runs */
	double longest; /* ended run */
};

#define FLAT_INIT ((struct flat){0})

/* x finite. Returns the length of the current run. */
double flat_add(struct flat *f, double x);

/*
 * The run length from which a run is too long, when chance may bring one in
 * `points` points: at least 10, and twice the longest run before. INFINITY
 * until the series has moved 20 times, so a constant series is never flat.
 */
double flat_limit(const struct flat *f, double points);
/* Whether the current run is that long; quicker than asking for the limit. */
bool flat_is_long(const struct flat *f, double points);

#endif
