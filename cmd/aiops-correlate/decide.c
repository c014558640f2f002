#include "aiops-correlate/decide.h"

#include <assert.h>

#include "aiops-correlate/group/join.h"
#include "aiops-correlate/group/link.h"
#include "aiops-correlate/summary.h"
#include "aiops-correlate/suppress/suppress.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- room ---- */

static void make_room(struct engine *en)
{
	while (alerts_count(&en->alerts) > en->set.max_active) {
		struct alert *a = alerts_expired(&en->alerts, INT64_MAX);

		assert(a); /* every alert has a timer */
		en->counts.dropped += a->active;
		retire(en, a, ENDING_LIMIT);
	}
	pairs_tidy(&en->pairs);
}

/* ---- the verdicts ---- */

static void take_new(struct engine *en, struct sighting *s, int place, struct outcome *out)
{
	uint32_t member;
	struct group *g = join_incident(en, s, place, &member, out);
	struct alert *a = alerts_add(&en->alerts, s);

	a->group = g->ref;
	a->member = member;
	if (s->late) /* it is told now, so it fires until it is not heard of for long enough */
		alerts_keep(&en->alerts, a, en->now_ns);
	make_room(en);
}

/* An alert that belongs to the past: its incident is told, and it has left. */
static void take_apart(struct engine *en, struct sighting *s, int place, struct outcome *out)
{
	uint32_t member;
	struct group *g = join_incident(en, s, place, &member, out);

	group_leave(en, g, member, ENDING_EXPIRY, s->at_ns);
}

/* The alert fires on: counts, and unless its incident is quiet others may join over it. */
static void count_report(struct engine *en, struct alert *a, struct group *g,
			 const struct sighting *s, int place)
{
	/* a late repeat tells that the alert fires on, now */
	int64_t seen_ns = s->late && a->active ? en->now_ns : s->at_ns;

	a->count++;
	if (!s->late || s->ends_ns > a->ends_ns)
		a->ends_ns = s->ends_ns;
	if (s->at_ns < a->first_ns)
		a->first_ns = s->at_ns;
	a->last_ns = later(a->last_ns, seen_ns);
	alerts_watch(&en->alerts, a);
	if (!g)
		return;
	g->alerts++;
	if (a->member != MEMBER_NONE)
		g->members[a->member].count++;
	if (suppress_is_flapping(en, a->fp))
		return; /* it must not keep its incident open for others */
	g->last_ns = later(g->last_ns, s->at_ns);
	if (group_is_quiet(en, g, s))
		return;
	g->fresh_ns = later(g->fresh_ns, s->at_ns);
	links_note(en, a->pairs, a->n_pairs, place, g->ref, s->at_ns);
}

static bool raise_severity(struct group *g, const struct alert *a, enum severity severity)
{
	if (a->member != MEMBER_NONE && severity > g->members[a->member].severity)
		g->members[a->member].severity = severity;
	if (severity <= g->severity)
		return false;
	g->severity = severity;
	return true;
}

static void take_duplicate(struct engine *en, struct sighting *s, struct alert *a, int place,
			   struct outcome *out)
{
	struct group *g = groups_find(&en->groups, a->group);

	en->counts.duplicates++;
	count_report(en, a, g, s, place);
	if (g)
		group_changed(en, g, CHANGE_UPDATED, raise_severity(g, a, s->severity));
	if (!out)
		return;
	outcome_make(out, g ? g->id : "", ROLE_DUPLICATE);
	outcome_weigh(en, out, s->severity, g);
	outcome_duplicate(out, alert_first_id(a), a->count);
}

/* Fires again: in the same incident if that is near enough, else as a new alert. */
static void take_again(struct engine *en, struct sighting *s, struct alert *a, int place,
		       struct outcome *out)
{
	struct group *g = groups_find(&en->groups, a->group);
	bool reopened;

	if (!g || !is_near(s->at_ns, a->last_ns, en->set.window_ns)) {
		alerts_remove(&en->alerts, a);
		take_new(en, s, place, out);
		return;
	}
	reopened = g->ending != ENDING_NONE;
	a->active = true;
	a->resolved_ns = INT64_MIN;
	count_report(en, a, g, s, place);
	if (a->member != MEMBER_NONE)
		g->members[a->member].active = true;
	g->active++;
	g->ending = ENDING_NONE;
	g->forget_at_ns = INT64_MAX;
	group_changed(en, g, CHANGE_UPDATED, raise_severity(g, a, s->severity) || reopened);
	if (!out)
		return;
	outcome_make(out, g->id, ROLE_SYMPTOM);
	outcome_weigh(en, out, s->severity, g);
	out->count = a->count;
	buf_add_cstr(&out->why, "fires again after it was resolved");
}

/* a fires no more since at_ns; it is known until it expires. */
static void end_alert(struct engine *en, struct alert *a, int64_t at_ns)
{
	(void)suppress_left(en, a, false);
	a->active = false;
	a->resolved_ns = at_ns;
	a->last_ns = later(a->last_ns, at_ns);
	alerts_watch(&en->alerts, a);
}

void alert_due(struct engine *en, struct alert *a)
{
	struct group *g = groups_find(&en->groups, a->group);
	int64_t ends_ns = a->ends_ns;

	if (!alert_is_over(a, en->now_ns)) {
		retire(en, a, ENDING_EXPIRY);
		return;
	}
	end_alert(en, a, ends_ns);
	if (!g)
		return;
	g->last_ns = later(g->last_ns, ends_ns);
	group_leave(en, g, a->member, ENDING_ALERTS, ends_ns);
}

static void take_resolution(struct engine *en, struct sighting *s, struct alert *a, int place,
			    struct outcome *out)
{
	struct group *g = groups_find(&en->groups, a->group);

	end_alert(en, a, s->at_ns);
	if (g) {
		g->last_ns = later(g->last_ns, s->at_ns);
		links_note(en, a->pairs, a->n_pairs, place, g->ref, s->at_ns);
		group_leave(en, g, a->member, ENDING_ALERTS, s->at_ns);
	}
	if (!out)
		return;
	outcome_make(out, g ? g->id : "", ROLE_CONTEXT);
	outcome_weigh(en, out, s->severity, g);
	out->count = a->count;
	buf_add_cstr(&out->why, "resolves an alert of the incident");
}

/* Fired before a resolution that came first, out of its time. */
static void take_over(struct engine *en, struct sighting *s, struct alert *a, int place,
		      struct outcome *out)
{
	int64_t resolved_ns = a->resolved_ns;

	if (a->count > 0) {
		take_duplicate(en, s, a, place, out);
		return;
	}
	alerts_remove(&en->alerts, a);
	take_new(en, s, place, out);
	a = s->track->alert;
	if (a) {
		s->at_ns = resolved_ns;
		take_resolution(en, s, a, place, NULL);
	}
}

static void take_stale(const struct engine *en, const struct sighting *s, const struct alert *a,
		       struct outcome *out)
{
	const struct group *g = a ? groups_find(&en->groups, a->group) : NULL;

	if (!out)
		return;
	outcome_make(out, g ? g->id : "", ROLE_CONTEXT);
	outcome_weigh(en, out, s->severity, g);
	buf_add_cstr(&out->why, a && a->active  ? "a resolution older than the alert's firing"
				: a && a->count ? "resolved already"
						: "resolves no alert that is known");
}

static void forget_waiting(struct engine *en, const struct sighting *s, int place)
{
	links_drop_pending(en, s, place);
	if (s->track->waiting == s)
		s->track->waiting = NULL;
}

/* Nothing is known of the alert, or it was seen too long ago. */
static void take_unknown(struct engine *en, struct sighting *s, struct alert *a, int place,
			 struct outcome *out)
{
	if (s->resolved) {
		/* kept: its firing may come late */
		take_stale(en, s, NULL, out);
		(void)alerts_add(&en->alerts, s);
		make_room(en);
		return;
	}
	if (a)
		retire(en, a, ENDING_EXPIRY);
	take_new(en, s, place, out);
}

static void act(struct engine *en, struct sighting *s, struct alert *a, enum verdict v, int place,
		struct outcome *out)
{
	switch (v) {
	case VERDICT_NEW:
		take_unknown(en, s, a, place, out);
		break;
	case VERDICT_DUPLICATE:
		if (repeat_moves_on(en, s, groups_find(&en->groups, a->group), place, false))
			take_unknown(en, s, a, place, out);
		else
			take_duplicate(en, s, a, place, out);
		break;
	case VERDICT_AGAIN:
		take_again(en, s, a, place, out);
		break;
	case VERDICT_OVER:
		take_over(en, s, a, place, out);
		break;
	case VERDICT_APART:
		take_apart(en, s, place, out);
		break;
	case VERDICT_RESOLVES:
		take_resolution(en, s, a, place, out);
		break;
	case VERDICT_STALE:
		take_stale(en, s, a, out);
		break;
	}
}

/* What the alert said so far; unknown counts as nothing said. */
static enum severity severity_of(const struct engine *en, const struct alert *a)
{
	const struct group *g = groups_find(&en->groups, a->group);

	return g && a->member != MEMBER_NONE ? g->members[a->member].severity : SEVERITY_CRITICAL;
}

static void decide_tracked(struct engine *en, struct sighting *s, struct outcome *out)
{
	struct alert *a = s->track->alert;
	int place = sighting_place(en, s);
	enum verdict v = alerts_judge(a, s->at_ns, s->resolved, en->set.dedup_ns);
	uint64_t opened = en->counts.incidents;
	bool raised;

	forget_waiting(en, s, place);
	s->late = s->at_ns < en->now_ns;
	/* a time ahead of the clock does not carry event time along */
	en->now_ns = later(en->now_ns, s->at_ns < en->newest_ns ? s->at_ns : en->newest_ns);
	en->counts.late += s->late;
	if (!s->released)
		*(s->resolved ? &en->counts.resolutions : &en->counts.alerts) += 1;
	if (en->summary && !s->resolved && !s->released)
		summary_count(en->summary, s->severity, word_span(s->name),
			      word_span(s->component));
	if (suppress_hold(en, s, a, v, out))
		return;
	raised = a && s->severity > severity_of(en, a);
	act(en, s, a, v, place, out);
	suppress_after(en, s, v, en->counts.incidents > opened, raised, out);
}

void decide(struct engine *en, struct sighting *s, struct outcome *out)
{
	if (!s->track)
		s->track = alerts_track(&en->alerts, s->fp);
	decide_tracked(en, s, out);
	alerts_untrack(&en->alerts, s->track);
	s->track = NULL;
}
