#include "aiops-audit/drawing.h"

#include <string.h>

#include "cli/page.h"

/* In the units of the viewBox. */
enum {
	WIDTH = 720,
	LEFT = 84,
	RIGHT = 12,
	LANE_HEIGHT = 26,
	AXIS_HEIGHT = 24,
	BARS_HEIGHT = 80,
	BARS_MAX = 60,
	TICKS = 5
};

struct scale {
	int64_t from_ns, to_ns;
};

static int x_of(const struct scale *s, int64_t ns)
{
	double span = (double)(s->to_ns - s->from_ns);
	double share = span > 0 ? (double)(ns - s->from_ns) / span : .5;

	return LEFT + (int)(share * (WIDTH - LEFT - RIGHT));
}

/* The time of day; with the day where the scale is longer than one. */
static void add_time(struct buf *out, const struct scale *s, int64_t ns)
{
	struct civil c = instant_civil(instant_from_ns(ns));

	if (s->to_ns - s->from_ns >= 86400 * NS_PER_S)
		buf_addf(out, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
	else
		buf_addf(out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

static void begin(struct buf *out, int height, const char *label)
{
	buf_addf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", WIDTH, height,
		 label);
}

static void add_axis(struct buf *out, const struct scale *s, int y)
{
	int ticks = s->to_ns > s->from_ns ? TICKS : 1;

	buf_addf(out, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", LEFT, y,
		 WIDTH - RIGHT, y);
	for (int i = 0; i < ticks; i++) {
		int64_t step = ticks > 1 ? (s->to_ns - s->from_ns) / (ticks - 1) : 0;
		int64_t at = s->from_ns + i * step;
		const char *anchor = ticks == 1       ? "middle"
				     : i == 0         ? "start"
				     : i == ticks - 1 ? "end"
						      : "middle";

		buf_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x_of(s, at), y + 16,
			 anchor);
		add_time(out, s, at);
		buf_add_cstr(out, "</text>\n");
	}
}

static void add_dot(struct buf *out, const struct scale *s, const struct moment *m, int y)
{
	buf_addf(out, "<circle class=\"lane-%s%s\" cx=\"%d\" cy=\"%d\" r=\"5\"><title>",
		 lane_name(m->lane), m->bad ? " bad" : "", x_of(s, m->at.ns), y);
	add_time(out, s, m->at.ns);
	buf_add_char(out, ' ');
	html_text(out, span_cstr(m->text));
	buf_add_cstr(out, "</title></circle>\n");
}

void draw_timeline(const struct timeline *t, struct buf *out)
{
	bool used[LANE_COUNT] = {false};
	int lanes = 0, y = LANE_HEIGHT / 2;
	struct scale s;

	if (t->n == 0)
		return;
	s = (struct scale){t->moments[0].at.ns, t->moments[t->n - 1].at.ns};
	for (size_t i = 0; i < t->n; i++)
		used[t->moments[i].lane] = true;
	for (int lane = 0; lane < LANE_COUNT; lane++)
		lanes += used[lane];
	begin(out, lanes * LANE_HEIGHT + AXIS_HEIGHT, "time line");
	for (int lane = 0; lane < LANE_COUNT; lane++) {
		if (!used[lane])
			continue;
		buf_addf(out, "<text x=\"0\" y=\"%d\">%s</text>\n", y + 4,
			 lane_name((enum lane)lane));
		for (size_t i = 0; i < t->n; i++) {
			if ((int)t->moments[i].lane == lane)
				add_dot(out, &s, &t->moments[i], y);
		}
		y += LANE_HEIGHT;
	}
	add_axis(out, &s, lanes * LANE_HEIGHT);
	buf_add_cstr(out, "</svg>\n");
}

/* ---- alerts over time ---- */

struct bars {
	struct scale scale;
	int counts[BARS_MAX];
	int n, most;
};

static bool count_alerts(const struct timeline *t, struct bars *b)
{
	size_t alerts = 0;

	memset(b, 0, sizeof *b);
	for (size_t i = 0; i < t->n; i++) {
		if (t->moments[i].lane != LANE_ALERT)
			continue;
		if (alerts++ == 0)
			b->scale.from_ns = t->moments[i].at.ns;
		b->scale.to_ns = t->moments[i].at.ns;
	}
	if (alerts < 2 || b->scale.to_ns == b->scale.from_ns)
		return false;
	b->n = alerts < BARS_MAX / 3 ? BARS_MAX / 3 : BARS_MAX;
	for (size_t i = 0; i < t->n; i++) {
		double share;
		int at;

		if (t->moments[i].lane != LANE_ALERT)
			continue;
		share = (double)(t->moments[i].at.ns - b->scale.from_ns) /
			(double)(b->scale.to_ns - b->scale.from_ns);
		at = (int)(share * b->n);
		at = at < b->n ? at : b->n - 1;
		b->counts[at]++;
		b->most = b->counts[at] > b->most ? b->counts[at] : b->most;
	}
	return true;
}

void draw_alerts(const struct timeline *t, struct buf *out)
{
	int width;
	struct bars b;

	if (!count_alerts(t, &b))
		return;
	width = (WIDTH - LEFT - RIGHT) / b.n;
	begin(out, BARS_HEIGHT + AXIS_HEIGHT, "alerts over time");
	buf_addf(out, "<text x=\"0\" y=\"12\">%d</text>\n<text x=\"0\" y=\"%d\">0</text>\n", b.most,
		 BARS_HEIGHT);
	for (int i = 0; i < b.n; i++) {
		int height = b.counts[i] * (BARS_HEIGHT - 4) / b.most;
		double from = LEFT + (double)i * (WIDTH - LEFT - RIGHT) / b.n;

		if (b.counts[i] == 0)
			continue;
		buf_addf(out,
			 "<rect class=\"bar\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\">"
			 "<title>%d</title></rect>\n",
			 from, BARS_HEIGHT - height, width > 2 ? width - 2 : 1, height,
			 b.counts[i]);
	}
	add_axis(out, &b.scale, BARS_HEIGHT);
	buf_add_cstr(out, "</svg>\n");
}
