/*
 * watch_points - the detectors of aiops-drift watch by themselves
 *
 *   watch_points speed    nanoseconds of processor time a point, of each part and together
 *   watch_points noise    alarms a series and day that chance raises, on noise of several kinds
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "stats/anomaly.h"
#include "stats/cadence.h"
#include "stats/cusum.h"
#include "stats/flat.h"

#define DAY      288 /* points: one in five minutes */
#define STEP_NS  (300 * NS_PER_S)
#define START_NS (INT64_C(1763700000) * NS_PER_S)
#define POINTS   2000000
#define SERIES   40
#define DAYS     28
#define SETTLED  750 /* points at the beginning that do not count */

static uint64_t seed = 1;

/* S. Vigna's splitmix64, in (0, 1). */
static double unit(void)
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ z >> 31) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
	double r = sqrt(-2 * log(unit()));

	return r * cos(6.283185307179586 * unit());
}

/* ---- noise ---- */

enum noise { INDEPENDENT, MOMENTUM, WALK_LIKE, HEAVY, SKEWED, DAILY, COUNTS, NOISES };
static const char *const noise_names[NOISES] = {
	"independent normal",     "autocorrelation 0.9", "autocorrelation 0.99",
	"Student's t, 3 degrees", "lognormal",           "daily wave + normal",
	"Poisson counts, mean 3"};

static double draw(enum noise kind, int i, double *last)
{
	double e = normal(), sum = 0;

	switch (kind) {
	case MOMENTUM:
		return *last = 0.9 * *last + e;
	case WALK_LIKE:
		return *last = 0.99 * *last + e;
	case HEAVY:
		for (int k = 0; k < 3; k++)
			sum += pow(normal(), 2);
		return e / sqrt(sum / 3);
	case SKEWED:
		return exp(e);
	case DAILY:
		return 10 * sin(6.283185307179586 * i / DAY) + e;
	case COUNTS: /* D. E. Knuth's way */
		for (sum = unit(), e = 0; sum > exp(-3); e++)
			sum *= unit();
		return e;
	default:
		return e;
	}
}

struct counts {
	long points, anomalies, shifts, flats;
};

static struct counts watch_series(enum noise kind, double rate)
{
	struct anomaly a = ANOMALY_INIT;
	struct ewma slots[SEASON_SLOTS_MOST];
	struct shift shift = SHIFT_INIT;
	struct flat flat = FLAT_INIT;
	struct counts n = {0};
	double limit = anomaly_limit(rate), last = 0;

	memset(slots, 0, sizeof slots);
	for (int i = 0; i < DAYS * DAY; i++) {
		double x = 100 + draw(kind, i, &last);
		struct ewma *slot = &slots[season_slot(SEASON_WORKDAY, START_NS + i * STEP_NS, 0)];
		double seasonal = season_at(&a.season, slot).mean;
		struct anomaly_verdict v = anomaly_step(&a, slot, x, 0.1);
		bool shifted =
			shift_add(&shift, x - seasonal, 0.1, 20 / (rate * SHIFT_BATCH)).found;
		double run = flat_add(&flat, x);
		bool stuck = run > 0 && flat_is_long(&flat, 20 / rate);

		if (i < SETTLED)
			continue;
		n.points++;
		n.anomalies += v.peak && v.surprise >= limit;
		n.shifts += shifted;
		n.flats += stuck;
	}
	return n;
}

static void noise_table(void)
{
	double rate = 0.5 / DAY;

	printf("%-26s %12s %12s %12s\n", "", "anomalies", "new levels", "flat lines");
	for (int kind = 0; kind < NOISES; kind++) {
		struct counts sum = {0};
		double days;

		seed = 7;
		for (int s = 0; s < SERIES; s++) {
			struct counts n = watch_series((enum noise)kind, rate);

			sum.points += n.points;
			sum.anomalies += n.anomalies;
			sum.shifts += n.shifts;
			sum.flats += n.flats;
		}
		days = (double)sum.points / DAY;
		printf("%-26s %12.3f %12.3f %12.3f\n", noise_names[kind],
		       (double)sum.anomalies / days, (double)sum.shifts / days,
		       (double)sum.flats / days);
	}
	printf("%-26s %12.3f %12.3f %12.3f\n", "budget", 0.5, 0.5 / 20, 0.5 / 20);
}

/* ---- speed ---- */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double values[4096];

static double time_anomaly(void)
{
	struct anomaly a = ANOMALY_INIT;
	struct ewma slots[SEASON_SLOTS_MOST];
	double from, sum = 0, limit = 0;

	memset(slots, 0, sizeof slots);
	from = seconds();
	for (int i = 0; i < POINTS; i++) {
		int slot = season_slot(SEASON_WORKDAY, START_NS + i * STEP_NS, 0);

		sum += anomaly_step(&a, &slots[slot], values[i & 4095], 0.1).surprise;
		limit += anomaly_limit(0.5 / DAY);
	}
	return sum >= 0 && limit > 0 ? seconds() - from : NAN;
}

static double time_rest(void)
{
	struct shift shift = SHIFT_INIT;
	struct flat flat = FLAT_INIT;
	struct cadence cadence = CADENCE_INIT;
	double from = seconds(), sum = 0;

	for (int i = 0; i < POINTS; i++) {
		sum += shift_add(&shift, values[i & 4095], 0.1, 1000).sum;
		sum += flat_add(&flat, values[i & 4095]) + flat_is_long(&flat, 1e5);
		cadence_add(&cadence, 300);
		sum += cadence_limit_s(&cadence, 3) + cadence_per_day(&cadence);
	}
	return sum >= 0 ? seconds() - from : NAN;
}

static void speed(void)
{
	double anomaly, rest;

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		values[i] = 100 + normal();
	anomaly = time_anomaly() / POINTS * 1e9;
	rest = time_rest() / POINTS * 1e9;
	printf("%.0f %.0f %.0f\n", anomaly, rest, anomaly + rest);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "speed") == 0)
		speed();
	else if (argc == 2 && strcmp(argv[1], "noise") == 0)
		noise_table();
	else
		return fputs("usage: watch_points speed | noise\n", stderr) < 0 ? 74 : 64;
	return 0;
}
