/*
 * From a score to a frequency of being right, learned from outcomes.
 *
 * Platt: p = 1 / (1 + exp(-(a * logit(score) + b))), fitted by Newton's method on
 * the log-loss with Platt's targets (J. Platt, "Probabilistic outputs for support
 * vector machines", 1999; H.-T. Lin, C.-J. Lin and R. Weng, "A note on Platt's
 * probabilistic outputs", 2007). Isotonic: pool adjacent violators (R. Barlow and others,
 * 1972; B. Zadrozny and C. Elkan, 2002), blocks' rates as (k + 1) / (n + 2),
 * straight lines between them. Both never fall with the score.
 */
#ifndef AIOPS_TRIAGE_CALIBRATE_H
#define AIOPS_TRIAGE_CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>

/* Below the first nothing is fitted: so few outcomes say little. From the second on isotonic. */
#define CALIBRATE_MIN      30
#define CALIBRATE_ISOTONIC 300
#define CALIBRATE_KNOTS    64

enum calibration_method { CALIBRATION_NONE, CALIBRATION_PLATT, CALIBRATION_ISOTONIC };

/* "uncalibrated", "platt", "isotonic". */
const char *calibration_name(enum calibration_method m);

/* What came of one score. */
struct outcome {
	double score; /* 0 to 1 */
	bool right;
	double weight; /* above 0; 1 for one outcome */
};

struct calibration {
	enum calibration_method method;                    /* zeroed: scores stay what they are */
	double a, b;                                       /* Platt */
	double at[CALIBRATE_KNOTS], rate[CALIBRATE_KNOTS]; /* isotonic, both rising */
	size_t n_knots;
	size_t n; /* outcomes that it was fitted on */
};

/*
 * Fits what the number of outcomes allows; with fewer than CALIBRATE_MIN it stays
 * uncalibrated. May sort the outcomes. Scores must not come from a model that was fitted on these
 * very outcomes: take them out of fold. O(n log n). Pure.
 */
void calibration_fit(struct calibration *c, struct outcome *outcomes, size_t n);
/* The same with a method that is given; n must be above 0. */
void calibration_fit_as(struct calibration *c, enum calibration_method m, struct outcome *outcomes,
			size_t n);

/* The frequency for a score; without calibration the score. Never falls with the score. */
double calibration_apply(const struct calibration *c, double score);

#endif
