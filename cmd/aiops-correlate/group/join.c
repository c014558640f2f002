/*
 * Joining and leaving incidents.
 */
#include "aiops-correlate/group/join.h"

#include <assert.h>
#include <stdlib.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/group/apart.h"
#include "aiops-correlate/group/link.h"
#include "aiops-correlate/suppress/suppress.h"
#include "aiops-correlate/topology/facts.h"

/* ---- leaving ---- */

/* One alert of g fires no more. */
void group_leave(struct engine *en, struct group *g, uint32_t member, enum ending why,
		 int64_t at_ns)
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

	if (suppress_left(en, a, true))
		why = ENDING_ALERTS;
	if (a->active && g)
		group_leave(en, g, a->member, why, a->last_ns);
	alerts_remove(&en->alerts, a);
}

/* ---- merging ---- */

/* The alerts of from's members now stand in into's list, or are only counted there. */
static void move_alerts(struct engine *en, const struct group *into, const struct group *from,
			size_t moved_to, size_t moved)
{
	for (size_t i = 0; i < from->n_members; i++) {
		struct alert *a = alerts_get(&en->alerts, from->members[i].fp);

		if (!a || a->member != i || a->group.slot != from->ref.slot ||
		    a->group.gen != from->ref.gen)
			continue; /* an earlier episode of this alert */
		a->group = into->ref;
		a->member = i < moved ? (uint32_t)(moved_to + i) : MEMBER_NONE;
	}
}

static void merge(struct engine *en, struct group *into, struct group *from)
{
	size_t moved_to, moved;

	group_merge_apart(into, from);
	groups_merge(&en->groups, into, from, &en->words, &moved_to, &moved);
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
static struct group *find_or_open(struct engine *en, const struct sighting *s, struct links *links,
				  bool *opened, bool *merged)
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

static void explain_join(const struct engine *en, const struct sighting *s,
			 const struct links *links, int place, const struct group *g, bool opened,
			 struct outcome *out)
{
	enum role role = opened ? ROLE_ROOT : ROLE_SYMPTOM;

	outcome_make(out, g->id, s->severity == SEVERITY_INFO ? ROLE_CONTEXT : role);
	outcome_weigh(en, out, s->severity, g);
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
	m->df = (uint16_t)history_df(&en->history, s->component, s->name, s->signal);
	m->past = (uint16_t)en->history.incidents;
	m->often = (uint16_t)history_often(&en->history, s->component);
	if (!m->layer && en->topo)
		m->layer = words_get(&en->words, topology_layer(en->topo, word_span(s->component)));
}

/* A new alert joins, opens or merges. Its incident and place there. */
struct group *join_incident(struct engine *en, struct sighting *s, int place, uint32_t *member,
			    struct outcome *out)
{
	struct links links = {0};
	bool opened, merged, worse, reopened;
	struct group *g;

	links_find(en, s, place, false, &links);
	g = find_or_open(en, s, &links, &opened, &merged);
	worse = s->severity > g->severity;
	reopened = g->ending != ENDING_NONE;
	*member = group_join(&en->groups, g, s);
	group_note_apart(g, s);
	g->forget_at_ns = INT64_MAX;
	remember(en, g, *member, s);
	facts_attach(en, g, s, place);
	for (size_t i = 0; i < s->n_pairs; i++)
		pairs_count(s->pairs[i], g->ref);
	links_note(en, s->pairs, s->n_pairs, place, g->ref, s->at_ns);
	if (out)
		explain_join(en, s, &links, place, g, opened, out);
	group_changed(en, g,
		      opened   ? CHANGE_OPENED
		      : merged ? CHANGE_MERGED
			       : CHANGE_UPDATED,
		      opened || merged || worse || reopened);
	links_release(&links);
	return g;
}
