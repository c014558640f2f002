#include "aiops-correlate/suppress.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/notice.h"
#include "aiops-correlate/severity.h"
#include "aiops-correlate/subject.h"
#include "base/instant.h"
#include "base/mem.h"

enum { LINE_MAX_BYTES = 1 << 22, BY_MAX = 1 << 20 };

void policy_init(struct policy *p, const struct site_rules *rules, struct maintenance *m,
		 int64_t cooldown_ns, size_t max_per_hour, size_t max_held)
{
	*p = (struct policy){.rules = *rules,
			     .maintenance = m,
			     .cooldown_ns = cooldown_ns,
			     .boundary_ns = INT64_MIN,
			     .max_held = max_held,
			     .line = BUF_INIT(LINE_MAX_BYTES)};
	inhibit_init(&p->inhibit, &p->rules);
	limit_init(&p->told, max_per_hour);
	limit_init(&p->foretold, max_per_hour);
	flaps_init(&p->flaps, p->rules.flapping, max_held);
	map_init(&p->held);
}

void policy_release(struct policy *p, struct words *ws)
{
	for (struct map_entry *it = map_next(&p->held, NULL); it; it = map_next(&p->held, it)) {
		struct held *h = it->value.ptr;

		sighting_free(h->s, ws);
		free(h);
	}
	map_release(&p->held);
	flaps_release(&p->flaps);
	limit_release(&p->told);
	limit_release(&p->foretold);
	inhibit_release(&p->inhibit);
	maintenance_free(p->maintenance);
	site_rules_release(&p->rules);
	buf_release(&p->line);
}

/* ---- alerts kept aside ---- */

static struct span key_of(const uint64_t *fp)
{
	return span_of((const char *)fp, sizeof *fp);
}

struct held *held_get(const struct policy *p, uint64_t fp)
{
	const struct map_entry *it = p->held.live ? map_get(&p->held, key_of(&fp)) : NULL;

	return it ? it->value.ptr : NULL;
}

struct held *held_add(struct policy *p, struct sighting *s, uint32_t count)
{
	struct held *h = mem_alloc(sizeof *h);

	*h = (struct held){s, count};
	map_put(&p->held, key_of(&s->fp), NULL)->value.ptr = h;
	return h;
}

void held_drop(struct policy *p, struct words *ws, uint64_t fp)
{
	struct held *h = held_get(p, fp);

	if (!h)
		return;
	sighting_free(h->s, ws);
	free(h);
	map_remove(&p->held, key_of(&fp));
}

/* ---- what holds an alert back ---- */

static void add_by(struct outcome *out, enum suppress_cause cause, struct span name)
{
	struct buf text = BUF_INIT(BY_MAX);

	if (!out)
		return;
	buf_add_cstr(&text, suppress_cause_name(cause));
	if (name.len) {
		buf_add_char(&text, ':');
		buf_add_span(&text, name);
	}
	out->by.max = BY_MAX;
	if (out->by.len)
		buf_add_char(&out->by, ',');
	jsonw_quote(&out->by, buf_span(&text));
	buf_release(&text);
}

/* The windows that cover the alert at at_ns; count: they note the report. True if any does. */
static bool in_maintenance(const struct engine *en, struct subject s, int64_t at_ns, bool count,
			   struct outcome *out)
{
	struct maintenance *m = en->policy->maintenance;
	bool any = false;

	if (!m)
		return false;
	maintenance_look(m, at_ns);
	for (size_t i = maintenance_find(m, s, 0); i < m->n_now;
	     i = maintenance_find(m, s, i + 1)) {
		struct window *w = &m->windows[m->now[i]];

		any = true;
		w->alerts += count;
		w->total += count;
		add_by(out, SUPPRESS_MAINTENANCE, span_cstr(w->name));
	}
	return any;
}

static void tell_burst(struct engine *en, enum suppress_cause cause, int64_t at_ns)
{
	static const char *const titles[SUPPRESS_CAUSES] = {
		[SUPPRESS_COOLDOWN] = "repeats are held back until the cooldown has passed",
		[SUPPRESS_CAP] = "more alerts than the hourly cap: further ones are held back, "
				 "except a new critical root",
	};
	struct jsonw w;

	if (!titles[cause])
		return; /* these have notices of their own */
	w = notice_begin(&en->policy->line, cause == SUPPRESS_CAP ? "cap_began" : "cooldown_began",
			 SPAN_NONE, at_ns, span_cstr(titles[cause]));
	if (cause == SUPPRESS_CAP)
		jsonw_member_i64(&w, "max_per_hour", (int64_t)en->policy->told.max);
	notice_end(&w);
	suppress_say(en);
}

/* One report was held back. g may be NULL. */
static void count(struct engine *en, enum suppress_cause cause, struct group *g, int64_t at_ns)
{
	en->policy->totals.n[cause]++;
	if (g)
		g->suppressed.n[cause]++;
	if (burst_note(&en->policy->bursts[cause], at_ns))
		tell_burst(en, cause, at_ns);
}

/* ---- before an alert is applied ---- */

static struct sighting *sighting_copy(const struct sighting *s)
{
	struct sighting *c = sighting_make(span_cstr(s->id), s->n_pairs);

	c->name = word_hold(s->name);
	c->component = word_hold(s->component);
	c->service = word_hold(s->service);
	c->host = word_hold(s->host);
	c->layer = word_hold(s->layer);
	c->source = word_hold(s->source);
	c->at_ns = s->at_ns;
	c->starts_ns = s->starts_ns;
	c->fp = s->fp;
	c->severity = s->severity;
	c->least = s->least;
	c->signal = s->signal;
	c->told_ns = INT64_MIN;
	for (size_t i = 0; i < s->n_pairs; i++)
		c->pairs[c->n_pairs++] = pair_hold(s->pairs[i]);
	return c;
}

static void explain_held(const struct sighting *s, uint32_t n, const char *why, struct outcome *out)
{
	struct buf by;

	if (!out)
		return;
	by = out->by;
	out->by = (struct buf){0};
	outcome_make(out, "", ROLE_CONTEXT);
	out->by = by;
	out->count = n;
	out->effective = severity_weigh(
		&(struct severity_case){
			.highest = s->severity, .alerts = 1, .least = s->least, .maintained = true},
		NULL);
	buf_add_cstr(&out->why, why);
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
	(void)in_maintenance(en, subject_of(&v), en->now_ns, false, out);
	for (size_t i = maintenance_find(m, subject_of(&v), 0); i < m->n_now;
	     i = maintenance_find(m, subject_of(&v), i + 1))
		m->windows[m->now[i]].over++;
	explain_held(s, h->count, "resolved inside the maintenance window that held it back", out);
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

	if (!in_maintenance(en, subject_of(&v), at_ns, true, out))
		return false;
	count(en, SUPPRESS_MAINTENANCE, NULL, at_ns);
	if (h)
		h->count++;
	else if (p->held.live < p->max_held)
		h = held_add(p, sighting_copy(s), 1);
	else
		p->not_held++;
	inhibit_fires(&p->inhibit, s->fp, subject_of(&v), true);
	explain_held(s, h ? h->count : 1, "in maintenance: opens no incident while it lasts", out);
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
	count(en, SUPPRESS_FLAPPING, g, s->at_ns);
	if (!out)
		return true;
	outcome_make(out, g ? g->id : "", ROLE_CONTEXT);
	outcome_weigh(en, out, s->severity, g);
	out->count = a->count;
	add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
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

/* ---- after it was applied ---- */

/* Policy holds for the alert itself, too. */
static void rate(struct outcome *out, const struct sighting *s)
{
	if (out && out->effective < s->least)
		out->effective = s->least;
}

static void mute(struct engine *en, struct alert *a, struct group *g, enum muted bit)
{
	if (a->muted & bit)
		return;
	a->muted |= (uint8_t)bit;
	if (bit == MUTED_MAINTENANCE && g) {
		g->maintained++;
		group_changed(en, g, CHANGE_UPDATED, false);
	}
}

static bool mark_inhibited(struct engine *en, struct alert *a, struct group *g, struct subject v,
			   struct outcome *out)
{
	struct policy *p = en->policy;
	const struct inhibit_rule *rule = inhibit_find(&p->inhibit, a->fp, v, true);

	if (!rule)
		return false;
	if (!(a->muted & MUTED_INHIBITION))
		inhibit_note(&p->inhibit, rule, a->fp, v);
	mute(en, a, g, MUTED_INHIBITION);
	add_by(out, SUPPRESS_INHIBITION, span_cstr(rule->name));
	return true;
}

static bool cools_down(const struct policy *p, int64_t told_ns, int64_t at_ns)
{
	uint64_t apart;

	if (told_ns == INT64_MIN)
		return false;
	apart = at_ns > told_ns ? (uint64_t)at_ns - (uint64_t)told_ns
				: (uint64_t)told_ns - (uint64_t)at_ns;
	return apart < (uint64_t)p->cooldown_ns;
}

/* s was applied: its pairs may be a's by now. */
static struct alert_view view_of_report(const struct sighting *s, const struct alert *a)
{
	return (struct alert_view){a->pairs, a->n_pairs, word_span(s->name), s->severity};
}

/* The first cause that holds the report back, or SUPPRESS_CAUSES. */
static enum suppress_cause ask(struct engine *en, const struct sighting *s, struct alert *a,
			       struct group *g, bool may_cool, bool must, struct outcome *out)
{
	struct policy *p = en->policy;
	struct alert_view v = view_of_report(s, a);
	enum suppress_cause cause = SUPPRESS_CAUSES;

	if (in_maintenance(en, subject_of(&v), s->late ? en->now_ns : s->at_ns, !s->released,
			   out)) {
		mute(en, a, g, MUTED_MAINTENANCE);
		cause = SUPPRESS_MAINTENANCE;
	}
	if (mark_inhibited(en, a, g, subject_of(&v), out) && cause == SUPPRESS_CAUSES)
		cause = SUPPRESS_INHIBITION;
	if (suppress_is_flapping(en, s->fp)) {
		add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
		cause = cause == SUPPRESS_CAUSES ? SUPPRESS_FLAPPING : cause;
	}
	if (cause != SUPPRESS_CAUSES)
		return cause;
	if (may_cool && cools_down(p, a->told_ns, s->at_ns))
		cause = SUPPRESS_COOLDOWN;
	else if (!limit_take(&p->told, s->at_ns, must))
		cause = SUPPRESS_CAP;
	if (cause != SUPPRESS_CAUSES)
		add_by(out, cause, SPAN_NONE);
	return cause;
}

/* The sources of a rule are gone: what only they muted is told. */
static void give_back(struct engine *en, const struct fps *freed)
{
	struct policy *p = en->policy;

	for (size_t i = 0; i < freed->n; i++) {
		struct alert *a = alerts_get(&en->alerts, freed->items[i]);
		struct alert_view v;
		const struct inhibit_rule *rule;

		if (!a || !a->active || !(a->muted & MUTED_INHIBITION))
			continue;
		v = view_of_alert(en, a);
		rule = inhibit_find(&p->inhibit, a->fp, subject_of(&v), true);
		if (rule) {
			inhibit_note(&p->inhibit, rule, a->fp, subject_of(&v));
			continue;
		}
		a->muted &= (uint8_t)~MUTED_INHIBITION;
		suppress_release(en, a, "inhibition", SPAN_NONE);
	}
}

static void source_over(struct engine *en, uint64_t fp, struct subject v)
{
	struct fps freed = {0};

	inhibit_over(&en->policy->inhibit, fp, v, true, &freed);
	give_back(en, &freed);
	fps_release(&freed);
}

void suppress_after(struct engine *en, const struct sighting *s, enum verdict v, bool opened,
		    bool raised, struct outcome *out)
{
	struct policy *p = en->policy;
	struct alert_view view;
	struct alert *a;
	struct group *g;
	enum suppress_cause cause;
	enum severity own = s->severity > s->least ? s->severity : s->least;

	if (!p || s->resolved)
		return;
	a = alerts_get(&en->alerts, s->fp);
	if (!a || !a->active)
		return; /* it belongs to the past */
	g = groups_find(&en->groups, a->group);
	rate(out, s);
	cause = ask(en, s, a, g, v == VERDICT_DUPLICATE && !raised,
		    s->released || (opened && own == SEVERITY_CRITICAL), out);
	view = view_of_report(s, a);
	if (p->rules.n_inhibit)
		inhibit_fires(&p->inhibit, s->fp, subject_of(&view), true);
	if (cause != SUPPRESS_CAUSES) {
		count(en, cause, g, s->at_ns);
		return;
	}
	if (out && v == VERDICT_DUPLICATE && a->told_ns != INT64_MIN)
		buf_add_cstr(&out->why, "; told again after the cooldown");
	a->told_ns = s->at_ns;
}

bool suppress_left(struct engine *en, struct alert *a, bool gone)
{
	struct policy *p = en->policy;
	const struct flap *f;
	bool over;
	struct group *g;
	struct alert_view v;

	if (!p)
		return false;
	g = groups_find(&en->groups, a->group);
	if (a->muted & MUTED_MAINTENANCE && g && g->maintained)
		g->maintained--;
	a->muted = 0;
	if (p->rules.n_inhibit && a->active) {
		v = view_of_alert(en, a);
		source_over(en, a->fp, subject_of(&v));
	}
	f = gone ? flaps_get(&p->flaps, a->fp) : NULL;
	if (!f)
		return false;
	over = f->flapping && !f->firing;
	if (f->flapping)
		suppress_tell_settled(en, f, a);
	flaps_forget(&p->flaps, a->fp);
	return over;
}

/* ---- when it is read ---- */

static int64_t told_before(const struct alert *a, const struct sighting *twin)
{
	int64_t told_ns = a ? a->told_ns : INT64_MIN;

	return twin && twin->told_ns > told_ns ? twin->told_ns : told_ns;
}

static void preview_firing(struct engine *en, struct sighting *s, struct subject v,
			   struct outcome *out)
{
	struct policy *p = en->policy;
	const struct inhibit_rule *rule = inhibit_find(&p->inhibit, s->fp, v, false);
	enum severity own = s->severity > s->least ? s->severity : s->least;

	if (p->rules.n_inhibit)
		inhibit_fires(&p->inhibit, s->fp, v, false);
	if (rule)
		add_by(out, SUPPRESS_INHIBITION, span_cstr(rule->name));
	if (suppress_is_flapping(en, s->fp))
		add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
	if (out->by.len)
		return;
	if (out->role == ROLE_DUPLICATE && cools_down(p, s->told_ns, s->at_ns))
		add_by(out, SUPPRESS_COOLDOWN, SPAN_NONE);
	else if (!limit_take(&p->foretold, s->at_ns,
			     out->role == ROLE_ROOT && own == SEVERITY_CRITICAL))
		add_by(out, SUPPRESS_CAP, SPAN_NONE);
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
		add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
	if (!held_get(p, s->fp))
		return;
	(void)in_maintenance(en, v, s->at_ns, false, out);
	explain_held(s, out->count, "resolved inside the maintenance window that held it back",
		     out);
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
	if (in_maintenance(en, subject_of(&v), s->at_ns, false, out) && !(a && a->active)) {
		s->incident[0] = '\0';
		explain_held(s, out->count, "in maintenance: opens no incident while it lasts",
			     out);
	}
	preview_firing(en, s, subject_of(&v), out);
	rate(out, s);
}

void suppress_rate(const struct engine *en, struct sighting *s)
{
	struct alert_view v = view_of_sighting(s);

	if (en->policy && en->policy->rules.n_severity)
		s->least = site_rules_least(&en->policy->rules, subject_of(&v), NULL);
}
