/*
 * The sections of the open incidents and of those that ended lately.
 */
#include <string.h>

#include "aiops-correlate/group/sides.h"
#include "aiops-correlate/state/snapshot_impl.h"
#include "base/mem.h"

static void save_member(struct save *s, const struct member *m)
{
	save_row(s, "member");
	save_fp(s, m->fp);
	jsonw_cstr(&s->w, m->id);
	save_word(s, m->name);
	save_word(s, m->component);
	save_word(s, m->service);
	save_word(s, m->layer);
	save_callees(s, m->callees);
	jsonw_i64(&s->w, (int64_t)m->signal);
	jsonw_i64(&s->w, (int64_t)m->severity);
	jsonw_i64(&s->w, m->onset_ns);
	jsonw_i64(&s->w, m->count);
	jsonw_i64(&s->w, m->active);
	jsonw_i64(&s->w, m->df);
	jsonw_i64(&s->w, m->past);
	jsonw_i64(&s->w, m->often);
	save_row_end(s);
}

static void save_numbers(struct save *s, const struct group *g)
{
	const int64_t numbers[] = {
		(int64_t)g->serial, g->revision,
		g->announced,       g->base,
		(int64_t)g->change, (int64_t)g->ending,
		g->starts_ns,       g->last_ns,
		g->ends_ns,         g->changed_ns,
		g->update_at_ns,    g->forget_at_ns,
		g->announced_ns,    (int64_t)g->severity,
		(int64_t)g->alerts, g->unique,
		g->overflow,        (int64_t)g->merged_omitted,
		g->fresh_ns,        (int64_t)g->least,
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		jsonw_i64(&s->w, numbers[i]);
	for (size_t i = 0; i < SUPPRESS_CAUSES; i++)
		jsonw_i64(&s->w, (int64_t)g->suppressed.n[i]);
}

static void save_group(struct save *s, const struct group *g)
{
	save_row(s, "group");
	jsonw_cstr(&s->w, g->id);
	save_fp(s, g->fp);
	save_word(s, g->source);
	save_numbers(s, g);
	jsonw_array(&s->w);
	for (size_t i = 0; i < g->n_merged; i++)
		jsonw_cstr(&s->w, g->merged[i]);
	jsonw_array_end(&s->w);
	save_row_end(s);
	for (size_t i = 0; i < g->n_members; i++)
		save_member(s, &g->members[i]);
	save_context_rows(s, g);
}

void save_group_rows(struct save *s)
{
	for (size_t i = 0; i < s->n_groups; i++)
		save_group(s, s->groups[i]);
}

static void load_numbers(struct row *r, struct group *g)
{
	g->revision = row_u32(r);
	g->announced = row_u32(r);
	g->base = row_u32(r);
	g->change = (enum change)row_i64(r, CHANGE_OPENED, CHANGE_RESOLVED);
	g->ending = (enum ending)row_i64(r, ENDING_NONE, ENDING_INPUT);
	g->starts_ns = row_any(r);
	g->last_ns = row_any(r);
	g->ends_ns = row_any(r);
	g->changed_ns = row_any(r);
	g->update_at_ns = row_any(r);
	g->forget_at_ns = row_any(r);
	g->announced_ns = row_any(r);
	g->severity = (enum severity)row_i64(r, 0, SEVERITY_CRITICAL);
	g->alerts = (uint64_t)row_i64(r, 0, INT64_MAX);
	g->unique = row_u32(r);
	g->overflow = (uint32_t)row_i64(r, 0, g->unique);
	g->merged_omitted = (size_t)row_i64(r, 0, INT64_MAX);
	g->fresh_ns = row_any(r);
	g->least = (enum severity)row_i64(r, 0, SEVERITY_CRITICAL);
	for (size_t i = 0; i < SUPPRESS_CAUSES; i++)
		g->suppressed.n[i] = (uint64_t)row_i64(r, 0, INT64_MAX);
}

int load_group(struct load *l, struct row *r)
{
	char id[INCIDENT_ID_SIZE];
	struct span source;
	struct row merged;
	struct group *g;
	uint64_t fp;

	row_id(r, id);
	fp = row_fp(r);
	source = row_text(r);
	if (!r->bad && groups_by_id(&l->en->groups, id))
		return load_damaged(l, "an incident stands there twice");
	g = groups_restore(&l->en->groups, id, (uint64_t)row_i64(r, 0, INT64_MAX));
	mem_grow(l->groups, l->groups_cap, l->n_groups + 1);
	l->groups[l->n_groups++] = g;
	g->fp = fp;
	g->source = words_get(&l->en->words, source);
	load_numbers(r, g);
	merged = row_list(r);
	while (row_more(&merged)) {
		mem_grow(g->merged, g->merged_cap, g->n_merged + 1);
		row_id(&merged, g->merged[g->n_merged++]);
	}
	r->bad |= merged.bad;
	return row_end(r, "group");
}

int load_member(struct load *l, struct row *r)
{
	struct group *g = l->n_groups ? l->groups[l->n_groups - 1] : NULL;
	struct span id;
	struct member *m;

	if (!g)
		return load_damaged(l, "member");
	mem_grow(g->members, g->members_cap, g->n_members + 1);
	m = &g->members[g->n_members++];
	memset(m, 0, sizeof *m);
	m->fp = row_fp(r);
	id = row_text(r);
	m->id = mem_dup(id.data, id.len);
	m->name = row_word(r);
	m->component = row_word(r);
	m->service = row_word(r);
	m->layer = row_word(r);
	m->callees = row_callees(r);
	m->signal = (enum signal_kind)row_i64(r, 0, SIGNAL_EVENT);
	m->severity = (enum severity)row_i64(r, 0, SEVERITY_CRITICAL);
	m->onset_ns = row_any(r);
	m->count = row_u32(r);
	m->active = row_bool(r);
	m->df = (uint16_t)row_i64(r, 0, UINT16_MAX);
	m->past = (uint16_t)row_i64(r, 0, UINT16_MAX);
	m->often = (uint16_t)row_i64(r, 0, UINT16_MAX);
	return row_end(r, "member");
}

/* The labels that all alerts of an incident carry; behind the pairs' own rows. */
void save_shared_rows(struct save *s)
{
	for (size_t i = 0; i < s->n_groups; i++) {
		const struct group *g = s->groups[i];

		if (g->n_shared == 0)
			continue;
		save_row(s, "shared");
		jsonw_i64(&s->w, (int64_t)i);
		save_pairs(s, g->shared, g->n_shared);
		save_row_end(s);
	}
}

int load_shared(struct load *l, struct row *r)
{
	struct group *g = groups_find(&l->en->groups, row_ref(r));

	if (!g || g->shared)
		return load_damaged(l, "shared");
	g->shared = mem_array(NULL, PAIRS_PER_SIGHTING, sizeof *g->shared);
	g->n_shared = row_pairs(r, g->shared, PAIRS_PER_SIGHTING);
	return row_end(r, "shared");
}

/* What the members of an incident must not differ in. */
void save_apart_rows(struct save *s)
{
	for (size_t i = 0; i < s->n_groups; i++) {
		struct pair *held[APART_MAX];
		size_t n = 0;

		for (size_t j = 0; j < APART_MAX; j++)
			if (s->groups[i]->apart[j])
				held[n++] = s->groups[i]->apart[j];
		if (n == 0)
			continue;
		save_row(s, "apart");
		jsonw_i64(&s->w, (int64_t)i);
		save_pairs(s, held, n);
		save_row_end(s);
	}
}

/* Under other rules other labels keep apart, or none. */
int load_apart(struct load *l, struct row *r)
{
	struct group *g = groups_find(&l->en->groups, row_ref(r));
	struct pair *held[APART_MAX];
	size_t n = row_pairs(r, held, APART_MAX);

	for (size_t i = 0; i < n; i++) {
		uint32_t at = held[i]->name->apart;

		if (g && at > 0 && !g->apart[at - 1])
			g->apart[at - 1] = held[i];
		else
			pair_drop(held[i]);
	}
	return g ? row_end(r, "apart") : load_damaged(l, "apart");
}

void save_side_rows(struct save *s)
{
	const struct map *sides = &s->en->sides;

	for (struct map_entry *it = map_next(sides, NULL); it; it = map_next(sides, it)) {
		const struct side *side = it->value.ptr;

		if (!groups_find(&s->en->groups, side->group))
			continue;
		save_row(s, "side");
		jsonw_i64(&s->w, side->pair ? (int64_t)side->pair->mark : -1);
		jsonw_string(&s->w, side->pair ? SPAN("") : s->en->topo->places[side->place].name);
		jsonw_string(&s->w, side_scope(it));
		save_ref(s, side->group);
		jsonw_i64(&s->w, side->last_ns);
		save_row_end(s);
	}
}

int load_side(struct load *l, struct row *r)
{
	int64_t number = row_i64(r, -1, (int64_t)l->n_pairs - 1);
	struct span name = row_text(r), scope = row_text(r);
	struct group_ref group = row_ref(r);
	int64_t last_ns = row_any(r);
	int place = topology_place(l->en->topo, name, SPAN_NONE, SPAN_NONE);

	if (row_end(r, "side") != 0)
		return -1;
	if (number >= 0)
		side_put(l->en, l->pairs[number], -1, scope, group, last_ns);
	else if (place >= 0) /* else it is another topology */
		side_put(l->en, NULL, place, scope, group, last_ns);
	return 0;
}

void save_ended_rows(struct save *s)
{
	const struct map *ended = &s->en->groups.ended;

	for (struct map_entry *it = map_next(ended, NULL); it; it = map_next(ended, it)) {
		save_row(s, "ended");
		jsonw_string(&s->w, span_of(it->key, it->key_len));
		jsonw_i64(&s->w, it->value.num);
		save_row_end(s);
	}
}

int load_ended(struct load *l, struct row *r)
{
	char id[INCIDENT_ID_SIZE];
	uint32_t revision;

	row_id(r, id);
	revision = row_u32(r);
	if (row_end(r, "ended") != 0)
		return -1;
	groups_note_ended(&l->en->groups, id, revision);
	return 0;
}
