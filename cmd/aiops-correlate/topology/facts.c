#include "aiops-correlate/topology/facts.h"

#include <stdlib.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/group/link.h"
#include "aiops-correlate/group/sides.h"
#include "base/mem.h"

/* Bytes of facts that wait; beyond them the earliest do not wait any longer. */
#define WAITING_MAX ((size_t)64 << 20)

/* ---- the topology in force ---- */

/* What was seen at the places of one topology, at those of another. */
static struct place_state *move_places(const struct topology *from, const struct place_state *old,
				       const struct topology *to)
{
	struct place_state *out = mem_array(NULL, to ? to->n_nodes : 0, sizeof *out);

	for (size_t i = 0; to && i < to->n_nodes; i++)
		out[i] = (struct place_state){.last_ns = INT64_MIN};
	for (size_t i = 0; from && i < from->n_nodes; i++) {
		int place;

		if (old[i].last_ns == INT64_MIN)
			continue;
		place = topology_place(to, from->places[i].name, SPAN_NONE, SPAN_NONE);
		if (place < 0 || old[i].last_ns <= out[place].last_ns)
			continue;
		out[place].group = old[i].group;
		out[place].last_ns = old[i].last_ns;
	}
	return out;
}

/* Of the alerts that wait at one place, the one that waits longest. */
static void place_pending(struct engine *en)
{
	for (size_t i = 0; i < heap_count(&en->pending); i++) {
		const struct sighting *s = heap_at(&en->pending, i)->ptr;
		int place = sighting_place(en, s);
		const struct sighting **there = place >= 0 ? &en->places[place].pending : NULL;

		if (there && !s->resolved && (!*there || sighting_cmp(*there, s) < 0))
			*there = s;
	}
}

void facts_enforce(struct engine *en)
{
	const struct topology *before = en->topo;
	struct topology *old;
	struct place_state *places;

	if (!en->land.stale)
		return;
	en->topo = landscape_build(&en->land, &old);
	places = move_places(before, en->places, en->topo);
	sides_move(en, before, en->topo);
	free(en->places);
	en->places = places;
	place_pending(en);
	changes_place(&en->changes, en->topo);
	topology_free(old);
}

/* ---- changes ---- */

/* The open incident in which something with that label was seen within the window. */
static struct group *group_with(struct engine *en, enum pair_origin origin, struct span name,
				const struct word *value, int64_t at_ns)
{
	const struct pair *p =
		value ? pairs_find(&en->pairs, origin, name, word_span(value)) : NULL;

	return p && is_near(at_ns, p->last_ns, en->set.window_ns)
		       ? groups_find(&en->groups, p->group)
		       : NULL;
}

static void attach(struct engine *en, struct group *g, const struct site_change *c)
{
	if (g && g->ending == ENDING_NONE && group_add_change(g, c, &en->words))
		group_changed(en, g, CHANGE_UPDATED, false);
}

/* A change while an incident is open: what is done about it, or makes it worse. */
static void attach_to_open(struct engine *en, const struct site_change *c)
{
	static const struct span names[] = {{"component", 9}, {"service", 7}, {"host", 4}};
	const struct word *const values[] = {c->component, c->service, c->host};

	/* what is a service here may be the component there */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
			attach(en, group_with(en, PAIR_LABEL, names[i], values[j], c->at_ns), c);
			attach(en, group_with(en, PAIR_FIELD, names[i], values[j], c->at_ns), c);
		}
	if (c->place >= 0 && is_near(c->at_ns, en->places[c->place].last_ns, en->set.window_ns))
		attach(en, groups_find(&en->groups, en->places[c->place].group), c);
}

void facts_attach(struct engine *en, struct group *g, const struct sighting *s, int place)
{
	for (size_t i = 0; i < en->changes.n; i++) {
		const struct site_change *c = &en->changes.items[i];

		if (changes_precede(&en->changes, c, s->at_ns) &&
		    change_concerns(c, s->component, s->service, s->host, place))
			(void)group_add_change(g, c, &en->words);
	}
}

/* ---- turns ---- */

static int by_turn(const void *a, const void *b)
{
	return fact_cmp(a, b);
}

int64_t facts_next(const struct engine *en)
{
	const struct heap_item *top = heap_top(&en->facts);

	return top ? top->at_ns : INT64_MAX;
}

void facts_apply(struct engine *en)
{
	struct fact *f = heap_pop(&en->facts).ptr;
	const struct site_change *c;

	en->facts_bytes -= f->bytes;
	/* a time ahead of the clock does not carry event time along */
	if (f->at_ns > en->now_ns && f->at_ns <= en->newest_ns)
		en->now_ns = f->at_ns;
	if (f->kind == FACT_TOPOLOGY) {
		en->counts.topologies++;
		landscape_learn(&en->land, f);
	} else {
		en->counts.changes++;
		facts_enforce(en);
		c = changes_add(&en->changes, f, en->topo, &en->words, en->now_ns);
		if (c)
			attach_to_open(en, c);
	}
	fact_free(f);
}

void facts_apply_until(struct engine *en, int64_t at_ns)
{
	while (heap_count(&en->facts) && facts_next(en) <= at_ns)
		facts_apply(en);
	facts_enforce(en);
}

void facts_wait(struct engine *en, struct fact *f)
{
	en->facts.tie = by_turn;
	en->facts_bytes += f->bytes;
	heap_push(&en->facts, (struct heap_item){.at_ns = f->at_ns, .ptr = f});
}

void engine_take_fact(struct engine *en, struct fact *f)
{
	facts_wait(en, f);
	engine_settle(en);
	while (en->facts_bytes > WAITING_MAX) {
		en->counts.hurried++;
		facts_apply(en);
	}
}

void facts_release(struct engine *en)
{
	while (heap_count(&en->facts))
		fact_free(heap_pop(&en->facts).ptr);
	heap_release(&en->facts);
	landscape_release(&en->land);
	changes_release(&en->changes, &en->words);
}
