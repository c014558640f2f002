#include "aiops-correlate/suppress/subject.h"

struct alert_view view_of_sighting(const struct sighting *s)
{
	return (struct alert_view){s->pairs, s->n_pairs, word_span(s->name), s->severity};
}

struct alert_view view_of_alert(const struct engine *en, const struct alert *a)
{
	const struct group *g = groups_find(&en->groups, a->group);
	struct alert_view v = {.pairs = a->pairs, .n = a->n_pairs};

	if (g && a->member != MEMBER_NONE) {
		v.name = word_span(g->members[a->member].name);
		v.severity = g->members[a->member].severity;
	}
	return v;
}

static struct span get(const void *ctx, struct span name)
{
	const struct alert_view *v = ctx;

	for (size_t i = 0; i < v->n; i++)
		if (span_eq(pair_name_span(v->pairs[i]), name))
			return pair_value_span(v->pairs[i]);
	if (span_is(name, "alertname"))
		return v->name;
	return span_is(name, "severity") ? span_cstr(severity_name(v->severity)) : SPAN_NONE;
}

struct subject subject_of(const struct alert_view *v)
{
	return (struct subject){v, get};
}
