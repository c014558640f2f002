/*
 * How good answers were that came with a confidence: calibration, and what one gets
 * by answering only the surer ones. Pure.
 */
#ifndef AIOPS_TRIAGE_MEASURE_H
#define AIOPS_TRIAGE_MEASURE_H

#include <stddef.h>

#include "aiops-triage/classify/calibrate.h"

#define MEASURE_BINS 10

/* k of n with its 95 % interval (stats/proportion.h). n = 0: all are NaN. */
struct share {
	size_t k, n;
	double rate, low, high;
};
struct share share_of(size_t k, size_t n);

/* Of the answers whose confidence fell into one tenth. */
struct measure_bin {
	struct share right;
	double confidence; /* their mean; NaN without any */
};

/* The surest answers: so large a part of all, and how many of them were right. */
struct measure_cover {
	double coverage;  /* .1, .2, ... 1 */
	double threshold; /* the least confidence among them */
	struct share right;
};

struct measure {
	struct share right;
	double brier;      /* mean (confidence - right)^2 (G. W. Brier, 1950); NaN without any */
	double brier_base; /* of saying the overall rate each time */
	double ece;        /* expected calibration error over the bins, weighted by n */
	struct measure_bin bins[MEASURE_BINS];
	struct measure_cover cover[MEASURE_BINS];
	size_t n_cover;
};

/* Sorts o by score, the highest first. Weights are not looked at. O(n log n). */
void measure_outcomes(struct measure *m, struct outcome *o, size_t n);

/* The mean of the classes' F1, over classes (numbers below `classes`) that occur in actual or
 * said; NaN without any. O(n + classes). */
double measure_macro_f1(const size_t *actual, const size_t *said, size_t n, size_t classes);

/* Members of a JSON object: n, right, rate, low, high; null where nothing is known. */
struct jsonw;
void share_write(struct jsonw *w, const struct share *s);
/* Members: agreement, brier, ... bins, coverage. */
void measure_write(struct jsonw *w, const struct measure *m);

#endif
