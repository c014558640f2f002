/*
 * What the rules say: pure questions.
 */
#include "aiops-incident/notify/rules.h"

#include "base/instant.h"

const char *const channel_kind_names[] = {"slack",   "pagerduty", "smtp", "sendmail",
					  "webhook", "command",   NULL};

bool pattern_fits(struct span pattern, struct span text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;

	while (t < text.len) {
		if (p < pattern.len &&
		    (pattern.data[p] == '?' || pattern.data[p] == text.data[t]) &&
		    pattern.data[p] != '*') {
			p++;
			t++;
		} else if (p < pattern.len && pattern.data[p] == '*') {
			star = p++;
			mark = t;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.data[p] == '*')
		p++;
	return p == pattern.len;
}

static bool any_fits(const struct words_of *w, const struct span *texts, size_t n)
{
	if (w->n == 0)
		return true;
	for (size_t i = 0; i < w->n; i++) {
		for (size_t k = 0; k < n; k++) {
			if (pattern_fits(w->items[i], texts[k]))
				return true;
		}
	}
	return false;
}

/* ---- time ---- */

bool hours_hold(const struct hours *h, const struct zone *z, int64_t at_ns)
{
	struct civil c = zone_civil(z, at_ns);
	int minute = c.hour * 60 + c.minute, day = c.weekday;

	if (h->from_min < h->until_min)
		return (h->days >> day & 1) && minute >= h->from_min && minute < h->until_min;
	/* Over midnight: what is before the end belongs to the day before. */
	if (minute >= h->from_min)
		return h->days >> day & 1;
	return minute < h->until_min && (h->days >> (day + 6) % 7 & 1);
}

int64_t notify_rules_silent_until(const struct notify_rules *r, enum severity severity,
				  int64_t at_ns)
{
	const int64_t minute = 60 * NS_PER_S, most = 8 * 24 * 60;
	int64_t at = at_ns;

	/* A severity that is not known might be the worst. */
	if (severity == SEVERITY_UNKNOWN)
		return at_ns;
	for (int64_t steps = 0; steps < most; steps++) {
		bool silent = false;

		for (size_t i = 0; i < r->n_silences && !silent; i++)
			silent = severity < r->silences[i].below &&
				 hours_hold(&r->silences[i].hours, &r->zone, at);
		if (!silent)
			return at;
		at = (at / minute + 1) * minute;
	}
	return at; /* a silence without an end is over after a week */
}

size_t rotation_at(const struct rotation *r, int64_t at_ns)
{
	for (size_t i = 0; i < r->n; i++) {
		if (at_ns >= r->shifts[i].from_ns && at_ns < r->shifts[i].until_ns)
			return r->shifts[i].person;
	}
	return SIZE_MAX;
}

/* ---- targets ---- */

struct channels {
	size_t *out, max, n;
};

static void add_channel(struct channels *c, size_t channel)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->out[i] == channel)
			return;
	}
	if (c->n < c->max)
		c->out[c->n++] = channel;
}

static void add_person(const struct notify_rules *r, struct channels *c, size_t person)
{
	for (size_t i = 0; i < r->people[person].n_channels; i++)
		add_channel(c, r->people[person].channels[i]);
}

/* Who is on call; when nobody is, who was last or will be first: better than nobody. */
static void add_rotation(const struct notify_rules *r, struct channels *c,
			 const struct rotation *rotation, int64_t at_ns)
{
	size_t person = rotation_at(rotation, at_ns);

	if (rotation->n == 0)
		return;
	if (person == SIZE_MAX)
		person = at_ns < rotation->shifts[0].from_ns
				 ? rotation->shifts[0].person
				 : rotation->shifts[rotation->n - 1].person;
	add_person(r, c, person);
}

static void add_targets(const struct notify_rules *r, struct channels *c, const struct target *t,
			size_t n, int64_t at_ns)
{
	for (size_t i = 0; i < n; i++) {
		switch (t[i].kind) {
		case TARGET_CHANNEL:
			add_channel(c, t[i].index);
			break;
		case TARGET_PERSON:
			add_person(r, c, t[i].index);
			break;
		case TARGET_ROTATION:
			add_rotation(r, c, &r->rotations[t[i].index], at_ns);
			break;
		}
	}
}

static bool route_fits(const struct notify_rules *r, const struct route *route,
		       const struct subject *s)
{
	return any_fits(&route->services, s->services, s->n_services) &&
	       any_fits(&route->types, &s->type, 1) &&
	       (s->severity == SEVERITY_UNKNOWN || s->severity >= route->severity) &&
	       (!route->novel || s->novel) &&
	       (!route->has_hours || hours_hold(&route->hours, &r->zone, s->at_ns));
}

static const struct escalation_path *path_of(const struct notify_rules *r, const struct subject *s)
{
	for (size_t i = 0; i < r->n_escalations; i++) {
		if (any_fits(&r->escalations[i].types, &s->type, 1))
			return &r->escalations[i];
	}
	return NULL;
}

size_t notify_rules_route(const struct notify_rules *r, const struct subject *s, size_t *out,
			  size_t max)
{
	struct channels c = {out, max, 0};
	const struct escalation_path *path = path_of(r, s);
	bool decided = false;

	for (size_t i = 0; i < r->n_routes && !decided; i++) {
		if (!route_fits(r, &r->routes[i], s))
			continue;
		add_targets(r, &c, r->routes[i].to, r->routes[i].n_to, s->at_ns);
		decided = !r->routes[i].go_on;
	}
	/* What nobody has a runbook for needs a person at once. */
	if (s->novel && path && path->n)
		add_targets(r, &c, path->path, 1, s->at_ns);
	return c.n;
}

size_t notify_rules_escalate(const struct notify_rules *r, const struct subject *s, size_t step,
			     size_t *out, size_t max, int64_t *after_ms)
{
	struct channels c = {out, max, 0};
	const struct escalation_path *path = path_of(r, s);

	if (!path || step >= path->n)
		return SIZE_MAX;
	*after_ms = path->after_ms;
	add_targets(r, &c, &path->path[step], 1, s->at_ns);
	return c.n;
}
