/*
 * One decision about each point of a series, from several views of it.
 *
 * Five views standardise the point: its level, its deviation from the hour's
 * baseline (season), the running mean of that (season_run), what the series'
 * own momentum did not foretell (forecast), and the running mean of that
 * (forecast_run). Each is judged by how rare it was among its own past (SPOT);
 * the rarities, -log10 p, are joined by a weighted mean with a share for the
 * greatest (R. A. Fisher's combination, 1932, weighted; the views are not
 * independent, so its chi-squared law does not hold), and the joined number is
 * judged by its own past once more. So the result has one unit for all series:
 * -log10 of the share of points as odd as this one. What a single view finds rarer
 * still by three decades stands for itself, so that the other views cannot outvote it.
 *
 * A point raises an alarm if its surprise reaches the limit and is the
 * greatest of the last 200, so that one disturbance is told once.
 */
#ifndef AIOPS_STATS_ANOMALY_H
#define AIOPS_STATS_ANOMALY_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/arx.h"
#include "stats/ewma.h"
#include "stats/season.h"
#include "stats/spot.h"

enum anomaly_view {
	VIEW_LEVEL,
	VIEW_SEASON,
	VIEW_SEASON_RUN,
	VIEW_FORECAST,
	VIEW_FORECAST_RUN,
	ANOMALY_VIEWS
};
/* "level", "season", "season_run", "forecast", "forecast_run". */
extern const char *const anomaly_view_names[ANOMALY_VIEWS];

/* Points among which an alarm must be the greatest: blocks of equal length. */
#define ANOMALY_BLOCKS     8
#define ANOMALY_BLOCK      25
#define ANOMALY_REFRACTORY (ANOMALY_BLOCKS * ANOMALY_BLOCK)
/* Points before there is an answer. */
#define ANOMALY_WARMUP 200
/* False alarms a point that a series may have at most, however few points a day it has: a laxer
 * limit finds no more on the benchmark that the views were chosen on. */
#define ANOMALY_RATE_MOST 0.002

/* Doubles and floats only: a state file holds them as they stand. */
struct anomaly {
	double n;
	struct ewma level;
	struct season season;
	struct ewma season_run, season_run_spread;
	struct arx model;
	struct ewma forecast_spread, forecast_run, forecast_run_spread;
	double highs[ANOMALY_BLOCKS]; /* greatest surprise of each block, the current one last */
	struct spot views[ANOMALY_VIEWS];
	struct spot joined;
};

#define ANOMALY_INIT ((struct anomaly){.model = ARX_INIT})

struct anomaly_verdict {
	double surprise;        /* -log10 of the share of points as odd; 0 while warming up */
	bool peak;              /* the greatest of the last 200 points */
	bool warm;              /* the series is old enough to be judged */
	double expected;        /* what the view that stands out most expected */
	double z;               /* its standardised deviation, with sign */
	enum anomaly_view view; /* which one that is */
};

/*
 * Judges x (finite) with what came before, then learns it. slot: the season's
 * slot of x's time, kept by the caller. floor: the least standard deviation that the level,
 * the season and the forecast are taken to have, in the series' unit.
 */
struct anomaly_verdict anomaly_step(struct anomaly *a, struct ewma *slot, double x, double floor);

/* The last point was odd, but of no interest: it keeps no later one from being the greatest. */
void anomaly_dismiss(struct anomaly *a);

/*
 * The surprise that a point must reach so that chance alone raises `rate`
 * alarms a point (0 < rate) in a stream of independent points: the greatest of
 * 200 that is beyond q comes with rate (1 - (1-q)^200) / 200.
 * At least 1, at most SPOT_MOST.
 */
double anomaly_limit(double rate);
/* The inverse: alarms a point. */
double anomaly_rate(double limit);

#endif
