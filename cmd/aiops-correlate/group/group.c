#include "aiops-correlate/group/group.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { ENDED_KEPT = 4096 };

void groups_init(struct groups *gs, size_t max_members)
{
	memset(gs, 0, sizeof *gs);
	map_init(&gs->by_id);
	map_init(&gs->ended);
	gs->ended_ring = mem_zalloc(ENDED_KEPT * sizeof *gs->ended_ring);
	gs->max_members = max_members;
}

static void member_release(struct member *m, struct words *ws)
{
	words_drop(ws, m->name);
	words_drop(ws, m->component);
	words_drop(ws, m->service);
	words_drop(ws, m->layer);
	callees_drop(m->callees, ws);
	free(m->id);
}

void group_discard(struct group *g, struct words *ws)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n_members; i++)
		member_release(&g->members[i], ws);
	for (size_t i = 0; i < g->n_shared; i++)
		pair_drop(g->shared[i]);
	for (size_t i = 0; i < g->n_changes; i++)
		change_release(&g->changes[i], ws);
	for (size_t i = 0; i < APART_MAX; i++)
		if (g->apart[i])
			pair_drop(g->apart[i]);
	words_drop(ws, g->source);
	free(g->changes);
	free(g->members);
	free(g->shared);
	free(g->merged);
	free(g->absorbed);
	free(g);
}

void groups_release(struct groups *gs, struct words *ws)
{
	for (size_t i = 0; i < gs->n_slots; i++)
		group_discard(gs->slots[i].g, ws);
	free(gs->slots);
	free(gs->free_slots);
	free(gs->ended_ring);
	map_release(&gs->by_id);
	map_release(&gs->ended);
	memset(gs, 0, sizeof *gs);
}

struct group *groups_find(const struct groups *gs, struct group_ref ref)
{
	while (ref.gen != 0) {
		const struct group_slot *s = &gs->slots[ref.slot];

		if (s->gen != ref.gen)
			return NULL;
		if (s->g)
			return s->g;
		ref = s->forward;
	}
	return NULL;
}

struct group *groups_by_id(const struct groups *gs, const char *id)
{
	const struct map_entry *en = map_get(&gs->by_id, span_cstr(id));

	return en ? gs->slots[en->value.num].g : NULL;
}

struct group *groups_next(const struct groups *gs, const struct group *after)
{
	for (size_t i = after ? (size_t)after->ref.slot + 1 : 0; i < gs->n_slots; i++)
		if (gs->slots[i].g)
			return gs->slots[i].g;
	return NULL;
}

static uint32_t take_slot(struct groups *gs)
{
	if (gs->n_free)
		return gs->free_slots[--gs->n_free];
	mem_grow(gs->slots, gs->slots_cap, gs->n_slots + 1);
	gs->slots[gs->n_slots] = (struct group_slot){.gen = 1};
	return (uint32_t)gs->n_slots++;
}

static void give_slot(struct groups *gs, uint32_t slot)
{
	struct group_slot *s = &gs->slots[slot];

	s->g = NULL;
	s->forward = (struct group_ref){0, 0};
	if (++s->gen == 0)
		s->gen = 1;
	mem_grow(gs->free_slots, gs->free_cap, gs->n_free + 1);
	gs->free_slots[gs->n_free++] = slot;
}

struct group *groups_restore(struct groups *gs, const char *id, uint64_t serial)
{
	struct group *g = mem_zalloc(sizeof *g);
	uint32_t slot = take_slot(gs);

	g->ref = (struct group_ref){slot, gs->slots[slot].gen};
	gs->slots[slot].g = g;
	gs->live++;
	g->serial = serial;
	if (serial >= gs->next_serial)
		gs->next_serial = serial + 1;
	memcpy(g->id, id, sizeof g->id);
	g->update_at_ns = g->forget_at_ns = INT64_MAX;
	map_put(&gs->by_id, span_cstr(g->id), NULL)->value.num = slot;
	return g;
}

struct group *groups_open(struct groups *gs, const char *id, int64_t at_ns)
{
	struct group *g = groups_restore(gs, id, gs->next_serial);
	const struct map_entry *before = map_get(&gs->ended, span_cstr(id));

	g->starts_ns = g->last_ns = at_ns;
	g->fresh_ns = INT64_MIN;
	g->announced_ns = INT64_MIN;
	if (before)
		g->revision = g->announced = (uint32_t)before->value.num;
	return g;
}

void group_touch(struct group *g, enum change change, int64_t at_ns)
{
	g->revision++;
	g->change = change;
	if (at_ns > g->changed_ns)
		g->changed_ns = at_ns;
}

static bool carries(struct pair *const *pairs, size_t n, const struct pair *p)
{
	for (size_t i = 0; i < n; i++)
		if (pairs[i] == p)
			return true;
	return false;
}

/* Keeps of g's shared labels those that are among pairs. */
static void keep_shared(struct group *g, struct pair *const *pairs, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n_shared; i++) {
		if (carries(pairs, n, g->shared[i]))
			g->shared[kept++] = g->shared[i];
		else
			pair_drop(g->shared[i]);
	}
	g->n_shared = kept;
}

static void share_labels(struct group *g, const struct sighting *s)
{
	if (g->unique > 0) {
		keep_shared(g, s->pairs, s->n_pairs);
		return;
	}
	g->shared = mem_array(NULL, s->n_pairs, sizeof *g->shared);
	for (size_t i = 0; i < s->n_pairs; i++)
		if (pair_is_label(s->pairs[i]))
			g->shared[g->n_shared++] = pair_hold(s->pairs[i]);
}

static uint32_t add_member(struct groups *gs, struct group *g, const struct sighting *s)
{
	struct member *m;

	if (g->n_members >= gs->max_members) {
		g->overflow++;
		return MEMBER_NONE;
	}
	mem_grow(g->members, g->members_cap, g->n_members + 1);
	m = &g->members[g->n_members];
	*m = (struct member){
		.fp = s->fp,
		.id = mem_dupz(s->id),
		.name = word_hold(s->name),
		.component = word_hold(s->component),
		.service = word_hold(s->service),
		.layer = word_hold(s->layer),
		.callees = callees_hold(s->callees),
		.signal = s->signal,
		.severity = s->severity,
		.onset_ns = s->starts_ns,
		.count = 1,
		.active = true,
	};
	return (uint32_t)g->n_members++;
}

uint32_t group_join(struct groups *gs, struct group *g, const struct sighting *s)
{
	share_labels(g, s);
	if (g->unique == 0) {
		g->source = word_hold(s->source);
		g->fp = s->fp;
	}
	if (s->severity > g->severity)
		g->severity = s->severity;
	if (s->least > g->least)
		g->least = s->least;
	if (s->starts_ns < g->starts_ns || g->unique == 0)
		g->starts_ns = s->starts_ns;
	if (s->at_ns > g->last_ns)
		g->last_ns = s->at_ns;
	if (s->at_ns > g->fresh_ns)
		g->fresh_ns = s->at_ns;
	g->alerts++;
	g->unique++;
	g->active++;
	g->ending = ENDING_NONE;
	return add_member(gs, g, s);
}

bool group_is_first_of(const struct group *g, uint32_t member)
{
	const struct member *m = &g->members[member];

	for (uint32_t i = 0; i < member; i++)
		if (g->members[i].component == m->component &&
		    (m->component || g->members[i].service == m->service))
			return false;
	return true;
}

static void note_merged(struct group *into, const char *id)
{
	if (into->n_merged >= MERGED_CARRIED) {
		into->merged_omitted++;
		return;
	}
	mem_grow(into->merged, into->merged_cap, into->n_merged + 1);
	memcpy(into->merged[into->n_merged++], id, INCIDENT_ID_SIZE);
}

static void add_counts(struct group *into, const struct group *from)
{
	into->alerts += from->alerts;
	into->unique += from->unique;
	into->active += from->active;
	into->overflow += from->overflow;
	into->maintained += from->maintained;
	suppressed_add(&into->suppressed, &from->suppressed);
	if (from->least > into->least)
		into->least = from->least;
	into->revision += from->revision;
	if (from->severity > into->severity)
		into->severity = from->severity;
	if (from->starts_ns < into->starts_ns)
		into->starts_ns = from->starts_ns;
	if (from->last_ns > into->last_ns)
		into->last_ns = from->last_ns;
	if (from->fresh_ns > into->fresh_ns)
		into->fresh_ns = from->fresh_ns;
	if (from->ends_ns > into->ends_ns)
		into->ends_ns = from->ends_ns;
}

/* A copy for the last words of from; its ids and words are held twice. */
static struct member member_copy(const struct member *m)
{
	struct member c = *m;

	c.id = mem_dupz(m->id);
	c.name = word_hold(m->name);
	c.component = word_hold(m->component);
	c.service = word_hold(m->service);
	c.layer = word_hold(m->layer);
	c.callees = callees_hold(m->callees);
	return c;
}

static size_t copy_members(struct groups *gs, struct group *into, const struct group *from)
{
	size_t room = gs->max_members > into->n_members ? gs->max_members - into->n_members : 0;
	size_t n = from->n_members < room ? from->n_members : room;

	mem_grow(into->members, into->members_cap, into->n_members + n);
	for (size_t i = 0; i < n; i++)
		into->members[into->n_members + i] = member_copy(&from->members[i]);
	into->n_members += n;
	into->overflow += (uint32_t)(from->n_members - n);
	return n;
}

static void lead_on(struct groups *gs, struct group *into, struct group *from)
{
	struct group_slot *s = &gs->slots[from->ref.slot];

	s->g = NULL;
	s->forward = into->ref;
	gs->live--;
	map_remove(&gs->by_id, span_cstr(from->id));
	mem_grow(into->absorbed, into->absorbed_cap, into->n_absorbed + from->n_absorbed + 1);
	into->absorbed[into->n_absorbed++] = from->ref.slot;
	for (size_t i = 0; i < from->n_absorbed; i++) {
		gs->slots[from->absorbed[i]].forward = into->ref; /* paths stay short */
		into->absorbed[into->n_absorbed++] = from->absorbed[i];
	}
}

void groups_merge(struct groups *gs, struct group *into, struct group *from, struct words *ws,
		  size_t *moved_to, size_t *moved)
{
	assert(into != from);
	*moved_to = into->n_members;
	*moved = copy_members(gs, into, from);
	add_counts(into, from);
	keep_shared(into, from->shared, from->n_shared);
	note_merged(into, from->id);
	for (size_t i = 0; i < from->n_merged; i++)
		note_merged(into, from->merged[i]);
	into->merged_omitted += from->merged_omitted;
	for (size_t i = 0; i < from->n_changes; i++)
		(void)group_add_change(into, &from->changes[i], ws);
	if (into->active)
		into->ending = ENDING_NONE;
	lead_on(gs, into, from);
	from->ending = ENDING_MERGED;
	memcpy(from->merged_into, into->id, INCIDENT_ID_SIZE);
}

bool groups_ended_at(const struct groups *gs, const char *id, uint32_t *revision)
{
	const struct map_entry *en = map_get(&gs->ended, span_cstr(id));

	if (en)
		*revision = (uint32_t)en->value.num;
	return en != NULL;
}

void groups_note_ended(struct groups *gs, const char *id, uint32_t revision)
{
	char *place = gs->ended_ring[gs->ended_next];
	bool added;
	struct map_entry *en = map_put(&gs->ended, span_cstr(id), &added);

	en->value.num = revision;
	if (!added)
		return;
	if (place[0])
		map_remove(&gs->ended, span_cstr(place));
	memcpy(place, id, INCIDENT_ID_SIZE);
	gs->ended_next = (gs->ended_next + 1) % ENDED_KEPT;
}

void groups_forget(struct groups *gs, struct group *g, struct words *ws)
{
	for (size_t i = 0; i < g->n_absorbed; i++)
		give_slot(gs, g->absorbed[i]);
	groups_note_ended(gs, g->id, g->revision + g->base);
	map_remove(&gs->by_id, span_cstr(g->id));
	give_slot(gs, g->ref.slot);
	gs->live--;
	group_discard(g, ws);
}
