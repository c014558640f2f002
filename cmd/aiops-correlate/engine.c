#include "aiops-correlate/engine.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/group/link.h"
#include "aiops-correlate/group/sides.h"
#include "aiops-correlate/suppress/suppress.h"
#include "aiops-correlate/topology/facts.h"
#include "base/instant.h"
#include "base/mem.h"

/* The least event time between two announcements of updates of one incident. */
#define UPDATE_EVERY_NS (30 * NS_PER_S)
/* Label pairs kept for their rarity beyond those of the alerts in memory. */
#define SPARE_PAIRS 65536

static int by_turn(const void *a, const void *b)
{
	return sighting_cmp(a, b);
}

void engine_init(struct engine *en, const struct settings *set, const struct topology *topo,
		 struct sink sink)
{
	memset(en, 0, sizeof *en);
	en->set = *set;
	en->topo = topo;
	en->sink = sink;
	en->newest_ns = en->now_ns = INT64_MIN;
	words_init(&en->words);
	pairs_init(&en->pairs, 2 * set->max_active + SPARE_PAIRS);
	groups_init(&en->groups, set->max_group);
	alerts_init(&en->alerts, set->dedup_ns);
	history_init(&en->history);
	map_init(&en->sides);
	landscape_init(&en->land, topo, set->topology_age_ns);
	changes_init(&en->changes, set->changes_ns);
	en->pending.tie = by_turn;
	en->places = mem_array(NULL, topo ? topo->n_nodes : 0, sizeof *en->places);
	for (size_t i = 0; topo && i < topo->n_nodes; i++)
		en->places[i] = (struct place_state){.last_ns = INT64_MIN};
}

void engine_release(struct engine *en)
{
	while (heap_count(&en->pending))
		sighting_free(heap_pop(&en->pending).ptr, &en->words);
	heap_release(&en->pending);
	heap_release(&en->group_due);
	alerts_release(&en->alerts);
	groups_release(&en->groups, &en->words);
	history_release(&en->history);
	facts_release(en);
	sides_release(en);
	pairs_release(&en->pairs);
	words_release(&en->words);
	free(en->places);
	memset(en, 0, sizeof *en);
}

int sighting_place(const struct engine *en, const struct sighting *s)
{
	if (!en->topo)
		return -1;
	return topology_place(en->topo, word_span(s->component), word_span(s->service),
			      word_span(s->host));
}

/* ---- announcing ---- */

/* Writes out g's last revision unless that was done. */
static void group_announce(struct engine *en, struct group *g)
{
	g->update_at_ns = INT64_MAX;
	if (g->announced == g->revision)
		return;
	g->announced = g->revision;
	g->announced_ns = en->now_ns;
	en->sink.incident(en->sink.ctx, g);
}

void group_watch(struct engine *en, struct group *g, int64_t at_ns)
{
	heap_push(&en->group_due, (struct heap_item){.at_ns = at_ns,
						     .key = g->serial,
						     .ptr = (void *)((uintptr_t)g->ref.slot + 1)});
}

void group_changed(struct engine *en, struct group *g, enum change change, bool at_once)
{
	group_touch(g, change, en->now_ns);
	if (at_once) {
		group_announce(en, g);
		return;
	}
	if (g->update_at_ns != INT64_MAX)
		return;
	g->update_at_ns = g->announced_ns + UPDATE_EVERY_NS > en->now_ns
				  ? g->announced_ns + UPDATE_EVERY_NS
				  : en->now_ns;
	group_watch(en, g, g->update_at_ns);
}

static int by_serial(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;

	return (x->serial > y->serial) - (x->serial < y->serial);
}

/* The open incidents in order of opening; the array belongs to the caller. */
static struct group **groups_in_order(const struct groups *gs, size_t *n)
{
	struct group **list = mem_array(NULL, gs->live, sizeof *list);

	*n = 0;
	for (struct group *g = groups_next(gs, NULL); g; g = groups_next(gs, g))
		list[(*n)++] = g;
	if (*n)
		qsort(list, *n, sizeof *list, by_serial);
	return list;
}

/* ---- time ---- */

static void look_at_group(struct engine *en, const struct heap_item *item)
{
	size_t slot = (size_t)((uintptr_t)item->ptr - 1);
	struct group *g = slot < en->groups.n_slots ? en->groups.slots[slot].g : NULL;

	if (!g || g->serial != item->key)
		return; /* merged or over since */
	if (g->update_at_ns == item->at_ns)
		group_announce(en, g);
	if (g->forget_at_ns != item->at_ns)
		return;
	group_announce(en, g);
	history_learn(&en->history, g->members, g->n_members);
	groups_forget(&en->groups, g, &en->words);
}

/* The earliest timer before limit_ns fires. False if there is none. */
static bool fire_timer(struct engine *en, int64_t limit_ns)
{
	const struct heap_item *top = heap_top(&en->group_due);
	int64_t alert_ns = alerts_next_due(&en->alerts), held_ns = suppress_next_due(en);
	int64_t land_ns = en->land.due_ns;
	struct heap_item item;
	struct alert *a;

	if (land_ns < limit_ns && land_ns <= held_ns && land_ns <= alert_ns &&
	    !(top && top->at_ns < land_ns)) {
		landscape_age(&en->land, land_ns);
		return true;
	}
	facts_enforce(en);
	if (held_ns < limit_ns && held_ns <= alert_ns && !(top && top->at_ns < held_ns)) {
		if (held_ns > en->now_ns)
			en->now_ns = held_ns;
		suppress_tick(en, held_ns);
		return true;
	}
	if (top && top->at_ns < limit_ns && top->at_ns <= alert_ns) {
		item = heap_pop(&en->group_due);
		if (item.at_ns > en->now_ns)
			en->now_ns = item.at_ns;
		look_at_group(en, &item);
		return true;
	}
	if (alert_ns >= limit_ns)
		return false;
	if (alert_ns > en->now_ns)
		en->now_ns = alert_ns;
	a = alerts_expired(&en->alerts, alert_ns + 1);
	if (a)
		alert_due(en, a);
	return true;
}

/* What is decided soon has not been touched for the length of the lateness: it is fetched while
 * others are decided, step by step. */
static inline __attribute__((always_inline)) void look_ahead(const struct engine *en)
{
	const struct sighting *next = heap_ahead(&en->pending, 0);
	const struct sighting *second = heap_ahead(&en->pending, 1);
	const char *third = heap_ahead(&en->pending, 2);

	if (next)
		track_look_ahead(next->track);
	if (second)
		__builtin_prefetch(second->track);
	if (!third)
		return;
	for (size_t line = 0; line < sizeof(struct sighting) + 64; line += 64)
		__builtin_prefetch(third + line);
}

/* Decides everything before limit_ns: facts, alerts and timers by time, at one time in this order.
 */
static void advance(struct engine *en, int64_t limit_ns, const struct sighting *asked,
		    struct outcome *out)
{
	for (;;) {
		const struct heap_item *top = heap_top(&en->pending);
		int64_t next_ns = top && top->at_ns < limit_ns ? top->at_ns : limit_ns;
		int64_t fact_ns = facts_next(en);
		struct sighting *s;

		if (fire_timer(en, fact_ns < next_ns ? fact_ns : next_ns))
			continue;
		if (fact_ns < limit_ns && fact_ns <= next_ns) {
			facts_apply(en);
			continue;
		}
		if (next_ns == limit_ns)
			break;
		facts_enforce(en);
		s = heap_pop(&en->pending).ptr;
		look_ahead(en);
		decide(en, s, s == asked ? out : NULL);
		sighting_free(s, &en->words);
	}
	if (limit_ns > en->now_ns)
		en->now_ns = limit_ns;
}

/* Up to where nothing more is waited for. */
static int64_t settled_ns(const struct engine *en)
{
	if (en->newest_ns < INT64_MIN + en->set.lateness_ns + 1)
		return INT64_MIN;
	/* without lateness the newest alert itself is decided at once */
	return en->newest_ns - en->set.lateness_ns + (en->set.lateness_ns == 0);
}

void engine_wait(struct engine *en, struct sighting *s)
{
	heap_push(&en->pending,
		  (struct heap_item){.at_ns = s->at_ns, .key = s->resolved, .ptr = s});
	if (!s->resolved)
		links_note_pending(en, s, sighting_place(en, s));
	if (!s->track)
		s->track = alerts_track(&en->alerts, s->fp);
	s->track->waiting = s;
}

/* With more waiting than there is room for, the earliest do not wait any longer. */
static void hurry(struct engine *en)
{
	while (heap_count(&en->pending) > en->set.max_active) {
		en->counts.hurried++;
		advance(en, heap_top(&en->pending)->at_ns + 1, NULL, NULL);
	}
}

void engine_take(struct engine *en, const struct report *r, int64_t clock_ns, struct outcome *out)
{
	struct sighting *s;

	alerts_expect(&en->alerts, r->fp);
	s = sighting_new(r, &en->words, &en->pairs);
	s->track = alerts_track(&en->alerts, s->fp);
	suppress_rate(en, s);
	leap_move(&en->leap, &en->newest_ns, clock_ns);
	advance(en, settled_ns(en), NULL, NULL);
	if (s->at_ns >= settled_ns(en)) {
		preview(en, s, out);
		engine_wait(en, s);
	} else { /* late, or nothing waits at all */
		engine_wait(en, s);
		advance(en, settled_ns(en), s, out);
	}
	hurry(en);
}

void engine_settle(struct engine *en)
{
	advance(en, settled_ns(en), NULL, NULL);
}

void engine_watermark(struct engine *en, int64_t at_ns)
{
	leap_move(&en->leap, &en->newest_ns, at_ns);
	advance(en, settled_ns(en), NULL, NULL);
}

static void close_group(struct engine *en, struct group *g)
{
	if (g->ending == ENDING_NONE) {
		g->ending = ENDING_INPUT;
		group_touch(g, CHANGE_RESOLVED, en->now_ns);
	}
	group_announce(en, g);
}

void engine_finish(struct engine *en, bool close)
{
	size_t n;
	struct group **list;

	advance(en, en->newest_ns, NULL, NULL);
	while (heap_count(
		&en->pending)) { /* those at the newest time, and those ahead of the clock */
		struct sighting *s;

		facts_apply_until(en, heap_top(&en->pending)->at_ns);
		s = heap_pop(&en->pending).ptr;
		decide(en, s, NULL);
		sighting_free(s, &en->words);
	}
	facts_apply_until(en, en->newest_ns);
	if (close)
		suppress_finish(en);
	list = groups_in_order(&en->groups, &n);
	for (size_t i = 0; i < n; i++) {
		if (close)
			close_group(en, list[i]);
		else
			group_announce(en, list[i]);
	}
	free(list);
}
