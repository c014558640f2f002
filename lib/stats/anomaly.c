/* One decision from several views: see anomaly.h. */
#include "stats/anomaly.h"

#include <math.h>
#include <string.h>

#define LEVEL_ALPHA    0.0005
#define RUN_ALPHA      (1.0 / 36)
#define RUN_SPREAD     0.001
#define FORECAST_ALPHA 0.01
#define VIEW_MOST      3 /* one view alone cannot say more: its tail is guessed beyond */
#define GREATEST_SHARE 0.2
#define ALONE          3 /* what one view says alone is believed less by so much */

const char *const anomaly_view_names[ANOMALY_VIEWS] = {"level", "season", "season_run", "forecast",
						       "forecast_run"};

/* Chosen on half of a benchmark's files and held against the others: see tests/bench/nab.sh. */
static const double weights[ANOMALY_VIEWS] = {1, 2, 2, 1, 1};

/* The views warm up first, then what they say together. */
static const struct spot_options view_tail = {0.05, ANOMALY_WARMUP / 2, 20000};
static const struct spot_options joined_tail = {0.02, ANOMALY_WARMUP / 2, 20000};

static double standardised(double d, double deviation)
{
	double z = deviation > 0 ? d / deviation : d == 0 ? 0 : copysign(EWMA_Z_MAX, d);

	return fmax(-EWMA_Z_MAX, fmin(EWMA_Z_MAX, z));
}

/* A running mean of z: judged by its own spread, then learned. */
static double run_step(struct ewma *run, struct ewma *spread, double z)
{
	double judged;

	ewma_add(run, z, RUN_ALPHA);
	judged = ewma_z(spread, run->mean, 0);
	ewma_add(spread, run->mean, RUN_SPREAD);
	return judged;
}

/* The five deviations of x, each from what its view expected. */
static void look(struct anomaly *a, struct ewma *slot, double x, double floor,
		 double z[static ANOMALY_VIEWS], double expected[static ANOMALY_VIEWS])
{
	struct season_view season = season_at(&a->season, slot);
	double foretold = arx_expect(&a->model, season.mean), error = x - foretold;
	bool young = a->n < 2;

	z[VIEW_LEVEL] = ewma_z(&a->level, x, floor);
	z[VIEW_SEASON] = young ? 0 : standardised(x - season.mean, fmax(season.deviation, floor));
	z[VIEW_SEASON_RUN] = run_step(&a->season_run, &a->season_run_spread, z[VIEW_SEASON]);
	z[VIEW_FORECAST] = a->n < 3 ? 0 : ewma_z(&a->forecast_spread, error, floor);
	z[VIEW_FORECAST_RUN] =
		run_step(&a->forecast_run, &a->forecast_run_spread, z[VIEW_FORECAST]);
	expected[VIEW_LEVEL] = a->level.mean;
	expected[VIEW_SEASON] = expected[VIEW_SEASON_RUN] = season.mean;
	expected[VIEW_FORECAST] = expected[VIEW_FORECAST_RUN] = foretold;

	ewma_add(&a->level, x, LEVEL_ALPHA);
	arx_add(&a->model, x, young ? x : season.mean);
	ewma_add(&a->forecast_spread, a->n < 3 ? 0 : error, FORECAST_ALPHA);
	season_add(&a->season, slot, x);
}

/* The joined surprise of the views, each of which then learns; *most is the one that stands out,
 * *alone what that view says by itself, discounted. */
static double join(struct anomaly *a, const double z[static ANOMALY_VIEWS], int *most,
		   double *alone)
{
	double sum = 0, weight = 0, greatest = -1;

	for (int i = 0; i < ANOMALY_VIEWS; i++) {
		double rare = spot_surprise(&a->views[i], fabs(z[i]));

		*alone = fmax(*alone, rare - ALONE);
		rare = fmin(VIEW_MOST, rare);

		if (weights[i] * rare > greatest) {
			greatest = weights[i] * rare;
			*most = i;
		}
		sum += weights[i] * rare;
		weight += weights[i];
		spot_add(&a->views[i], fabs(z[i]), &view_tail);
	}
	return (1 - GREATEST_SHARE) * sum / weight + GREATEST_SHARE * greatest;
}

/* Whether s is greater than all of the last points; it is then one of them. */
static bool is_peak(struct anomaly *a, double s)
{
	double *current = &a->highs[ANOMALY_BLOCKS - 1];
	bool peak = true;

	for (int i = 0; i < ANOMALY_BLOCKS; i++)
		peak = peak && s > a->highs[i];
	*current = fmax(*current, s);
	if (fmod(a->n, ANOMALY_BLOCK) == 0) {
		memmove(a->highs, a->highs + 1, sizeof a->highs - sizeof *a->highs);
		*current = 0;
	}
	return peak;
}

struct anomaly_verdict anomaly_step(struct anomaly *a, struct ewma *slot, double x, double floor)
{
	struct anomaly_verdict v = {.warm = a->joined.known > 0};
	double z[ANOMALY_VIEWS], expected[ANOMALY_VIEWS], joined, alone = 0;
	int most = 0;

	look(a, slot, x, floor, z, expected);
	a->n += 1;
	joined = join(a, z, &most, &alone);
	if (a->n > ANOMALY_WARMUP / 2) { /* before, no view could say anything */
		v.surprise = fmax(alone, spot_surprise(&a->joined, joined));
		spot_add(&a->joined, joined, &joined_tail);
	}
	v.peak = is_peak(a, v.surprise);
	v.view = (enum anomaly_view)most;
	v.z = z[most];
	v.expected = expected[most];
	return v;
}

void anomaly_dismiss(struct anomaly *a)
{
	/* it is in the current block, or in the one that it filled */
	a->highs[ANOMALY_BLOCKS - (fmod(a->n, ANOMALY_BLOCK) == 0 ? 2 : 1)] = 0;
}

double anomaly_limit(double rate)
{
	double share = fmin(rate * ANOMALY_REFRACTORY, 1);
	double q = -expm1(log1p(-share) / ANOMALY_REFRACTORY);

	return fmax(1, fmin(SPOT_MOST, q > 0 ? -log10(q) : SPOT_MOST));
}

double anomaly_rate(double limit)
{
	return -expm1(ANOMALY_REFRACTORY * log1p(-pow(10, -limit))) / ANOMALY_REFRACTORY;
}
