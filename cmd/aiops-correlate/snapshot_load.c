/*
 * Loading. Every number is checked before it is used: a state file that was
 * damaged or edited must not crash the programme.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/snapshot_impl.h"
#include "base/digest.h"
#include "base/mem.h"

int load_damaged(struct load *l, const char *where)
{
	return err_set(l->e, EX_BADCONFIG, "the state is damaged: %s", where);
}

json_t *load_list_borrow(struct load *l, json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);

	if (!json_is_array(list)) {
		load_damaged(l, key);
		return NULL;
	}
	return list;
}

struct word *load_word(struct load *l, const json_t *text)
{
	return words_get(&l->en->words, span_of(json_string_value(text), json_string_length(text)));
}

int load_fp(struct load *l, const char *hex, uint64_t *out)
{
	uint8_t bytes[FINGERPRINT_HEX / 2];

	if (hex_decode(span_cstr(hex), bytes, sizeof bytes) != 0)
		return load_damaged(l, "a fingerprint");
	*out = 0;
	for (size_t i = 0; i < sizeof bytes; i++)
		*out = *out << 8 | bytes[i];
	return 0;
}

bool load_in_range(json_int_t n, int64_t min, int64_t max)
{
	return n >= min && n <= max;
}

int load_id(struct load *l, const char *text, char out[static INCIDENT_ID_SIZE])
{
	if (strlen(text) != INCIDENT_ID_SIZE - 1)
		return load_damaged(l, "an incident's id");
	memcpy(out, text, INCIDENT_ID_SIZE);
	return 0;
}

struct group_ref load_ref(const struct load *l, json_int_t number)
{
	return load_in_range(number, 0, (int64_t)l->n_groups - 1) ? l->groups[number]->ref
								  : (struct group_ref){0, 0};
}

int load_pair_numbers(struct load *l, json_t *object, struct pair ***out, size_t *n)
{
	json_t *list = load_list_borrow(l, object, "pairs"), *num;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(
		list, i,
		num) if (!json_is_integer(num) ||
			 !load_in_range(json_integer_value(num), 0,
					(int64_t)l->n_pairs -
						1)) return load_damaged(l, "the number of a pair");
	*out = mem_array(NULL, json_array_size(list), sizeof **out);
	*n = json_array_size(list);
	json_array_foreach(list, i, num)(*out)[i] = pair_hold(l->pairs[json_integer_value(num)]);
	return 0;
}

int load_each(struct load *l, json_t *root, const char *key,
	      int (*one)(struct load *l, json_t *row))
{
	json_t *list = load_list_borrow(l, root, key), *row;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, row) if (one(l, row) != 0) return -1;
	return 0;
}

/* ---- pairs, history ---- */

/* The group references wait in the document until the incidents are there. */
static int load_pair(struct load *l, json_t *row)
{
	json_int_t is_label, df, seen, last, group, counted;
	json_t *name = json_array_get(row, 1), *value = json_array_get(row, 2);
	struct pair *p;

	if (json_unpack(row, "[I,s,s,I,I,I,I,I]", &is_label, &(const char *){NULL},
			&(const char *){NULL}, &df, &seen, &last, &group, &counted) != 0 ||
	    !load_in_range(df, 0, UINT32_MAX))
		return load_damaged(l, "pairs");
	p = pairs_get(&l->en->pairs, is_label ? PAIR_LABEL : PAIR_FIELD,
		      span_of(json_string_value(name), json_string_length(name)),
		      span_of(json_string_value(value), json_string_length(value)));
	l->pairs[l->n_pairs++] = p; /* held until the end of loading */
	p->df = (uint32_t)df;
	p->last_ns = last;
	if (seen && !p->seen) {
		p->seen = true;
		p->name->values++;
	}
	return 0;
}

static int load_pairs(struct load *l, json_t *root)
{
	json_t *list = load_list_borrow(l, root, "pairs"), *row;
	json_int_t incidents;
	size_t i;

	if (!list)
		return -1;
	if (json_unpack(root, "{s:I}", "incidents", &incidents) != 0 ||
	    !load_in_range(incidents, 0, UINT32_MAX))
		return load_damaged(l, "incidents");
	l->en->pairs.incidents = (uint32_t)incidents;
	l->pairs = mem_array(NULL, json_array_size(list), sizeof *l->pairs);
	json_array_foreach(list, i, row) if (load_pair(l, row) != 0) return -1;
	return 0;
}

static int load_history(struct load *l, json_t *root)
{
	json_t *list = load_list_borrow(l, root, "history"), *row;
	json_int_t past;
	size_t i;

	if (!list)
		return -1;
	if (json_unpack(root, "{s:I}", "past", &past) != 0 || !load_in_range(past, 0, UINT32_MAX))
		return load_damaged(l, "past");
	l->en->history.incidents = (uint32_t)past;
	json_array_foreach(list, i, row)
	{
		json_t *key = json_array_get(row, 0), *df = json_array_get(row, 1);

		if (!json_is_string(key) || !json_is_integer(df) ||
		    !load_in_range(json_integer_value(df), 1, UINT32_MAX))
			return load_damaged(l, "history");
		map_put(&l->en->history.df,
			span_of(json_string_value(key), json_string_length(key)), NULL)
			->value.num = json_integer_value(df);
	}
	return 0;
}

/* ---- what leads to incidents ---- */

static int load_place(struct load *l, json_t *row)
{
	const char *name;
	json_int_t group, last;
	int place;

	if (json_unpack(row, "[s,I,I]", &name, &group, &last) != 0)
		return load_damaged(l, "places");
	place = topology_place(l->en->topo, span_cstr(name), SPAN_NONE, SPAN_NONE);
	if (place >= 0) { /* else the topology has changed */
		l->en->places[place].group = load_ref(l, group);
		l->en->places[place].last_ns = last;
	}
	return 0;
}

static void connect_pairs(struct load *l, json_t *root)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(root, "pairs"), i, row)
	{
		l->pairs[i]->group = load_ref(l, json_integer_value(json_array_get(row, 6)));
		l->pairs[i]->counted = load_ref(l, json_integer_value(json_array_get(row, 7)));
	}
}

static void watch_groups(struct load *l)
{
	for (size_t i = 0; i < l->n_groups; i++) {
		struct group *g = l->groups[i];

		if (g->update_at_ns != INT64_MAX)
			group_watch(l->en, g, g->update_at_ns);
		if (g->forget_at_ns != INT64_MAX)
			group_watch(l->en, g, g->forget_at_ns);
	}
}

static int load_ahead(struct load *l, struct ahead *a, json_t *root)
{
	json_t *list = load_list_borrow(l, root, "ahead"), *row;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, row)
	{
		const char *id, *digest, *fp;
		struct ahead_entry entry = {0};
		json_int_t revision, base, closed;

		if (json_unpack(row, "[s,I,I,I,s,s]", &id, &revision, &base, &closed, &digest,
				&fp) != 0 ||
		    !load_in_range(revision, 0, UINT32_MAX - 1) ||
		    !load_in_range(base, 0, UINT32_MAX - 1) ||
		    load_fp(l, digest, &entry.digest) != 0 || load_fp(l, fp, &entry.fp) != 0)
			return load_damaged(l, "ahead");
		entry.revision = (uint32_t)revision;
		entry.base = (uint32_t)base;
		entry.closed = closed != 0;
		ahead_note(a, id, &entry);
	}
	return 0;
}

static int check_version(json_t *root, struct err *e)
{
	json_t *version = json_object_get(root, "aiops_correlate_state");

	if (!json_is_integer(version))
		return err_set(e, EX_BADCONFIG, "this is no state of aiops-correlate");
	if (json_integer_value(version) != SNAPSHOT_VERSION)
		return err_set(e, EX_BADCONFIG,
			       "the state is of version %lld, this programme knows version %d",
			       (long long)json_integer_value(version), SNAPSHOT_VERSION);
	return 0;
}

static int load_root(struct load *l, struct ahead *a, json_t *root)
{
	json_int_t newest, now;

	if (json_unpack(root, "{s:I,s:I}", "newest", &newest, "now", &now) != 0)
		return load_damaged(l, "newest");
	l->en->newest_ns = newest;
	l->en->now_ns = now;
	if (load_pairs(l, root) != 0 || load_history(l, root) != 0 || load_groups(l, root) != 0 ||
	    load_alerts(l, root) != 0 || load_each(l, root, "places", load_place) != 0 ||
	    load_ahead(l, a, root) != 0)
		return -1;
	connect_pairs(l, root);
	watch_groups(l);
	return 0;
}

int snapshot_load(struct engine *en, struct ahead *a, struct span text, struct err *e)
{
	struct load l = {.en = en, .e = e};
	json_error_t where;
	json_t *root =
		json_loadb(text.data, text.len, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &where);
	int rc = -1;

	if (!root) {
		size_t line = where.line > 0 ? (size_t)where.line : 1;
		size_t column = where.column > 0 ? (size_t)where.column : 1;

		return err_set_at(e, EX_BADCONFIG, line, column, "the state is damaged: %s",
				  where.text);
	}
	if (check_version(root, e) == 0)
		rc = load_root(&l, a, root);
	for (size_t i = 0; i < l.n_pairs; i++)
		pair_drop(l.pairs[i]);
	free(l.pairs);
	free(l.groups);
	json_decref(root);
	return rc;
}
