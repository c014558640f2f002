/*
 * Loading. Every number is checked before it is used: a state file that was
 * damaged or edited must not crash the programme.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/snapshot.h"
#include "base/digest.h"
#include "base/mem.h"

struct load {
	struct engine *en;
	struct pair **pairs;
	size_t n_pairs;
	struct group **groups;
	size_t n_groups;
	struct err *e;
};

static int damaged(struct load *l, const char *where)
{
	return err_set(l->e, EX_BADCONFIG, "the state is damaged: %s", where);
}

/* An array under key of the object; fails if it is not there. */
static json_t *list_borrow(struct load *l, json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);

	if (!json_is_array(list)) {
		damaged(l, key);
		return NULL;
	}
	return list;
}

static struct word *take_word(struct load *l, const json_t *text)
{
	return words_get(&l->en->words, span_of(json_string_value(text), json_string_length(text)));
}

static int read_fp(struct load *l, const char *hex, uint64_t *out)
{
	uint8_t bytes[FINGERPRINT_HEX / 2];

	if (hex_decode(span_cstr(hex), bytes, sizeof bytes) != 0)
		return damaged(l, "a fingerprint");
	*out = 0;
	for (size_t i = 0; i < sizeof bytes; i++)
		*out = *out << 8 | bytes[i];
	return 0;
}

static bool in_range(json_int_t n, int64_t min, int64_t max)
{
	return n >= min && n <= max;
}

static int read_id(struct load *l, const char *text, char out[static INCIDENT_ID_SIZE])
{
	if (strlen(text) != INCIDENT_ID_SIZE - 1)
		return damaged(l, "an incident's id");
	memcpy(out, text, INCIDENT_ID_SIZE);
	return 0;
}

/* ---- pairs, history ---- */

/* The group references wait in the document until the incidents are there. */
static int load_pair(struct load *l, json_t *row)
{
	json_int_t is_label, df, seen, last, group, counted;
	json_t *name = json_array_get(row, 1), *value = json_array_get(row, 2);
	struct pair *p;

	if (json_unpack(row, "[I,s,s,I,I,I,I,I]", &is_label, &(const char *){NULL}, &(const char *){NULL}, &df, &seen,
			&last, &group, &counted) != 0 ||
	    !in_range(df, 0, UINT32_MAX))
		return damaged(l, "pairs");
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
	json_t *list = list_borrow(l, root, "pairs"), *row;
	json_int_t incidents;
	size_t i;

	if (!list)
		return -1;
	if (json_unpack(root, "{s:I}", "incidents", &incidents) != 0 || !in_range(incidents, 0, UINT32_MAX))
		return damaged(l, "incidents");
	l->en->pairs.incidents = (uint32_t)incidents;
	l->pairs = mem_array(NULL, json_array_size(list), sizeof *l->pairs);
	json_array_foreach(list, i, row)
		if (load_pair(l, row) != 0)
			return -1;
	return 0;
}

static int load_history(struct load *l, json_t *root)
{
	json_t *list = list_borrow(l, root, "history"), *row;
	json_int_t past;
	size_t i;

	if (!list)
		return -1;
	if (json_unpack(root, "{s:I}", "past", &past) != 0 || !in_range(past, 0, UINT32_MAX))
		return damaged(l, "past");
	l->en->history.incidents = (uint32_t)past;
	json_array_foreach(list, i, row) {
		json_t *key = json_array_get(row, 0), *df = json_array_get(row, 1);

		if (!json_is_string(key) || !json_is_integer(df) || !in_range(json_integer_value(df), 1, UINT32_MAX))
			return damaged(l, "history");
		map_put(&l->en->history.df, span_of(json_string_value(key), json_string_length(key)), NULL)->value.num =
			json_integer_value(df);
	}
	return 0;
}

/* The list of pair numbers under "pairs" of object, each held; *out belongs to the caller. */
static int load_pair_numbers(struct load *l, json_t *object, struct pair ***out, size_t *n)
{
	json_t *list = list_borrow(l, object, "pairs"), *num;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, num)
		if (!json_is_integer(num) || !in_range(json_integer_value(num), 0, (int64_t)l->n_pairs - 1))
			return damaged(l, "the number of a pair");
	*out = mem_array(NULL, json_array_size(list), sizeof **out);
	*n = json_array_size(list);
	json_array_foreach(list, i, num)
		(*out)[i] = pair_hold(l->pairs[json_integer_value(num)]);
	return 0;
}

/* ---- incidents ---- */

static int load_member(struct load *l, struct group *g, json_t *row)
{
	const char *fp, *id;
	json_t *name, *component, *service, *layer;
	json_int_t signal, severity, onset, count, active, df, past;
	struct member m = {0};

	if (json_unpack(row, "[s,s,o,o,o,o,I,I,I,I,I,I,I]", &fp, &id, &name, &component, &service, &layer, &signal,
			&severity, &onset, &count, &active, &df, &past) != 0 ||
	    !in_range(signal, 0, SIGNAL_EVENT) || !in_range(severity, 0, SEVERITY_CRITICAL) ||
	    !in_range(count, 0, UINT32_MAX) || !in_range(df, 0, UINT32_MAX) || !in_range(past, 0, UINT32_MAX) ||
	    read_fp(l, fp, &m.fp) != 0)
		return damaged(l, "members");
	m.id = mem_dupz(id);
	m.name = take_word(l, name);
	m.component = take_word(l, component);
	m.service = take_word(l, service);
	m.layer = take_word(l, layer);
	m.signal = (enum signal_kind)signal;
	m.severity = (enum severity)severity;
	m.onset_ns = onset;
	m.count = (uint32_t)count;
	m.active = active != 0;
	m.df = (uint32_t)df;
	m.past = (uint32_t)past;
	mem_grow(g->members, g->members_cap, g->n_members + 1);
	g->members[g->n_members++] = m;
	return 0;
}

static int load_merged(struct load *l, struct group *g, json_t *row)
{
	json_t *list = list_borrow(l, row, "merged"), *id;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, id) {
		if (!json_is_string(id))
			return damaged(l, "merged");
		mem_grow(g->merged, g->merged_cap, g->n_merged + 1);
		if (read_id(l, json_string_value(id), g->merged[g->n_merged]) != 0)
			return -1;
		g->n_merged++;
	}
	return 0;
}

static int load_group_numbers(struct load *l, struct group *g, json_t *row)
{
	json_int_t revision, announced, change, ending, starts, last, ends, changed, update_at, forget_at, announced_at,
		severity, alerts, unique, overflow, omitted;

	if (json_unpack(row, "{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "revision",
			&revision, "announced", &announced, "change", &change, "ending", &ending, "starts", &starts,
			"last", &last, "ends", &ends, "changed", &changed, "update_at", &update_at, "forget_at",
			&forget_at, "announced_at", &announced_at, "severity", &severity, "alerts", &alerts, "unique",
			&unique, "overflow", &overflow, "merged_omitted", &omitted) != 0 ||
	    !in_range(revision, 0, UINT32_MAX) || !in_range(announced, 0, UINT32_MAX) ||
	    !in_range(change, CHANGE_OPENED, CHANGE_RESOLVED) || !in_range(ending, ENDING_NONE, ENDING_INPUT) ||
	    !in_range(severity, 0, SEVERITY_CRITICAL) || alerts < 0 || !in_range(unique, 0, UINT32_MAX) ||
	    !in_range(overflow, 0, unique) || omitted < 0)
		return damaged(l, "the numbers of an incident");
	g->revision = (uint32_t)revision;
	g->announced = (uint32_t)announced;
	g->change = (enum change)change;
	g->ending = (enum ending)ending;
	g->starts_ns = starts;
	g->last_ns = last;
	g->ends_ns = ends;
	g->changed_ns = changed;
	g->update_at_ns = update_at;
	g->forget_at_ns = forget_at;
	g->announced_ns = announced_at;
	g->severity = (enum severity)severity;
	g->alerts = (uint64_t)alerts;
	g->unique = (uint32_t)unique;
	g->overflow = (uint32_t)overflow;
	g->merged_omitted = (size_t)omitted;
	return 0;
}

static int load_group(struct load *l, json_t *row)
{
	const char *id, *fp;
	json_int_t serial;
	json_t *members, *member, *source;
	char key[INCIDENT_ID_SIZE];
	struct group *g;
	size_t i;

	if (json_unpack(row, "{s:s,s:s,s:o,s:I,s:o}", "id", &id, "fp", &fp, "source", &source, "serial", &serial,
			"members", &members) != 0 ||
	    serial < 0 || !json_is_array(members))
		return damaged(l, "groups");
	if (read_id(l, id, key) != 0)
		return -1;
	if (groups_by_id(&l->en->groups, key))
		return damaged(l, "an incident stands there twice");
	g = groups_restore(&l->en->groups, key, (uint64_t)serial);
	l->groups[l->n_groups++] = g;
	g->source = take_word(l, source);
	json_array_foreach(members, i, member)
		if (load_member(l, g, member) != 0)
			return -1;
	if (load_group_numbers(l, g, row) != 0 || read_fp(l, fp, &g->fp) != 0 || load_merged(l, g, row) != 0)
		return -1;
	return load_pair_numbers(l, row, &g->shared, &g->n_shared);
}

static int load_ended(struct load *l, json_t *root)
{
	json_t *list = list_borrow(l, root, "ended"), *row;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, row) {
		char id[INCIDENT_ID_SIZE];
		const char *text;
		json_int_t revision;

		if (json_unpack(row, "[s,I]", &text, &revision) != 0 || !in_range(revision, 0, UINT32_MAX))
			return damaged(l, "ended");
		if (read_id(l, text, id) != 0)
			return -1;
		groups_note_ended(&l->en->groups, id, (uint32_t)revision);
	}
	return 0;
}

static int load_groups(struct load *l, json_t *root)
{
	json_t *list = list_borrow(l, root, "groups"), *row;
	json_int_t next;
	size_t i;

	if (!list)
		return -1;
	l->groups = mem_array(NULL, json_array_size(list), sizeof *l->groups);
	json_array_foreach(list, i, row)
		if (load_group(l, row) != 0)
			return -1;
	if (json_unpack(root, "{s:I}", "next_serial", &next) != 0 || next < 0)
		return damaged(l, "next_serial");
	if ((uint64_t)next > l->en->groups.next_serial)
		l->en->groups.next_serial = (uint64_t)next;
	return load_ended(l, root);
}

static struct group_ref ref_of(const struct load *l, json_int_t number)
{
	return in_range(number, 0, (int64_t)l->n_groups - 1) ? l->groups[number]->ref : (struct group_ref){0, 0};
}

/* ---- alerts ---- */

static int load_alert(struct load *l, json_t *row)
{
	const char *fp, *id;
	json_t *node;
	json_int_t first, last, resolved, count, active, member, group;
	struct sighting s = {0};
	struct group *g;
	struct alert *a;

	if (json_unpack(row, "{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "fp", &fp, "id", &id, "first", &first, "last",
			&last, "resolved", &resolved, "count", &count, "active", &active, "member", &member, "group",
			&group, "node", &node) != 0 ||
	    !in_range(count, 0, UINT32_MAX) || read_fp(l, fp, &s.fp) != 0 || alerts_get(&l->en->alerts, s.fp))
		return damaged(l, "alerts");
	if (load_pair_numbers(l, row, &s.pairs, &s.n_pairs) != 0)
		return -1;
	s.id = (char *)(uintptr_t)id; /* only copied */
	s.at_ns = last;
	s.resolved = active == 0;
	a = alerts_add(&l->en->alerts, &s);
	a->first_ns = first;
	a->resolved_ns = resolved;
	a->count = (uint32_t)count;
	if (count && !a->first_id)
		a->first_id = mem_dupz(id);
	a->group = ref_of(l, group);
	a->topo = topology_place(l->en->topo, span_of(json_string_value(node), json_string_length(node)), SPAN_NONE,
				 SPAN_NONE);
	g = groups_find(&l->en->groups, a->group);
	if (a->active && !g)
		return damaged(l, "an alert without its incident");
	if (a->active)
		g->active++;
	if (member >= 0 && g) {
		if ((uint64_t)member >= g->n_members)
			return damaged(l, "an alert's place in its incident");
		a->member = (uint32_t)member;
	}
	return 0;
}

static int load_sighting(struct load *l, json_t *row)
{
	const char *fp, *id, *incident;
	json_t *w[6];
	json_int_t at, starts, resolved, severity, signal;
	struct sighting *s;
	uint64_t number;

	if (json_unpack(row, "{s:s,s:s,s:[o,o,o,o,o,o],s:I,s:I,s:I,s:I,s:I,s:s}", "fp", &fp, "id", &id, "words", &w[0],
			&w[1], &w[2], &w[3], &w[4], &w[5], "at", &at, "starts", &starts, "resolved", &resolved,
			"severity", &severity, "signal", &signal, "incident", &incident) != 0 ||
	    !in_range(severity, 0, SEVERITY_CRITICAL) || !in_range(signal, 0, SIGNAL_EVENT) ||
	    read_fp(l, fp, &number) != 0 || strlen(incident) >= INCIDENT_ID_SIZE)
		return damaged(l, "pending");
	s = mem_zalloc(sizeof *s);
	if (load_pair_numbers(l, row, &s->pairs, &s->n_pairs) != 0) {
		free(s);
		return -1;
	}
	s->fp = number;
	s->id = mem_dupz(id);
	s->name = take_word(l, w[0]);
	s->component = take_word(l, w[1]);
	s->service = take_word(l, w[2]);
	s->host = take_word(l, w[3]);
	s->layer = take_word(l, w[4]);
	s->source = take_word(l, w[5]);
	s->at_ns = at;
	s->starts_ns = starts;
	s->resolved = resolved != 0;
	s->severity = (enum severity)severity;
	s->signal = (enum signal_kind)signal;
	memcpy(s->incident, incident, strlen(incident) + 1);
	engine_wait(l->en, s);
	return 0;
}

static int load_each(struct load *l, json_t *root, const char *key, int (*one)(struct load *l, json_t *row))
{
	json_t *list = list_borrow(l, root, key), *row;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, row)
		if (one(l, row) != 0)
			return -1;
	return 0;
}

/* ---- what leads to incidents ---- */

static int load_place(struct load *l, json_t *row)
{
	const char *name;
	json_int_t group, last;
	int place;

	if (json_unpack(row, "[s,I,I]", &name, &group, &last) != 0)
		return damaged(l, "places");
	place = topology_place(l->en->topo, span_cstr(name), SPAN_NONE, SPAN_NONE);
	if (place >= 0) { /* else the topology has changed */
		l->en->places[place].group = ref_of(l, group);
		l->en->places[place].last_ns = last;
	}
	return 0;
}

static void connect_pairs(struct load *l, json_t *root)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(root, "pairs"), i, row) {
		l->pairs[i]->group = ref_of(l, json_integer_value(json_array_get(row, 6)));
		l->pairs[i]->counted = ref_of(l, json_integer_value(json_array_get(row, 7)));
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
	json_t *list = list_borrow(l, root, "ahead"), *row;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, row) {
		const char *id, *digest, *fp;
		struct ahead_entry entry;
		json_int_t revision;

		if (json_unpack(row, "[s,I,s,s]", &id, &revision, &digest, &fp) != 0 ||
		    !in_range(revision, 0, UINT32_MAX - 1) || read_fp(l, digest, &entry.digest) != 0 ||
		    read_fp(l, fp, &entry.fp) != 0)
			return damaged(l, "ahead");
		entry.revision = (uint32_t)revision;
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
		return err_set(e, EX_BADCONFIG, "the state is of version %lld, this programme knows version %d",
			       (long long)json_integer_value(version), SNAPSHOT_VERSION);
	return 0;
}

static int load_root(struct load *l, struct ahead *a, json_t *root)
{
	json_int_t newest, now;

	if (json_unpack(root, "{s:I,s:I}", "newest", &newest, "now", &now) != 0)
		return damaged(l, "newest");
	l->en->newest_ns = newest;
	l->en->now_ns = now;
	if (load_pairs(l, root) != 0 || load_history(l, root) != 0 || load_groups(l, root) != 0 ||
	    load_each(l, root, "alerts", load_alert) != 0 || load_each(l, root, "pending", load_sighting) != 0 ||
	    load_each(l, root, "places", load_place) != 0 || load_ahead(l, a, root) != 0)
		return -1;
	connect_pairs(l, root);
	watch_groups(l);
	return 0;
}

int snapshot_load(struct engine *en, struct ahead *a, struct span text, struct err *e)
{
	struct load l = {.en = en, .e = e};
	json_error_t where;
	json_t *root = json_loadb(text.data, text.len, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &where);
	int rc = -1;

	if (!root)
		return err_set_at(e, EX_BADCONFIG, where.line > 0 ? (size_t)where.line : 0,
				  where.column > 0 ? (size_t)where.column : 0, "the state is damaged: %s", where.text);
	if (check_version(root, e) == 0)
		rc = load_root(&l, a, root);
	for (size_t i = 0; i < l.n_pairs; i++)
		pair_drop(l.pairs[i]);
	free(l.pairs);
	free(l.groups);
	json_decref(root);
	return rc;
}
