#include "aiops-correlate/decide.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/link.h"
#include "base/mem.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- leaving ---- */

/* One alert of g fires no more. */
static void group_leave(struct engine *en, struct group *g, uint32_t member, enum ending why, int64_t at_ns)
{
	if (member != MEMBER_NONE)
		g->members[member].active = false;
	assert(g->active > 0);
	if (--g->active > 0) {
		group_changed(en, g, CHANGE_UPDATED, false);
		return;
	}
	g->ending = why;
	if (why == ENDING_ALERTS)
		g->ends_ns = at_ns;
	group_changed(en, g, CHANGE_RESOLVED, true);
	/* who comes within the window still joins; without room nobody can */
	g->forget_at_ns = why == ENDING_LIMIT ? en->now_ns : g->last_ns + en->set.window_ns;
	group_watch(en, g, g->forget_at_ns);
}

void retire(struct engine *en, struct alert *a, enum ending why)
{
	struct group *g = groups_find(&en->groups, a->group);

	if (a->active && g)
		group_leave(en, g, a->member, why, a->last_ns);
	alerts_remove(&en->alerts, a);
}

/* ---- merging ---- */

/* The alerts of from's members now stand in into's list, or are only counted there. */
static void move_alerts(struct engine *en, const struct group *into, const struct group *from, size_t moved_to,
			size_t moved)
{
	for (size_t i = 0; i < from->n_members; i++) {
		struct alert *a = alerts_get(&en->alerts, from->members[i].fp);

		if (!a || a->member != i || a->group.slot != from->ref.slot || a->group.gen != from->ref.gen)
			continue; /* an earlier episode of this alert */
		a->group = into->ref;
		a->member = i < moved ? (uint32_t)(moved_to + i) : MEMBER_NONE;
	}
}

static void merge(struct engine *en, struct group *into, struct group *from)
{
	size_t moved_to, moved;

	groups_merge(&en->groups, into, from, &moved_to, &moved);
	move_alerts(en, into, from, moved_to, moved);
	en->counts.merges++;
	group_touch(from, CHANGE_MERGED, en->now_ns);
	en->sink.incident(en->sink.ctx, from);
	group_discard(from, &en->words);
}

static int by_serial(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return (x->g->serial > y->g->serial) - (x->g->serial < y->g->serial);
}

/* ---- joining ---- */

/* The incident for a new alert: the oldest that it is linked to, after the
 * others were merged into it; else a new one. */
static struct group *find_or_open(struct engine *en, const struct sighting *s, struct links *links, bool *opened,
				  bool *merged)
{
	char id[INCIDENT_ID_SIZE];
	struct group *g;

	*opened = *merged = false;
	if (links->n == 0) {
		incident_id_of(s->fp, s->starts_ns, id);
		g = groups_by_id(&en->groups, id);
		if (g)
			return g; /* the same alert again, after it had left */
		*opened = true;
		en->counts.incidents++;
		pairs_count_incident(&en->pairs);
		return groups_open(&en->groups, id, s->starts_ns);
	}
	qsort(links->items, links->n, sizeof *links->items, by_serial);
	g = links->items[0].g;
	for (size_t i = 1; i < links->n; i++) {
		merge(en, g, links->items[i].g);
		*merged = true;
	}
	return g;
}

static void explain_join(const struct engine *en, const struct sighting *s, const struct links *links, int place,
			 const struct group *g, bool opened, struct outcome *out)
{
	enum role role = opened ? ROLE_ROOT : ROLE_SYMPTOM;

	outcome_make(out, g->id, s->severity == SEVERITY_INFO ? ROLE_CONTEXT : role);
	outcome_weigh(out, s->severity, g);
	if (links->best.g)
		link_words(en, &links->best, place, &out->why);
	else
		buf_add_cstr(&out->why, opened ? "opens the incident" : "fires again");
}

static void remember(struct engine *en, struct group *g, uint32_t at, const struct sighting *s)
{
	struct member *m;

	if (at == MEMBER_NONE) {
		en->counts.overflow++;
		return;
	}
	m = &g->members[at];
	m->df = history_df(&en->history, s->component, s->name, s->signal);
	m->past = en->history.incidents;
	if (!m->layer && en->topo)
		m->layer = words_get(&en->words, topology_layer(en->topo, word_span(s->component)));
}

/* A new alert joins, opens or merges. Its incident and place there. */
static struct group *join(struct engine *en, struct sighting *s, int place, uint32_t *member, struct outcome *out)
{
	struct links links = {0};
	bool opened, merged, worse, reopened;
	struct group *g;

	links_find(en, s, place, false, &links);
	g = find_or_open(en, s, &links, &opened, &merged);
	worse = s->severity > g->severity;
	reopened = g->ending != ENDING_NONE;
	*member = group_join(&en->groups, g, s);
	g->forget_at_ns = INT64_MAX;
	remember(en, g, *member, s);
	for (size_t i = 0; i < s->n_pairs; i++)
		pairs_count(s->pairs[i], g->ref);
	links_note(en, s->pairs, s->n_pairs, place, g->ref, s->at_ns);
	if (out)
		explain_join(en, s, &links, place, g, opened, out);
	group_changed(en, g, opened ? CHANGE_OPENED : merged ? CHANGE_MERGED : CHANGE_UPDATED,
		      opened || merged || worse || reopened);
	links_release(&links);
	return g;
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
	struct group *g = join(en, s, place, &member, out);
	struct alert *a = alerts_add(&en->alerts, s);

	a->group = g->ref;
	a->member = member;
	a->topo = place;
	make_room(en);
}

/* An alert that belongs to the past: its incident is told, and it has left. */
static void take_apart(struct engine *en, struct sighting *s, int place, struct outcome *out)
{
	uint32_t member;
	struct group *g = join(en, s, place, &member, out);

	group_leave(en, g, member, ENDING_EXPIRY, s->at_ns);
}

/* The alert fires on: counts, and keeps its labels fresh. */
static void count_report(struct engine *en, struct alert *a, struct group *g, const struct sighting *s)
{
	/* a late repeat tells that the alert fires on, now */
	int64_t seen_ns = s->late && a->active ? en->now_ns : s->at_ns;

	a->count++;
	if (s->at_ns < a->first_ns)
		a->first_ns = s->at_ns;
	a->last_ns = later(a->last_ns, seen_ns);
	alerts_watch(&en->alerts, a);
	if (!g)
		return;
	g->alerts++;
	g->last_ns = later(g->last_ns, s->at_ns);
	if (a->member != MEMBER_NONE)
		g->members[a->member].count++;
	links_note(en, a->pairs, a->n_pairs, a->topo, g->ref, s->at_ns);
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

static void take_duplicate(struct engine *en, struct sighting *s, struct alert *a, struct outcome *out)
{
	struct group *g = groups_find(&en->groups, a->group);

	en->counts.duplicates++;
	count_report(en, a, g, s);
	if (g)
		group_changed(en, g, CHANGE_UPDATED, raise_severity(g, a, s->severity));
	if (!out)
		return;
	outcome_make(out, g ? g->id : "", ROLE_DUPLICATE);
	outcome_weigh(out, s->severity, g);
	outcome_duplicate(out, a->first_id, a->count);
}

/* Fires again: in the same incident if that is near enough, else as a new alert. */
static void take_again(struct engine *en, struct sighting *s, struct alert *a, int place, struct outcome *out)
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
	count_report(en, a, g, s);
	if (a->member != MEMBER_NONE)
		g->members[a->member].active = true;
	g->active++;
	g->ending = ENDING_NONE;
	g->forget_at_ns = INT64_MAX;
	group_changed(en, g, CHANGE_UPDATED, raise_severity(g, a, s->severity) || reopened);
	if (!out)
		return;
	outcome_make(out, g->id, ROLE_SYMPTOM);
	outcome_weigh(out, s->severity, g);
	out->count = a->count;
	buf_add_cstr(&out->why, "fires again after it was resolved");
}

static void take_resolution(struct engine *en, struct sighting *s, struct alert *a, struct outcome *out)
{
	struct group *g = groups_find(&en->groups, a->group);

	a->active = false;
	a->resolved_ns = s->at_ns;
	a->last_ns = later(a->last_ns, s->at_ns);
	alerts_watch(&en->alerts, a);
	if (g) {
		g->last_ns = later(g->last_ns, s->at_ns);
		links_note(en, a->pairs, a->n_pairs, a->topo, g->ref, s->at_ns);
		group_leave(en, g, a->member, ENDING_ALERTS, s->at_ns);
	}
	if (!out)
		return;
	outcome_make(out, g ? g->id : "", ROLE_CONTEXT);
	outcome_weigh(out, s->severity, g);
	out->count = a->count;
	buf_add_cstr(&out->why, "resolves an alert of the incident");
}

/* Fired before a resolution that came first, out of its time. */
static void take_over(struct engine *en, struct sighting *s, struct alert *a, int place, struct outcome *out)
{
	int64_t resolved_ns = a->resolved_ns;

	if (a->count > 0) {
		take_duplicate(en, s, a, out);
		return;
	}
	alerts_remove(&en->alerts, a);
	take_new(en, s, place, out);
	a = alerts_get(&en->alerts, s->fp);
	if (a) {
		s->at_ns = resolved_ns;
		take_resolution(en, s, a, NULL);
	}
}

static void take_stale(const struct engine *en, const struct sighting *s, const struct alert *a,
		       struct outcome *out)
{
	const struct group *g = a ? groups_find(&en->groups, a->group) : NULL;

	if (!out)
		return;
	outcome_make(out, g ? g->id : "", ROLE_CONTEXT);
	outcome_weigh(out, s->severity, g);
	buf_add_cstr(&out->why, a && a->active ? "a resolution older than the alert's firing"
				: a && a->count ? "resolved already"
						: "resolves no alert that is known");
}

static void forget_waiting(struct engine *en, const struct sighting *s, int place)
{
	struct span key = span_of((const char *)&s->fp, sizeof s->fp);
	const struct map_entry *waits = map_get(&en->pending_fp, key);

	links_drop_pending(en, s, place);
	if (waits && waits->value.ptr == s)
		map_remove(&en->pending_fp, key);
}

/* Nothing is known of the alert, or it was seen too long ago. */
static void take_unknown(struct engine *en, struct sighting *s, struct alert *a, int place, struct outcome *out)
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
		take_duplicate(en, s, a, out);
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
		take_resolution(en, s, a, out);
		break;
	case VERDICT_STALE:
		take_stale(en, s, a, out);
		break;
	}
}

void decide(struct engine *en, struct sighting *s, struct outcome *out)
{
	struct alert *a = alerts_get(&en->alerts, s->fp);
	int place = sighting_place(en, s);
	enum verdict v = alerts_judge(a, s->at_ns, s->resolved, en->set.dedup_ns);

	forget_waiting(en, s, place);
	s->late = s->at_ns < en->now_ns;
	/* a time ahead of the clock does not carry event time along */
	en->now_ns = later(en->now_ns, s->at_ns < en->newest_ns ? s->at_ns : en->newest_ns);
	en->counts.late += s->late;
	*(s->resolved ? &en->counts.resolutions : &en->counts.alerts) += 1;
	act(en, s, a, v, place, out);
}
