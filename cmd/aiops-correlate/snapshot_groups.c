/*
 * Loading the open incidents.
 */
#include <string.h>

#include "aiops-correlate/snapshot_impl.h"
#include "base/mem.h"

static int load_member(struct load *l, struct group *g, json_t *row)
{
	const char *fp, *id;
	json_t *name, *component, *service, *layer;
	json_int_t signal, severity, onset, count, active, df, past;
	struct member m = {0};

	if (json_unpack(row, "[s,s,o,o,o,o,I,I,I,I,I,I,I]", &fp, &id, &name, &component, &service,
			&layer, &signal, &severity, &onset, &count, &active, &df, &past) != 0 ||
	    !load_in_range(signal, 0, SIGNAL_EVENT) ||
	    !load_in_range(severity, 0, SEVERITY_CRITICAL) ||
	    !load_in_range(count, 0, UINT32_MAX) || !load_in_range(df, 0, UINT32_MAX) ||
	    !load_in_range(past, 0, UINT32_MAX) || load_fp(l, fp, &m.fp) != 0)
		return load_damaged(l, "members");
	m.id = mem_dupz(id);
	m.name = load_word(l, name);
	m.component = load_word(l, component);
	m.service = load_word(l, service);
	m.layer = load_word(l, layer);
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
	json_t *list = load_list_borrow(l, row, "merged"), *id;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, id)
	{
		if (!json_is_string(id))
			return load_damaged(l, "merged");
		mem_grow(g->merged, g->merged_cap, g->n_merged + 1);
		if (load_id(l, json_string_value(id), g->merged[g->n_merged]) != 0)
			return -1;
		g->n_merged++;
	}
	return 0;
}

static int load_group_numbers(struct load *l, struct group *g, json_t *row)
{
	json_int_t revision, announced, base, change, ending, starts, last, fresh, ends, changed,
		update_at, forget_at, announced_at, severity, alerts, unique, overflow, omitted;

	if (json_unpack(row,
			"{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
			"revision", &revision, "announced", &announced, "base", &base, "change",
			&change, "ending", &ending, "starts", &starts, "last", &last, "fresh",
			&fresh, "ends", &ends, "changed", &changed, "update_at", &update_at,
			"forget_at", &forget_at, "announced_at", &announced_at, "severity",
			&severity, "alerts", &alerts, "unique", &unique, "overflow", &overflow,
			"merged_omitted", &omitted) != 0 ||
	    !load_in_range(revision, 0, UINT32_MAX) || !load_in_range(announced, 0, UINT32_MAX) ||
	    !load_in_range(base, 0, UINT32_MAX) ||
	    !load_in_range(change, CHANGE_OPENED, CHANGE_RESOLVED) ||
	    !load_in_range(ending, ENDING_NONE, ENDING_INPUT) ||
	    !load_in_range(severity, 0, SEVERITY_CRITICAL) || alerts < 0 ||
	    !load_in_range(unique, 0, UINT32_MAX) || !load_in_range(overflow, 0, unique) ||
	    omitted < 0)
		return load_damaged(l, "the numbers of an incident");
	g->revision = (uint32_t)revision;
	g->announced = (uint32_t)announced;
	g->base = (uint32_t)base;
	g->change = (enum change)change;
	g->ending = (enum ending)ending;
	g->starts_ns = starts;
	g->last_ns = last;
	g->fresh_ns = fresh;
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

	if (json_unpack(row, "{s:s,s:s,s:o,s:I,s:o}", "id", &id, "fp", &fp, "source", &source,
			"serial", &serial, "members", &members) != 0 ||
	    serial < 0 || !json_is_array(members))
		return load_damaged(l, "groups");
	if (load_id(l, id, key) != 0)
		return -1;
	if (groups_by_id(&l->en->groups, key))
		return load_damaged(l, "an incident stands there twice");
	g = groups_restore(&l->en->groups, key, (uint64_t)serial);
	l->groups[l->n_groups++] = g;
	g->source = load_word(l, source);
	json_array_foreach(members, i, member) if (load_member(l, g, member) != 0) return -1;
	if (load_group_numbers(l, g, row) != 0 || load_fp(l, fp, &g->fp) != 0 ||
	    load_merged(l, g, row) != 0)
		return -1;
	return load_pair_numbers(l, row, &g->shared, &g->n_shared);
}

static int load_ended(struct load *l, json_t *root)
{
	json_t *list = load_list_borrow(l, root, "ended"), *row;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach(list, i, row)
	{
		char id[INCIDENT_ID_SIZE];
		const char *text;
		json_int_t revision;

		if (json_unpack(row, "[s,I]", &text, &revision) != 0 ||
		    !load_in_range(revision, 0, UINT32_MAX))
			return load_damaged(l, "ended");
		if (load_id(l, text, id) != 0)
			return -1;
		groups_note_ended(&l->en->groups, id, (uint32_t)revision);
	}
	return 0;
}

int load_groups(struct load *l, json_t *root)
{
	json_t *list = load_list_borrow(l, root, "groups"), *row;
	json_int_t next;
	size_t i;

	if (!list)
		return -1;
	l->groups = mem_array(NULL, json_array_size(list), sizeof *l->groups);
	json_array_foreach(list, i, row) if (load_group(l, row) != 0) return -1;
	if (json_unpack(root, "{s:I}", "next_serial", &next) != 0 || next < 0)
		return load_damaged(l, "next_serial");
	if ((uint64_t)next > l->en->groups.next_serial)
		l->en->groups.next_serial = (uint64_t)next;
	return load_ended(l, root);
}
