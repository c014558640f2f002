#include "aiops-correlate/suppress/maintenance.h"

#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"

enum {
	SECONDS_A_DAY = 86400,
	/* The longest way from one start of a window that repeats to the next is from 31 December
	 * over... 30 January to 31 March: 62 days without a 31st at most. */
	DAYS_AHEAD = 64,
};

#define DAY_NS (SECONDS_A_DAY * NS_PER_S)

/* ---- the calendar ---- */

static int64_t day_number(const struct civil *c)
{
	struct civil d = {.year = c->year, .month = c->month, .day = c->day};

	return instant_from_civil(&d) / DAY_NS;
}

static bool is_last_of_month(int64_t day)
{
	return instant_civil(instant_from_ns((day + 1) * DAY_NS)).day == 1;
}

/* True if w begins on that day (days since the epoch, as clocks in its zone count). */
static bool falls_on(const struct window *w, int64_t day, const struct civil *c)
{
	switch (w->repeat) {
	case REPEAT_DAILY:
		return true;
	case REPEAT_WEEKLY:
		return w->weekdays >> c->weekday & 1;
	case REPEAT_MONTHLY:
		return w->day == DAY_LAST ? is_last_of_month(day) : c->day == w->day;
	case REPEAT_ONCE:
		break;
	}
	return false;
}

/* When w begins on that day; false if it does not. */
static bool start_on(const struct window *w, int64_t day, int64_t *start_ns)
{
	struct civil c = instant_civil(instant_from_ns(day * DAY_NS));

	if (!falls_on(w, day, &c))
		return false;
	c.hour = w->at_s / 3600;
	c.minute = w->at_s / 60 % 60;
	c.second = w->at_s % 60;
	*start_ns = zone_instant(&w->zone, &c);
	return *start_ns >= w->from_ns && *start_ns < w->until_ns;
}

/* The days on which an occurrence may begin that matters at at_ns: from *first. */
static int64_t local_day(const struct window *w, int64_t at_ns)
{
	struct civil c = zone_civil(&w->zone, at_ns);

	return day_number(&c);
}

static int64_t days_back(const struct window *w)
{
	return w->for_ns / DAY_NS + 2;
}

int64_t window_end(const struct window *w, int64_t at_ns)
{
	int64_t today, start, end = INT64_MIN;

	if (w->repeat == REPEAT_ONCE)
		return at_ns >= w->from_ns && at_ns < w->until_ns ? w->until_ns : INT64_MIN;
	today = local_day(w, at_ns);
	for (int64_t day = today - days_back(w); day <= today + 1; day++)
		if (start_on(w, day, &start) && start <= at_ns && at_ns < start + w->for_ns)
			end = start + w->for_ns;
	return end;
}

bool window_is_active(const struct window *w, int64_t at_ns)
{
	return window_end(w, at_ns) != INT64_MIN;
}

static void earlier(int64_t t, int64_t after_ns, int64_t *next)
{
	if (t > after_ns && t < *next)
		*next = t;
}

int64_t window_next(const struct window *w, int64_t at_ns)
{
	int64_t next = INT64_MAX, today, start;

	if (w->repeat == REPEAT_ONCE) {
		earlier(w->from_ns, at_ns, &next);
		earlier(w->until_ns, at_ns, &next);
		return next;
	}
	if (at_ns < w->from_ns)
		at_ns = w->from_ns - 1;
	today = local_day(w, at_ns);
	for (int64_t day = today - days_back(w); day <= today + DAYS_AHEAD; day++) {
		if (!start_on(w, day, &start))
			continue;
		earlier(start, at_ns, &next);
		earlier(start + w->for_ns, at_ns, &next);
		if (start > at_ns)
			break;
	}
	return next;
}

static void latest(int64_t t, int64_t at_ns, int64_t *last)
{
	if (t <= at_ns && t > *last)
		*last = t;
}

int64_t window_last(const struct window *w, int64_t at_ns)
{
	int64_t last = INT64_MIN, today, start;

	if (w->repeat == REPEAT_ONCE) {
		latest(w->from_ns, at_ns, &last);
		latest(w->until_ns, at_ns, &last);
		return last;
	}
	if (w->until_ns < INT64_MAX - w->for_ns && at_ns > w->until_ns + w->for_ns)
		at_ns = w->until_ns + w->for_ns;
	today = local_day(w, at_ns);
	for (int64_t day = today - days_back(w) - DAYS_AHEAD; day <= today + 1; day++) {
		if (!start_on(w, day, &start))
			continue;
		latest(start, at_ns, &last);
		latest(start + w->for_ns, at_ns, &last);
	}
	return last;
}

/* ---- all windows ---- */

void maintenance_look(struct maintenance *m, int64_t at_ns)
{
	if (at_ns >= m->lo_ns && at_ns < m->hi_ns)
		return;
	m->n_now = 0;
	m->lo_ns = INT64_MIN;
	m->hi_ns = INT64_MAX;
	for (size_t i = 0; i < m->n; i++) {
		int64_t last = window_last(&m->windows[i], at_ns);
		int64_t next = window_next(&m->windows[i], at_ns);

		if (last > m->lo_ns)
			m->lo_ns = last;
		if (next < m->hi_ns)
			m->hi_ns = next;
		if (window_is_active(&m->windows[i], at_ns))
			m->now[m->n_now++] = i;
	}
}

size_t maintenance_find(const struct maintenance *m, struct subject s, size_t i)
{
	while (i < m->n_now && !matchers_match(&m->windows[m->now[i]].match, s))
		i++;
	return i;
}

void maintenance_free(struct maintenance *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++) {
		matchers_release(&m->windows[i].match);
		zone_release(&m->windows[i].zone);
		free(m->windows[i].name);
	}
	free(m->windows);
	free(m->now);
	free(m);
}
