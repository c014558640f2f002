/*
 * The sections of the alerts in memory, of those that wait, and of the places.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/state/snapshot_impl.h"
#include "aiops-correlate/suppress/suppress.h"
#include "base/mem.h"

static int place_of(const struct load *l, struct span name)
{
	return topology_place(l->en->topo, name, SPAN_NONE, SPAN_NONE);
}

/* When an alert leaves that came late, and so stays longer than its own time says; INT64_MIN: it is
 * not one of these. */
static int64_t kept_until(const struct alerts *as, const struct alert *a)
{
	return a->due_ns < INT64_MAX && a->due_ns - as->dedup_ns > a->last_ns ? a->due_ns
									      : INT64_MIN;
}

static void save_alert(struct save *s, const struct alert *a)
{
	/* One that is over may have outlived its incident; its place there says nothing then. */
	bool in_group = groups_find(&s->en->groups, a->group) != NULL;

	save_row(s, "alert");
	save_fp(s, a->fp);
	jsonw_cstr(&s->w, a->named ? alert_first_id(a) : "");
	jsonw_i64(&s->w, a->first_ns);
	jsonw_i64(&s->w, a->last_ns);
	jsonw_i64(&s->w, a->active ? a->ends_ns : a->resolved_ns);
	jsonw_i64(&s->w, kept_until(&s->en->alerts, a));
	jsonw_i64(&s->w, a->count);
	jsonw_i64(&s->w, a->active);
	jsonw_i64(&s->w, in_group && a->member != MEMBER_NONE ? (int64_t)a->member : -1);
	save_ref(s, a->group);
	save_pairs(s, a->pairs, a->n_pairs);
	jsonw_i64(&s->w, a->muted);
	jsonw_i64(&s->w, a->told_ns);
	save_row_end(s);
}

void save_alert_rows(struct save *s)
{
	const struct alert *a;

	for (size_t i = 0; (a = alerts_next(&s->en->alerts, &i));)
		save_alert(s, a);
}

/* Checks that what the alert says of its incident can be so. */
static int connect_alert(struct load *l, struct alert *a, int64_t member)
{
	struct group *g = groups_find(&l->en->groups, a->group);

	if (a->active && !g)
		return load_damaged(l, "an alert without its incident");
	if (a->active)
		g->active++;
	if (a->active && a->muted & MUTED_MAINTENANCE)
		g->maintained++;
	if (member < 0 || !g)
		return 0;
	if ((uint64_t)member >= g->n_members)
		return load_damaged(l, "an alert's place in its incident");
	a->member = (uint32_t)member;
	return 0;
}

int load_alert(struct load *l, struct row *r)
{
	struct sighting s = {.fp = row_fp(r)};
	struct span id = row_text(r);
	int64_t first_ns = row_any(r), last_ns = row_any(r), over_ns = row_any(r),
		due_ns = row_any(r);
	uint32_t count = row_u32(r);
	bool active = row_bool(r);
	int64_t member = row_i64(r, -1, UINT32_MAX);
	struct group_ref group = row_ref(r);
	struct pair *pairs[PAIRS_PER_SIGHTING];
	struct alert *a;

	if (r->bad || alerts_get(&l->en->alerts, s.fp) || (count > 0) != (id.len > 0))
		return load_damaged(l, "alert");
	s.id = mem_dup(id.data, id.len);
	s.at_ns = last_ns;
	s.resolved = !active;
	s.ends_ns = over_ns;
	s.pairs = pairs;
	s.n_pairs = row_pairs(r, pairs, PAIRS_PER_SIGHTING);
	a = alerts_restore(&l->en->alerts, &s, count);
	a->first_ns = first_ns;
	if (!active)
		a->resolved_ns = over_ns;
	free(s.id);
	if (due_ns > a->due_ns && due_ns < INT64_MAX) /* it came late, and was heard of since */
		alerts_keep(&l->en->alerts, a, due_ns - l->en->alerts.dedup_ns);
	a->group = group;
	a->muted = (uint8_t)row_i64(r, 0, MUTED_MAINTENANCE | MUTED_INHIBITION);
	a->told_ns = row_any(r);
	if (connect_alert(l, a, member) != 0)
		return -1;
	return row_end(r, "alert");
}

void save_sighting(struct save *s, const struct sighting *g)
{
	const struct word *const words[] = {g->name, g->component, g->service,
					    g->host, g->layer,     g->source};

	save_fp(s, g->fp);
	jsonw_cstr(&s->w, g->id);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		save_word(s, words[i]);
	jsonw_i64(&s->w, g->at_ns);
	jsonw_i64(&s->w, g->starts_ns);
	jsonw_i64(&s->w, g->ends_ns);
	jsonw_i64(&s->w, g->resolved);
	jsonw_i64(&s->w, (int64_t)g->severity);
	jsonw_i64(&s->w, (int64_t)g->signal);
	jsonw_cstr(&s->w, g->incident);
	save_pairs(s, g->pairs, g->n_pairs);
	jsonw_i64(&s->w, (int64_t)g->least);
	jsonw_i64(&s->w, g->told_ns);
	save_callees(s, g->callees);
}

void save_pending_rows(struct save *s)
{
	for (size_t i = 0; i < heap_count(&s->en->pending); i++) {
		save_row(s, "pending");
		save_sighting(s, heap_at(&s->en->pending, i)->ptr);
		save_row_end(s);
	}
}

/* The fields that stand before the pairs. */
static void load_sighting_head(struct row *r, struct sighting *s)
{
	struct word **const words[] = {&s->name, &s->component, &s->service,
				       &s->host, &s->layer,     &s->source};
	struct span incident;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		*words[i] = row_word(r);
	s->at_ns = row_any(r);
	s->starts_ns = row_any(r);
	s->ends_ns = row_any(r);
	s->resolved = row_bool(r);
	s->severity = (enum severity)row_i64(r, 0, SEVERITY_CRITICAL);
	s->signal = (enum signal_kind)row_i64(r, 0, SIGNAL_EVENT);
	incident = row_text(r);
	if (incident.len < INCIDENT_ID_SIZE)
		memcpy(s->incident, incident.data, incident.len);
	else
		r->bad = true;
}

struct sighting *load_sighting(struct load *l, struct row *r)
{
	struct pair *pairs[PAIRS_PER_SIGHTING];
	struct sighting head = {.fp = row_fp(r)}, *s;
	struct span id = row_text(r);

	(void)l;
	load_sighting_head(r, &head);
	head.n_pairs = row_pairs(r, pairs, PAIRS_PER_SIGHTING);
	s = sighting_make(id, head.n_pairs); /* no larger than it has to be */
	head.id = s->id;
	head.pairs = s->pairs;
	*s = head;
	if (s->n_pairs)
		memcpy(s->pairs, pairs, s->n_pairs * sizeof *pairs);
	s->least = (enum severity)row_i64(r, 0, SEVERITY_CRITICAL);
	s->told_ns = row_any(r);
	s->callees = row_callees(r);
	return s;
}

int load_pending(struct load *l, struct row *r)
{
	struct sighting *s = load_sighting(l, r);

	if (row_end(r, "pending") != 0) {
		sighting_free(s, &l->en->words);
		return -1;
	}
	engine_wait(l->en, s);
	return 0;
}

void save_place_rows(struct save *s)
{
	const struct engine *en = s->en;

	for (size_t i = 0; en->topo && i < en->topo->n_nodes; i++) {
		if (en->places[i].last_ns == INT64_MIN)
			continue;
		save_row(s, "place");
		jsonw_string(&s->w, en->topo->places[i].name);
		save_ref(s, en->places[i].group);
		jsonw_i64(&s->w, en->places[i].last_ns);
		save_row_end(s);
	}
}

int load_place(struct load *l, struct row *r)
{
	int place = place_of(l, row_text(r));
	struct group_ref group = row_ref(r);
	int64_t last_ns = row_any(r);

	if (row_end(r, "place") != 0)
		return -1;
	if (place >= 0 &&
	    last_ns >= l->en->places[place].last_ns) { /* else it is another topology */
		l->en->places[place].group = group;
		l->en->places[place].last_ns = last_ns;
	}
	return 0;
}
