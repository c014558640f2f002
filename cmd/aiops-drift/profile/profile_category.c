/* The categories of a profile: see profile_record.h. */
#include <math.h>
#include <stdlib.h>

#include "aiops-drift/profile/profile_record.h"

#define COUNT_MAX 9007199254740992.0 /* integers are exact up to here in a double */

void profile_categories_write(struct jsonw *w, const struct feature *f, enum window_id id)
{
	uint64_t *counts[WINDOWS];
	struct span *texts;
	size_t n, i;

	categories_counts(f->categories, &counts[0], &counts[1], &texts, &n);
	jsonw_key(w, "categories");
	jsonw_object(w);
	jsonw_member_i64(w, "n", (int64_t)f->windows[id].texts);
	jsonw_member_i64(w, "booleans", (int64_t)f->windows[id].booleans);
	jsonw_member_i64(w, "halvings", f->categories->halvings);
	jsonw_key(w, "kept");
	jsonw_array(w);
	for (i = 0; i < n && texts[i].data; i++) {
		if (counts[id][i] == 0)
			continue;
		jsonw_array(w);
		jsonw_string(w, texts[i]);
		jsonw_i64(w, (int64_t)counts[id][i]);
		jsonw_array_end(w);
	}
	jsonw_array_end(w);
	if (categories_rest(f->categories, id)) {
		jsonw_key(w, "rest");
		jsonw_array(w);
		for (; i < n; i++)
			jsonw_i64(w, (int64_t)counts[id][i]);
		jsonw_array_end(w);
	}
	jsonw_object_end(w);
	free(texts);
	free(counts[0]);
	free(counts[1]);
}

static bool to_count(struct value v, uint64_t *out)
{
	if (v.type != VALUE_NUMBER || !(v.number >= 0 && v.number <= COUNT_MAX) ||
	    v.number - floor(v.number) > 0)
		return false;
	*out = (uint64_t)v.number;
	return true;
}

/* A text and its count. */
static bool to_pair(struct value pair, struct span *text, uint64_t *n)
{
	struct value_iter it = value_iter(pair);
	struct value v;

	if (pair.type != VALUE_ARRAY || !value_next(&it, NULL, &v) || v.type != VALUE_STRING)
		return false;
	*text = v.text;
	return value_next(&it, NULL, &v) && to_count(v, n) && !value_next(&it, NULL, &v);
}

/* Adds what is kept to c, or, where c is NULL, to *sum only; false if it is not as it should be. */
static bool walk_kept(struct value kept, struct categories *c, enum window_id id, uint64_t *sum)
{
	struct value_iter it = value_iter(kept);
	struct span text;
	struct value v;
	uint64_t n;

	while (value_next(&it, NULL, &v)) {
		if (!to_pair(v, &text, &n) || text.len > CATEGORY_BYTES)
			return false;
		if (c)
			categories_add_count(c, text, id, n);
		*sum += n;
	}
	return true;
}

static bool walk_rest(struct value rest, struct categories *c, enum window_id id, uint64_t *sum)
{
	struct value_iter it = value_iter(rest);
	struct value v;
	uint64_t n;
	size_t cell = 0;

	for (; value_next(&it, NULL, &v); cell++) {
		if (cell == CATEGORIES_REST || !to_count(v, &n))
			return false;
		if (c)
			categories_add_rest(c, cell, id, n);
		*sum += n;
	}
	return true;
}

/* The members of drift.profile.categories. */
struct parts {
	struct value kept, rest;
	uint64_t n, booleans, halvings;
};

static int check_parts(struct value of, struct parts *p, struct err *e)
{
	uint64_t sum = 0;

	p->kept = value_member(of, SPAN("kept"));
	p->rest = value_member(of, SPAN("rest"));
	if (of.type != VALUE_OBJECT || !to_count(value_member(of, SPAN("n")), &p->n) ||
	    !to_count(value_member(of, SPAN("booleans")), &p->booleans) ||
	    !to_count(value_member(of, SPAN("halvings")), &p->halvings) || p->booleans > p->n ||
	    p->halvings > 63)
		return err_set(e, EX_BADDATA,
			       "drift.profile.categories: its counts are not as "
			       "they should be");
	if (!walk_kept(p->kept, NULL, WINDOW_CURRENT, &sum) ||
	    !walk_rest(p->rest, NULL, WINDOW_CURRENT, &sum))
		return err_set(e, EX_BADDATA,
			       "drift.profile.categories: kept or rest is not as it should be");
	if (sum != p->n)
		return err_set(e, EX_BADDATA, "drift.profile.categories: do not add up to n");
	return 0;
}

int profile_categories_check(const struct record *r, struct err *e)
{
	struct value of = record_get(r, "drift.profile.categories");
	struct parts p;

	return of.type == VALUE_NONE ? 0 : check_parts(of, &p, e);
}

void profile_categories_take(struct features *f, const struct record *r, struct feature *feature,
			     enum window_id id)
{
	struct value of = record_get(r, "drift.profile.categories");
	struct window *w = &feature->windows[id];
	struct parts p = {.n = 0};
	struct err e = ERR_INIT;
	struct categories *c;
	uint64_t unused = 0;

	if (of.type == VALUE_NONE || check_parts(of, &p, &e) < 0)
		return;
	c = features_categories(f, feature);
	categories_halve_to(c, (int)p.halvings);
	(void)walk_kept(p.kept, c, id, &unused); /* checked above */
	(void)walk_rest(p.rest, c, id, &unused);
	w->texts += p.n;
	w->booleans += p.booleans;
}
