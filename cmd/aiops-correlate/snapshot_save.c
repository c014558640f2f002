/*
 * Saving. What refers to one another is numbered: pairs and incidents by their
 * place in the document's lists.
 */
#include <stdlib.h>

#include "aiops-correlate/snapshot.h"
#include "base/mem.h"
#include "record/jsonw.h"

/* Incidents in order of opening, and the numbers that references become. */
struct numbering {
	struct group **groups;
	size_t n;
	uint32_t *by_slot; /* place in groups + 1 */
};

static int by_serial(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;

	return (x->serial > y->serial) - (x->serial < y->serial);
}

static void number_groups(const struct groups *gs, struct numbering *num)
{
	num->groups = mem_array(NULL, gs->live, sizeof *num->groups);
	num->by_slot = mem_zalloc(gs->n_slots * sizeof *num->by_slot);
	num->n = 0;
	for (struct group *g = groups_next(gs, NULL); g; g = groups_next(gs, g))
		num->groups[num->n++] = g;
	if (num->n)
		qsort(num->groups, num->n, sizeof *num->groups, by_serial);
	for (size_t i = 0; i < num->n; i++)
		num->by_slot[num->groups[i]->ref.slot] = (uint32_t)i + 1;
}

/* The incident's place, -1 if the reference leads nowhere. */
static int64_t number_of(const struct engine *en, const struct numbering *num, struct group_ref ref)
{
	const struct group *g = groups_find(&en->groups, ref);

	return g ? (int64_t)num->by_slot[g->ref.slot] - 1 : -1;
}

static void write_word(struct jsonw *w, const struct word *word)
{
	jsonw_string(w, word_span(word)); /* "" for none */
}

static void write_fp(struct jsonw *w, uint64_t fp)
{
	char hex[FINGERPRINT_HEX + 1];

	fingerprint_hex(fp, hex);
	jsonw_cstr(w, hex);
}

/* ---- pairs, history ---- */

static void write_pair(struct jsonw *w, const struct engine *en, const struct numbering *num,
		       const struct pair *p)
{
	jsonw_array(w);
	jsonw_i64(w, pair_is_label(p));
	jsonw_string(w, pair_name_span(p));
	jsonw_string(w, pair_value_span(p));
	jsonw_i64(w, p->df);
	jsonw_i64(w, p->seen);
	jsonw_i64(w, p->last_ns);
	jsonw_i64(w, number_of(en, num, p->group));
	jsonw_i64(w, number_of(en, num, p->counted));
	jsonw_array_end(w);
}

static void write_pairs(struct jsonw *w, const struct engine *en, const struct numbering *num)
{
	uint32_t n = 0;

	jsonw_key(w, "pairs");
	jsonw_array(w);
	for (struct map_entry *it = map_next(&en->pairs.map, NULL); it;
	     it = map_next(&en->pairs.map, it)) {
		struct pair *p = it->value.ptr;

		p->mark = n++;
		write_pair(w, en, num, p);
	}
	jsonw_array_end(w);
	jsonw_member_i64(w, "incidents", en->pairs.incidents);
}

static void write_history(struct jsonw *w, const struct history *h)
{
	jsonw_member_i64(w, "past", h->incidents);
	jsonw_key(w, "history");
	jsonw_array(w);
	for (struct map_entry *it = map_next(&h->df, NULL); it; it = map_next(&h->df, it)) {
		jsonw_array(w);
		jsonw_string(w, span_of(it->key, it->key_len));
		jsonw_i64(w, it->value.num);
		jsonw_array_end(w);
	}
	jsonw_array_end(w);
}

static void write_pair_numbers(struct jsonw *w, struct pair *const *pairs, size_t n)
{
	jsonw_key(w, "pairs");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_i64(w, pairs[i]->mark);
	jsonw_array_end(w);
}

/* ---- incidents ---- */

static void write_member(struct jsonw *w, const struct member *m)
{
	jsonw_array(w);
	write_fp(w, m->fp);
	jsonw_cstr(w, m->id);
	write_word(w, m->name);
	write_word(w, m->component);
	write_word(w, m->service);
	write_word(w, m->layer);
	jsonw_i64(w, (int64_t)m->signal);
	jsonw_i64(w, (int64_t)m->severity);
	jsonw_i64(w, m->onset_ns);
	jsonw_i64(w, m->count);
	jsonw_i64(w, m->active);
	jsonw_i64(w, m->df);
	jsonw_i64(w, m->past);
	jsonw_array_end(w);
}

static void write_group_numbers(struct jsonw *w, const struct group *g)
{
	jsonw_member_i64(w, "serial", (int64_t)g->serial);
	jsonw_member_i64(w, "revision", g->revision);
	jsonw_member_i64(w, "announced", g->announced);
	jsonw_member_i64(w, "base", g->base);
	jsonw_member_i64(w, "change", (int64_t)g->change);
	jsonw_member_i64(w, "ending", (int64_t)g->ending);
	jsonw_member_i64(w, "starts", g->starts_ns);
	jsonw_member_i64(w, "last", g->last_ns);
	jsonw_member_i64(w, "fresh", g->fresh_ns);
	jsonw_member_i64(w, "ends", g->ends_ns);
	jsonw_member_i64(w, "changed", g->changed_ns);
	jsonw_member_i64(w, "update_at", g->update_at_ns);
	jsonw_member_i64(w, "forget_at", g->forget_at_ns);
	jsonw_member_i64(w, "announced_at", g->announced_ns);
	jsonw_member_i64(w, "severity", (int64_t)g->severity);
	jsonw_member_i64(w, "alerts", (int64_t)g->alerts);
	jsonw_member_i64(w, "unique", g->unique);
	jsonw_member_i64(w, "overflow", g->overflow);
	jsonw_member_i64(w, "merged_omitted", (int64_t)g->merged_omitted);
}

static void write_group(struct jsonw *w, const struct group *g)
{
	jsonw_object(w);
	jsonw_member(w, "id", span_cstr(g->id));
	jsonw_key(w, "fp");
	write_fp(w, g->fp);
	jsonw_key(w, "source");
	write_word(w, g->source);
	write_group_numbers(w, g);
	write_pair_numbers(w, g->shared, g->n_shared);
	jsonw_key(w, "merged");
	jsonw_array(w);
	for (size_t i = 0; i < g->n_merged; i++)
		jsonw_cstr(w, g->merged[i]);
	jsonw_array_end(w);
	jsonw_key(w, "members");
	jsonw_array(w);
	for (size_t i = 0; i < g->n_members; i++)
		write_member(w, &g->members[i]);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void write_groups(struct jsonw *w, const struct engine *en, const struct numbering *num)
{
	jsonw_key(w, "groups");
	jsonw_array(w);
	for (size_t i = 0; i < num->n; i++)
		write_group(w, num->groups[i]);
	jsonw_array_end(w);
	jsonw_key(w, "ended");
	jsonw_array(w);
	for (struct map_entry *it = map_next(&en->groups.ended, NULL); it;
	     it = map_next(&en->groups.ended, it)) {
		jsonw_array(w);
		jsonw_string(w, span_of(it->key, it->key_len));
		jsonw_i64(w, it->value.num);
		jsonw_array_end(w);
	}
	jsonw_array_end(w);
	jsonw_member_i64(w, "next_serial", (int64_t)en->groups.next_serial);
}

/* ---- alerts ---- */

static void write_alert(struct jsonw *w, const struct engine *en, const struct numbering *num,
			const struct alert *a)
{
	jsonw_object(w);
	jsonw_key(w, "fp");
	write_fp(w, a->fp);
	jsonw_member(w, "id", span_cstr(a->first_id ? a->first_id : ""));
	jsonw_member_i64(w, "first", a->first_ns);
	jsonw_member_i64(w, "last", a->last_ns);
	jsonw_member_i64(w, "resolved", a->resolved_ns);
	jsonw_member_i64(w, "count", a->count);
	jsonw_member_i64(w, "active", a->active);
	jsonw_member_i64(w, "member", a->member == MEMBER_NONE ? -1 : (int64_t)a->member);
	jsonw_member_i64(w, "group", number_of(en, num, a->group));
	write_pair_numbers(w, a->pairs, a->n_pairs);
	jsonw_key(w, "node");
	jsonw_string(w, a->topo >= 0 ? en->topo->places[a->topo].name : SPAN_NONE);
	jsonw_object_end(w);
}

static void write_sighting(struct jsonw *w, const struct sighting *s)
{
	jsonw_object(w);
	jsonw_key(w, "fp");
	write_fp(w, s->fp);
	jsonw_member(w, "id", span_cstr(s->id));
	jsonw_key(w, "words");
	jsonw_array(w);
	write_word(w, s->name);
	write_word(w, s->component);
	write_word(w, s->service);
	write_word(w, s->host);
	write_word(w, s->layer);
	write_word(w, s->source);
	jsonw_array_end(w);
	jsonw_member_i64(w, "at", s->at_ns);
	jsonw_member_i64(w, "starts", s->starts_ns);
	jsonw_member_i64(w, "resolved", s->resolved);
	jsonw_member_i64(w, "severity", (int64_t)s->severity);
	jsonw_member_i64(w, "signal", (int64_t)s->signal);
	jsonw_member(w, "incident", span_cstr(s->incident));
	write_pair_numbers(w, s->pairs, s->n_pairs);
	jsonw_object_end(w);
}

static void write_alerts(struct jsonw *w, const struct engine *en, const struct numbering *num)
{
	jsonw_key(w, "alerts");
	jsonw_array(w);
	for (struct map_entry *it = map_next(&en->alerts.by_fp, NULL); it;
	     it = map_next(&en->alerts.by_fp, it))
		write_alert(w, en, num, it->value.ptr);
	jsonw_array_end(w);
	jsonw_key(w, "pending");
	jsonw_array(w);
	for (size_t i = 0; i < en->pending.n; i++)
		write_sighting(w, en->pending.items[i].ptr);
	jsonw_array_end(w);
}

static void write_places(struct jsonw *w, const struct engine *en, const struct numbering *num)
{
	jsonw_key(w, "places");
	jsonw_array(w);
	for (size_t i = 0; en->topo && i < en->topo->n_nodes; i++) {
		if (en->places[i].last_ns == INT64_MIN)
			continue;
		jsonw_array(w);
		jsonw_string(w, en->topo->places[i].name);
		jsonw_i64(w, number_of(en, num, en->places[i].group));
		jsonw_i64(w, en->places[i].last_ns);
		jsonw_array_end(w);
	}
	jsonw_array_end(w);
}

int snapshot_save(const struct engine *en, struct buf *out, struct err *e)
{
	struct jsonw w = jsonw_to(out);
	struct numbering num;

	number_groups(&en->groups, &num);
	jsonw_object(&w);
	jsonw_member_i64(&w, "aiops_correlate_state", SNAPSHOT_VERSION);
	jsonw_member_i64(&w, "newest", en->newest_ns);
	jsonw_member_i64(&w, "now", en->now_ns);
	write_pairs(&w, en, &num);
	write_history(&w, &en->history);
	write_groups(&w, en, &num);
	write_alerts(&w, en, &num);
	write_places(&w, en, &num);
	jsonw_object_end(&w);
	free(num.groups);
	free(num.by_slot);
	return buf_overflowed(out)
		       ? err_set(e, EX_SYSTEM, "the state is larger than %zu bytes", out->max)
		       : 0;
}

int snapshot_add_ahead(const struct ahead *a, struct buf *out, struct err *e)
{
	struct jsonw w;

	out->len--; /* the closing brace */
	buf_add_cstr(out, ",\"ahead\":");
	w = jsonw_to(out);
	jsonw_array(&w);
	for (struct map_entry *it = map_next(&a->map, NULL); it; it = map_next(&a->map, it)) {
		const struct ahead_entry *entry = it->value.ptr;

		jsonw_array(&w);
		jsonw_string(&w, span_of(it->key, it->key_len));
		jsonw_i64(&w, entry->revision);
		jsonw_i64(&w, entry->base);
		jsonw_i64(&w, entry->closed);
		write_fp(&w, entry->digest);
		write_fp(&w, entry->fp);
		jsonw_array_end(&w);
	}
	jsonw_array_end(&w);
	buf_add_cstr(out, "}\n");
	return buf_overflowed(out)
		       ? err_set(e, EX_SYSTEM, "the state is larger than %zu bytes", out->max)
		       : 0;
}
