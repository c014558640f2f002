/* A baseline by hour and kind of day: see season.h. */
#include "stats/season.h"

#include <math.h>

#include "base/instant.h"

#define PRIOR      5    /* values that the whole series weighs against a slot's own */
#define SLOT_ALPHA 0.02 /* about a week of a slot at 5 minutes between points */
#define ALL_ALPHA  0.001
#define HOURS      24
#define SATURDAY   5 /* Monday is 0 */

const char *const season_names[SEASON_KINDS + 1] = {"none", "day", "workday", "week", NULL};

int season_slots(enum season_kind kind)
{
	static const int slots[SEASON_KINDS] = {1, HOURS, 2 * HOURS, 7 * HOURS};

	return slots[kind];
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int season_slot(enum season_kind kind, int64_t ns, int32_t offset_s)
{
	int64_t hours = floor_div(floor_div(ns, NS_PER_S) + offset_s, 3600);
	int64_t days = floor_div(hours, HOURS);
	int hour = (int)(hours - days * HOURS);
	int weekday = (int)(days + 3 - floor_div(days + 3, 7) * 7); /* the epoch was a Thursday */

	switch (kind) {
	case SEASON_DAY:
		return hour;
	case SEASON_WORKDAY:
		return (weekday >= SATURDAY ? HOURS : 0) + hour;
	case SEASON_WEEK:
		return weekday * HOURS + hour;
	default:
		return 0;
	}
}

struct season_view season_at(const struct season *s, const struct ewma *slot)
{
	double w = slot->n / (slot->n + PRIOR);

	return (struct season_view){
		.mean = s->all.mean + w * (slot->mean - s->all.mean),
		.deviation = sqrt(s->spread + w * (slot->variance - s->spread)),
	};
}

void season_add(struct season *s, struct ewma *slot, double x)
{
	double d = x - season_at(s, slot).mean, a;

	if (slot->n == 0) /* its own spread is not known yet */
		*slot = (struct ewma){1, x, s->spread};
	else
		ewma_add(slot, x, SLOT_ALPHA);
	ewma_add(&s->all, x, ALL_ALPHA);
	s->n += 1;
	a = fmax(1 / s->n, ALL_ALPHA);
	s->spread = (1 - a) * (s->spread + a * d * d);
}
