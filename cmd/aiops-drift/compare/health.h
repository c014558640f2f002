/*
 * A feature against its baseline: is it itself? From summaries, in standard errors.
 */
#ifndef AIOPS_DRIFT_HEALTH_H
#define AIOPS_DRIFT_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "stats/spread.h"

#define HEALTH_LEAST_N 100  /* values of a side, below it nothing is said */
#define HEALTH_Z       2.0  /* standard errors: drift_detected, potential_issue */
#define HEALTH_Z_LOUD  3.0  /* alert, likely_violated */
#define HEALTH_EFFECT  0.2  /* change of the mean in deviations of the baseline */
#define HEALTH_RATIO   1.25 /* of the variances, either way */
#define HEALTH_OUTSIDE 0.01 /* share of values outside the baseline's range */

/* Insufficient also where the moments are beyond the range of a double. */
enum status { STATUS_OK, STATUS_DRIFT, STATUS_INSUFFICIENT, STATUS_NO_BASELINE };
/* "ok", "drift_detected", "insufficient_data", "error". */
const char *status_name(enum status s);

enum feeling {
	FEELING_HEALTHY,
	FEELING_ISSUE,
	FEELING_VIOLATED,
	FEELING_INSUFFICIENT,
	FEELING_NONE
};
/* "likely_healthy", "potential_issue", "likely_violated", "insufficient_data", "no_data". */
const char *feeling_name(enum feeling f);

struct health {
	enum status status;
	enum feeling feeling;
	bool alert; /* 3 standard errors, and material */
	double mean_z, mean_p;
	double effect; /* change of the mean in deviations of the baseline; NAN without spread */
	double variance_z, variance_p, variance_ratio;
	uint64_t outside; /* current values outside the baseline's range */
	double range_p;
	double z;          /* the largest of the material changes; 0 if there is none */
	const char *moved; /* which: "mean", "variance", "range"; NULL if there is none */
};

/*
 * ref NULL: there is no baseline. outside: current values beyond ref's range.
 * by_variance: only the variance counts. A change counts if it is material: the mean by
 * HEALTH_EFFECT, the variance by HEALTH_RATIO, the range by HEALTH_OUTSIDE.
 */
struct health health_of(const struct summary *ref, const struct summary *cur, uint64_t outside,
			bool by_variance);

/* One sentence, no full stop. */
void health_why(const struct health *h, const struct summary *ref, const struct summary *cur,
		struct buf *out);

#endif
