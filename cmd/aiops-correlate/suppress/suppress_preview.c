/*
 * What holds an alert back, as far as it can be told when it is read.
 */
#include "aiops-correlate/suppress/suppress_impl.h"

#include <string.h>

#include "aiops-correlate/suppress/subject.h"

static int64_t told_before(const struct alert *a, const struct sighting *twin)
{
	int64_t told_ns = a ? a->told_ns : INT64_MIN;

	return twin && twin->told_ns > told_ns ? twin->told_ns : told_ns;
}

/* Another alert of s's component waits for the incident that s will join, or is in it. */
static bool is_spoken_for(const struct engine *en, const struct sighting *s)
{
	const struct group *g;

	for (size_t i = 0; i < s->n_pairs; i++) { /* first, as it is the shorter list */
		const struct sighting *other = s->pairs[i]->pending;

		if (other && other != s && other->component == s->component &&
		    strcmp(other->incident, s->incident) == 0)
			return true;
	}
	g = groups_by_id(&en->groups, s->incident);
	for (size_t i = 0; g && i < g->n_members; i++)
		if (g->members[i].component == s->component)
			return true;
	return false;
}

static enum cap_claim claim_of(const struct engine *en, const struct sighting *s,
			       const struct outcome *out, enum severity own)
{
	if (out->role == ROLE_ROOT && own == SEVERITY_CRITICAL)
		return CLAIM_MUST;
	if (out->role == ROLE_DUPLICATE || !cap_asks_for_first(&en->policy->foretold, s->at_ns))
		return CLAIM_NONE;
	return is_spoken_for(en, s) ? CLAIM_NONE : CLAIM_FIRST;
}

static void preview_firing(struct engine *en, struct sighting *s, struct subject v,
			   struct outcome *out)
{
	struct policy *p = en->policy;
	const struct inhibit_rule *rule = inhibit_find(&p->inhibit, s->fp, v, false);
	enum severity own = s->severity > s->least ? s->severity : s->least;

	if (p->rules.n_inhibit)
		inhibit_fires(&p->inhibit, s->fp, v, false, NULL);
	if (rule)
		suppress_add_by(out, SUPPRESS_INHIBITION, span_cstr(rule->name));
	if (suppress_is_flapping(en, s->fp))
		suppress_add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
	if (out->by.len)
		return;
	if (out->role == ROLE_DUPLICATE && suppress_cools_down(p, s->told_ns, s->at_ns))
		suppress_add_by(out, SUPPRESS_COOLDOWN, SPAN_NONE);
	else if (!cap_take(&p->foretold, s->at_ns, claim_of(en, s, out, own)))
		suppress_add_by(out, SUPPRESS_CAP, SPAN_NONE);
	else
		s->told_ns = s->at_ns;
}

static void preview_resolution(struct engine *en, const struct sighting *s, struct subject v,
			       struct outcome *out)
{
	struct policy *p = en->policy;

	if (p->rules.n_inhibit)
		inhibit_over(&p->inhibit, s->fp, v, false, NULL);
	if (suppress_is_flapping(en, s->fp))
		suppress_add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
	if (!held_get(p, s->fp))
		return;
	(void)suppress_in_maintenance(en, v, s->at_ns, false, out);
	suppress_explain_held(s, out->count,
			      "resolved inside the maintenance window that held it back", out);
}

void suppress_preview(struct engine *en, struct sighting *s, const struct alert *a,
		      const struct sighting *twin, struct outcome *out)
{
	struct alert_view v = view_of_sighting(s);

	if (!en->policy)
		return;
	s->told_ns = told_before(a, twin);
	if (s->resolved) {
		preview_resolution(en, s, subject_of(&v), out);
		return;
	}
	if (suppress_in_maintenance(en, subject_of(&v), s->at_ns, false, out) &&
	    !(a && a->active)) {
		s->incident[0] = '\0';
		suppress_explain_held(s, out->count,
				      "in maintenance: opens no incident while it lasts", out);
	}
	preview_firing(en, s, subject_of(&v), out);
	suppress_rate_outcome(out, s);
}

void suppress_rate(const struct engine *en, struct sighting *s)
{
	struct alert_view v = view_of_sighting(s);

	if (en->policy && en->policy->rules.n_severity)
		s->least = site_rules_least(&en->policy->rules, subject_of(&v), NULL);
}
