/*
 * Loading the alerts in memory and those that wait.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/snapshot_impl.h"
#include "base/mem.h"

static int load_alert(struct load *l, json_t *row)
{
	const char *fp, *id;
	json_t *node;
	json_int_t first, last, resolved, count, active, member, group;
	struct sighting s = {0};
	struct group *g;
	struct alert *a;

	if (json_unpack(row, "{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "fp", &fp, "id", &id,
			"first", &first, "last", &last, "resolved", &resolved, "count", &count,
			"active", &active, "member", &member, "group", &group, "node",
			&node) != 0 ||
	    !load_in_range(count, 0, UINT32_MAX) || load_fp(l, fp, &s.fp) != 0 ||
	    alerts_get(&l->en->alerts, s.fp))
		return load_damaged(l, "alerts");
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
	a->group = load_ref(l, group);
	a->topo = topology_place(l->en->topo,
				 span_of(json_string_value(node), json_string_length(node)),
				 SPAN_NONE, SPAN_NONE);
	g = groups_find(&l->en->groups, a->group);
	if (a->active && !g)
		return load_damaged(l, "an alert without its incident");
	if (a->active)
		g->active++;
	if (member >= 0 && g) {
		if ((uint64_t)member >= g->n_members)
			return load_damaged(l, "an alert's place in its incident");
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

	if (json_unpack(row, "{s:s,s:s,s:[o,o,o,o,o,o],s:I,s:I,s:I,s:I,s:I,s:s}", "fp", &fp, "id",
			&id, "words", &w[0], &w[1], &w[2], &w[3], &w[4], &w[5], "at", &at, "starts",
			&starts, "resolved", &resolved, "severity", &severity, "signal", &signal,
			"incident", &incident) != 0 ||
	    !load_in_range(severity, 0, SEVERITY_CRITICAL) ||
	    !load_in_range(signal, 0, SIGNAL_EVENT) || load_fp(l, fp, &number) != 0 ||
	    strlen(incident) >= INCIDENT_ID_SIZE)
		return load_damaged(l, "pending");
	s = mem_zalloc(sizeof *s);
	if (load_pair_numbers(l, row, &s->pairs, &s->n_pairs) != 0) {
		free(s);
		return -1;
	}
	s->fp = number;
	s->id = mem_dupz(id);
	s->name = load_word(l, w[0]);
	s->component = load_word(l, w[1]);
	s->service = load_word(l, w[2]);
	s->host = load_word(l, w[3]);
	s->layer = load_word(l, w[4]);
	s->source = load_word(l, w[5]);
	s->at_ns = at;
	s->starts_ns = starts;
	s->resolved = resolved != 0;
	s->severity = (enum severity)severity;
	s->signal = (enum signal_kind)signal;
	memcpy(s->incident, incident, strlen(incident) + 1);
	engine_wait(l->en, s);
	return 0;
}

int load_alerts(struct load *l, json_t *root)
{
	if (load_each(l, root, "alerts", load_alert) != 0)
		return -1;
	return load_each(l, root, "pending", load_sighting);
}
