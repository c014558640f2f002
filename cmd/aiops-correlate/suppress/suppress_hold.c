/*
 * What is held back before it is applied: alerts that begin in maintenance, and
 * resolutions of alerts that flap.
 */
#include "aiops-correlate/suppress/suppress_impl.h"

#include "aiops-correlate/decide.h"
#include "aiops-correlate/suppress/notice.h"
#include "aiops-correlate/suppress/subject.h"
#include "base/instant.h"
#include "base/mem.h"

static struct sighting *sighting_copy(const struct sighting *s)
{
	struct sighting *c = sighting_make(span_cstr(s->id), s->n_pairs);

	c->name = word_hold(s->name);
	c->component = word_hold(s->component);
	c->service = word_hold(s->service);
	c->host = word_hold(s->host);
	c->layer = word_hold(s->layer);
	c->source = word_hold(s->source);
	c->callees = callees_hold(s->callees);
	c->at_ns = s->at_ns;
	c->starts_ns = s->starts_ns;
	c->ends_ns = s->ends_ns;
	c->fp = s->fp;
	c->severity = s->severity;
	c->least = s->least;
	c->signal = s->signal;
	c->told_ns = INT64_MIN;
	for (size_t i = 0; i < s->n_pairs; i++)
		c->pairs[c->n_pairs++] = pair_hold(s->pairs[i]);
	return c;
}

/* A resolution of an alert that is kept aside ends it silently. */
static bool resolve_held(struct engine *en, const struct sighting *s, struct outcome *out)
{
	struct policy *p = en->policy;
	struct alert_view v = view_of_sighting(s);
	const struct held *h = held_get(p, s->fp);
	struct maintenance *m = p->maintenance;

	if (!h || s->at_ns < h->s->at_ns)
		return false;
	(void)suppress_in_maintenance(en, subject_of(&v), en->now_ns, false, out);
	for (size_t i = maintenance_find(m, subject_of(&v), 0); i < m->n_now;
	     i = maintenance_find(m, subject_of(&v), i + 1))
		m->windows[m->now[i]].over++;
	suppress_explain_held(s, h->count,
			      "resolved inside the maintenance window that held it back", out);
	inhibit_over(&p->inhibit, s->fp, subject_of(&v), true, NULL);
	held_drop(p, &en->words, s->fp);
	return true;
}

static bool hold_new(struct engine *en, struct sighting *s, struct outcome *out)
{
	struct policy *p = en->policy;
	struct alert_view v = view_of_sighting(s);
	struct held *h = held_get(p, s->fp);
	/* of a late one it matters what holds now: its window may be over */
	int64_t at_ns = s->late ? en->now_ns : s->at_ns;

	if (!suppress_in_maintenance(en, subject_of(&v), at_ns, true, out))
		return false;
	suppress_count(en, SUPPRESS_MAINTENANCE, NULL, at_ns);
	if (h) {
		h->count++;
		if (!s->late || s->ends_ns > h->s->ends_ns)
			h->s->ends_ns = s->ends_ns;
	} else if (p->held.live < p->max_held) {
		h = held_add(p, sighting_copy(s), 1);
	} else {
		p->not_held++;
	}
	inhibit_fires(&p->inhibit, s->fp, subject_of(&v), true, NULL);
	suppress_explain_held(s, h ? h->count : 1,
			      "in maintenance: opens no incident while it lasts", out);
	return true;
}

/* A change between firing and resolved. */
static void note_change(struct engine *en, const struct sighting *s)
{
	struct policy *p = en->policy;
	const struct flap *f;
	struct jsonw w;

	if (flaps_change(&p->flaps, s->fp, !s->resolved, s->at_ns) != FLAP_BEGINS)
		return;
	f = flaps_get(&p->flaps, s->fp);
	w = notice_begin(&p->line, "flapping_began", span_cstr(s->id), s->at_ns,
			 SPAN("an alert changes between firing and resolved again and again"));
	jsonw_member_opt(&w, "name", word_span(s->name));
	jsonw_member_opt(&w, "component", word_span(s->component));
	jsonw_member(&w, "record_id", span_cstr(s->id));
	jsonw_member_i64(&w, "changes", (int64_t)f->n);
	jsonw_member_i64(&w, "within_s", p->flaps.rule.within_ns / NS_PER_S);
	notice_end(&w);
	suppress_say(en);
}

bool suppress_is_flapping(const struct engine *en, uint64_t fp)
{
	const struct flap *f = en->policy ? flaps_get(&en->policy->flaps, fp) : NULL;

	return f && f->flapping;
}

/* A resolution of an alert that flaps does not end it: that is told when it has settled. */
static bool hold_flap(struct engine *en, const struct sighting *s, struct alert *a,
		      struct outcome *out)
{
	const struct flap *f = flaps_get(&en->policy->flaps, s->fp);
	bool was = f ? f->firing : a->active;
	struct group *g = groups_find(&en->groups, a->group);

	if (s->at_ns >= a->first_ns && was == s->resolved)
		note_change(en, s);
	if (!s->resolved || !a->active || !suppress_is_flapping(en, s->fp))
		return false;
	if (s->at_ns > a->last_ns)
		a->last_ns = s->at_ns;
	alerts_watch(&en->alerts, a);
	suppress_count(en, SUPPRESS_FLAPPING, g, s->at_ns);
	if (!out)
		return true;
	outcome_make(out, g ? g->id : "", ROLE_CONTEXT);
	outcome_weigh(en, out, s->severity, g);
	out->count = a->count;
	suppress_add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
	buf_add_cstr(&out->why, "resolved for now; it flaps, so the end is told when it settles");
	return true;
}

bool suppress_hold(struct engine *en, struct sighting *s, struct alert *a, enum verdict v,
		   struct outcome *out)
{
	if (!en->policy || s->released)
		return false;
	if (out)
		buf_clear(&out->by);
	if (en->policy->held.live && s->resolved && resolve_held(en, s, out))
		return true;
	if (a && a->count && hold_flap(en, s, a, out))
		return true;
	if (s->resolved || (v != VERDICT_NEW && v != VERDICT_AGAIN) || (a && a->active))
		return false;
	return en->policy->maintenance && hold_new(en, s, out);
}
