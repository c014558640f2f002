/*
 * How rare a value is among those before it, by extreme-value theory: peaks
 * over threshold as in SPOT (A. Siffer, P.-A. Fouque, A. Termier, C. Largouet,
 * "Anomaly detection in streams with extreme value theory", KDD 2017).
 *
 * SPOT fixes its threshold t on a first batch and keeps every excess. Here all
 * values are counted in a histogram of geometric cells (four to an octave), and
 * t, the share of values beyond it, and the Pareto tail's shape and scale (by
 * moments, J. R. M. Hosking & J. R. Wallis 1987) are taken from it again now
 * and then. So memory is fixed, no batch is needed, and old values fade.
 */
#ifndef AIOPS_STATS_SPOT_H
#define AIOPS_STATS_SPOT_H

#include <stdbool.h>

#define SPOT_CELLS 64

/* What a tail is taken to be, fixed for a stream. */
struct spot_options {
	double share;  /* of the values beyond t: 0.02 */
	double warmup; /* values before there is an answer */
	double memory; /* values; then all counts are halved */
};

/* Doubles and floats only: a state file holds them as they stand. */
struct spot {
	double n;                /* values counted, the halved ones half */
	double due;              /* values until the tail is taken anew */
	double t;                /* the threshold */
	double beyond;           /* share of the values beyond t */
	double scale, shape;     /* of the generalised Pareto distribution of the excesses */
	double known;            /* 1: t to shape are set */
	float cells[SPOT_CELLS]; /* counts; exact, they stay below 2^24 */
};

#define SPOT_INIT ((struct spot){0})

/* Counts x >= 0, finite. Amortised O(1). */
void spot_add(struct spot *s, double x, const struct spot_options *o);

/*
 * -log10 of the probability that a value of this stream is beyond x; 0 while
 * the stream is younger than the warm-up. Below t, where the tail says
 * nothing, a line from 0 at x = 0 up to the value at t. At most SPOT_MOST.
 */
#define SPOT_MOST 12
double spot_surprise(const struct spot *s, double x);

/* The x of a given surprise (z_q of the paper, with q = 10^-surprise); INFINITY while
 * unknown. The inverse of spot_surprise for surprises in (0, SPOT_MOST). */
double spot_level(const struct spot *s, double surprise);

#endif
