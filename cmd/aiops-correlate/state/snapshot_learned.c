/*
 * The sections of what was learned: label pairs and their rarity, past incidents.
 */
#include "aiops-correlate/state/snapshot_impl.h"
#include "base/mem.h"

void save_pair_rows(struct save *s)
{
	struct pair *p;
	uint32_t n = 0;

	for (size_t i = 0; (p = index_next(&s->en->pairs.all, &i));) {
		p->mark = n++;
		save_row(s, "pair");
		jsonw_i64(&s->w, pair_is_group(p) ? 2 : pair_is_label(p));
		jsonw_string(&s->w, pair_name_span(p));
		jsonw_string(&s->w, pair_value_span(p));
		jsonw_i64(&s->w, p->df);
		jsonw_i64(&s->w, p->seen);
		jsonw_i64(&s->w, p->last_ns);
		save_ref(s, p->group);
		save_ref(s, p->counted);
		save_row_end(s);
	}
}

int load_pair(struct load *l, struct row *r)
{
	static const enum pair_origin origins[] = {PAIR_FIELD, PAIR_LABEL, PAIR_GROUP};
	enum pair_origin origin = origins[row_i64(r, 0, 2)];
	struct span name = row_text(r), value = row_text(r);
	uint32_t df = row_u32(r);
	bool seen = row_bool(r);
	int64_t last_ns = row_any(r);
	struct group_ref group = row_ref(r), counted = row_ref(r);
	struct pair *p;

	if (row_end(r, "pair") != 0)
		return -1;
	p = pairs_get(&l->en->pairs, origin, name, value);
	mem_grow(l->pairs, l->pairs_cap, l->n_pairs + 1);
	l->pairs[l->n_pairs++] = p; /* held until the end of loading */
	p->df = df;
	p->last_ns = last_ns;
	p->group = group;
	p->counted = counted;
	if (seen && !p->seen) {
		p->seen = true;
		p->name->values++;
	}
	return 0;
}

void save_history_rows(struct save *s)
{
	const struct history *h = &s->en->history;

	for (struct map_entry *it = map_next(&h->df, NULL); it; it = map_next(&h->df, it)) {
		save_row(s, "history");
		jsonw_string(&s->w, span_of(it->key, it->key_len));
		jsonw_i64(&s->w, it->value.num);
		save_row_end(s);
	}
}

int load_history(struct load *l, struct row *r)
{
	struct span key = row_text(r);
	int64_t df = row_i64(r, 1, UINT16_MAX);

	if (row_end(r, "history") != 0)
		return -1;
	map_put(&l->en->history.df, key, NULL)->value.num = df;
	return 0;
}
