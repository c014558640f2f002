/* Series for people: see watch_view.h. */
#include "aiops-drift/watch/watch_view.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-drift/compare/table.h"
#include "base/mem.h"
#include "cli/cli.h"

#define RECENT     (sizeof(((struct series *)NULL)->recent) / sizeof(float))
#define NUMBERS    38 /* columns before the name, without a drawing */
#define NAME_LEAST 16

void sparkline(const float *values, size_t n, bool unicode, struct buf *out)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {"_", ".", ",", "-", "=", "+", "*", "#"};
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < n; i++) {
		low = fmin(low, (double)values[i]);
		high = fmax(high, (double)values[i]);
	}
	for (size_t i = 0; i < n; i++) {
		double share = high > low ? ((double)values[i] - low) / (high - low) : 0.4;
		size_t level;

		if (!isfinite(share)) {
			buf_add_char(out, ' ');
			continue;
		}
		level = (size_t)fmin(7, share * 8);
		buf_add_cstr(out, unicode ? blocks[level] : ascii[level]);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct series *const *x = a, *const *y = b;

	return span_cmp(span_cstr((*x)->feature), span_cstr((*y)->feature));
}

static bool fires(const struct series *s)
{
	for (size_t i = 0; i < series_alarms(s); i++)
		if (s->alarms[i].hold.state == HOLD_FIRING)
			return true;
	return false;
}

/* The last values, oldest first, from the ring that holds them. */
static void add_recent(const struct series *s, bool unicode, struct buf *out)
{
	float line[RECENT];
	size_t n = s->points < RECENT ? (size_t)s->points : RECENT;
	size_t from = s->points < RECENT ? 0 : (size_t)fmod(s->points, RECENT);

	for (size_t i = 0; i < n; i++)
		line[i] = s->recent[(from + i) % RECENT];
	sparkline(line, n, unicode, out);
	for (size_t i = n; i < RECENT; i++)
		buf_add_char(out, ' ');
	buf_add_char(out, ' ');
}

/* Where the drawing would leave no room for a name, the name is worth more. */
static bool draws(const struct watch_view *how)
{
	return how->plot && (how->columns == 0 || how->columns > NUMBERS + RECENT + NAME_LEAST);
}

static void add_row(const struct series *s, const struct watch_view *how, struct buf *out)
{
	const char *state = fires(s) ? "firing" : s->anomaly.joined.known > 0 ? "ok" : "warmup";

	if (s->kind == SERIES_HEARTBEAT && !fires(s))
		state = "ok";
	buf_addf(out, "%-7s %9.0f %7.0f %10.4g  ", state, s->points, s->alerts, s->last);
	if (draws(how))
		add_recent(s, how->unicode, out);
	add_last(out, span_cstr(s->feature), NUMBERS + (draws(how) ? RECENT + 1 : 0), how->columns);
}

void watch_view_write(const struct series_table *t, const struct watch_view *how, struct buf *out)
{
	const struct series **items = mem_array(NULL, t->n + 1, sizeof *items);
	double expected = 0, alerts = 0;
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->items[i])
			items[n++] = t->items[i];
	qsort(items, n, sizeof *items, by_name);
	buf_addf(out, "%-7s %9s %7s %10s  %s\n", "STATE", "POINTS", "ALERTS", "LAST",
		 draws(how) ? "RECENT                           SERIES" : "SERIES");
	for (size_t i = 0; i < n; i++) {
		add_row(items[i], how, out);
		expected += series_expected_false(items[i]);
		alerts += items[i]->alerts;
	}
	buf_addf(out,
		 "%zu series, %.0f alerts; chance alone raises at most about %.2g a day%s"
		 "(--false-alarms)\n",
		 n, alerts, expected, how->columns && how->columns < 100 ? "\n" : " ");
	free(items);
}
