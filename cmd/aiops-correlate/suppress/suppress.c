#include "aiops-correlate/suppress/suppress.h"

#include <stdlib.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/suppress/notice.h"
#include "aiops-correlate/suppress/severity.h"
#include "aiops-correlate/suppress/subject.h"
#include "aiops-correlate/suppress/suppress_impl.h"
#include "base/instant.h"
#include "base/mem.h"

enum { BY_MAX = 1 << 20 };

/* ---- what holds an alert back ---- */

void suppress_add_by(struct outcome *out, enum suppress_cause cause, struct span name)
{
	struct buf text = BUF_INIT(BY_MAX);

	if (!out)
		return;
	out->by.max = BY_MAX;
	if (out->by.len)
		buf_add_char(&out->by, ',');
	if (!name.len) {
		jsonw_quote(&out->by, span_cstr(suppress_cause_name(cause)));
		return;
	}
	buf_add_cstr(&text, suppress_cause_name(cause));
	buf_add_char(&text, ':');
	buf_add_span(&text, name);
	jsonw_quote(&out->by, buf_span(&text));
	buf_release(&text);
}

/* The windows that cover the alert at at_ns; count: they note the report. True if any does. */
bool suppress_in_maintenance(const struct engine *en, struct subject s, int64_t at_ns, bool count,
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
		suppress_add_by(out, SUPPRESS_MAINTENANCE, span_cstr(w->name));
	}
	return any;
}

static void tell_burst(struct engine *en, enum suppress_cause cause, int64_t at_ns)
{
	static const char *const titles[SUPPRESS_CAUSES] = {
		[SUPPRESS_COOLDOWN] = "repeats are held back until the cooldown has passed",
		[SUPPRESS_CAP] = ("more alerts than the hourly cap: further ones are held back, "
				  "except new critical roots and, up to the cap once more, the "
				  "first of a component"),
	};
	struct jsonw w;

	if (!titles[cause])
		return; /* these have notices of their own */
	w = notice_begin(&en->policy->line, cause == SUPPRESS_CAP ? "cap_began" : "cooldown_began",
			 SPAN_NONE, at_ns, span_cstr(titles[cause]));
	if (cause == SUPPRESS_CAP)
		jsonw_member_i64(&w, "max_per_hour", (int64_t)en->policy->told.all.max);
	notice_end(&w);
	suppress_say(en);
}

/* One report was held back. g may be NULL. */
void suppress_count(struct engine *en, enum suppress_cause cause, struct group *g, int64_t at_ns)
{
	en->policy->totals.n[cause]++;
	if (g)
		g->suppressed.n[cause]++;
	if (burst_note(&en->policy->bursts[cause], at_ns))
		tell_burst(en, cause, at_ns);
}

void suppress_explain_held(const struct sighting *s, uint32_t n, const char *why,
			   struct outcome *out)
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

/* Policy holds for the alert itself, too. */
void suppress_rate_outcome(struct outcome *out, const struct sighting *s)
{
	if (out && out->effective < s->least)
		out->effective = s->least;
}

bool suppress_cools_down(const struct policy *p, int64_t told_ns, int64_t at_ns)
{
	uint64_t apart;

	if (told_ns == INT64_MIN)
		return false;
	apart = at_ns > told_ns ? (uint64_t)at_ns - (uint64_t)told_ns
				: (uint64_t)told_ns - (uint64_t)at_ns;
	return apart < (uint64_t)p->cooldown_ns;
}

/* ---- after it was applied ---- */

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

	if (!rule) {
		a->muted &= (uint8_t)~MUTED_INHIBITION;
		return false;
	}
	if (!(a->muted & MUTED_INHIBITION))
		inhibit_note(&p->inhibit, rule, a->fp, v);
	mute(en, a, g, MUTED_INHIBITION);
	suppress_add_by(out, SUPPRESS_INHIBITION, span_cstr(rule->name));
	return true;
}

/* s was applied: its pairs may be a's by now. */
static struct alert_view view_of_report(const struct sighting *s, const struct alert *a)
{
	return (struct alert_view){a->pairs, a->n_pairs, word_span(s->name), s->severity};
}

/* What is known of a, which s told of last. Inhibition goes by this, since a next run knows no
 * more. */
static struct alert_view view_of_known(const struct engine *en, const struct alert *a,
				       const struct sighting *s)
{
	bool remembered = a->member != MEMBER_NONE && groups_find(&en->groups, a->group);

	return remembered ? view_of_alert(en, a) : view_of_report(s, a);
}

/* An alert of a component that nothing else in its incident speaks for may be of the cause. */
static enum cap_claim claim_of_first(const struct group *g, const struct alert *a)
{
	return g && a->count == 1 && a->member != MEMBER_NONE && group_is_first_of(g, a->member)
		       ? CLAIM_FIRST
		       : CLAIM_NONE;
}

/* The first cause that holds the report back, or SUPPRESS_CAUSES. */
static enum suppress_cause ask(struct engine *en, const struct sighting *s, struct alert *a,
			       struct group *g, bool may_cool, enum cap_claim claim,
			       struct outcome *out)
{
	struct policy *p = en->policy;
	struct alert_view v = view_of_report(s, a), known = view_of_known(en, a, s);
	enum suppress_cause cause = SUPPRESS_CAUSES;

	if (suppress_in_maintenance(en, subject_of(&v), s->late ? en->now_ns : s->at_ns,
				    !s->released, out)) {
		mute(en, a, g, MUTED_MAINTENANCE);
		cause = SUPPRESS_MAINTENANCE;
	}
	if (mark_inhibited(en, a, g, subject_of(&known), out) && cause == SUPPRESS_CAUSES)
		cause = SUPPRESS_INHIBITION;
	if (suppress_is_flapping(en, s->fp)) {
		suppress_add_by(out, SUPPRESS_FLAPPING, SPAN_NONE);
		cause = cause == SUPPRESS_CAUSES ? SUPPRESS_FLAPPING : cause;
	}
	if (cause != SUPPRESS_CAUSES)
		return cause;
	if (may_cool && suppress_cools_down(p, a->told_ns, s->at_ns))
		cause = SUPPRESS_COOLDOWN;
	else if (!cap_take(&p->told, s->at_ns,
			   claim == CLAIM_NONE && cap_asks_for_first(&p->told, s->at_ns)
				   ? claim_of_first(g, a)
				   : claim))
		cause = SUPPRESS_CAP;
	if (cause != SUPPRESS_CAUSES)
		suppress_add_by(out, cause, SPAN_NONE);
	return cause;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The sources of a rule are gone: what only they muted is told. */
static void give_back(struct engine *en, const struct fps *freed)
{
	struct policy *p = en->policy;

	if (freed->n)
		qsort(freed->items, freed->n, sizeof *freed->items, by_number);
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
		suppress_give_back(en, a, "inhibition", SPAN_NONE);
	}
}

static void source_over(struct engine *en, uint64_t fp, struct subject v)
{
	struct fps freed = {0};

	inhibit_over(&en->policy->inhibit, fp, v, true, &freed);
	give_back(en, &freed);
	fps_release(&freed);
}

/* a fires, as a source of rules or not. */
static void source_fires(struct engine *en, const struct alert *a, const struct sighting *s)
{
	struct alert_view v = view_of_known(en, a, s);
	struct fps freed = {0};

	inhibit_fires(&en->policy->inhibit, a->fp, subject_of(&v), true, &freed);
	give_back(en, &freed);
	fps_release(&freed);
}

void suppress_after(struct engine *en, const struct sighting *s, enum verdict v, bool opened,
		    bool raised, struct outcome *out)
{
	struct policy *p = en->policy;
	struct alert *a;
	struct group *g;
	enum suppress_cause cause;
	enum severity own = s->severity > s->least ? s->severity : s->least;

	if (!p || s->resolved)
		return;
	a = s->track->alert;
	if (!a || !a->active)
		return; /* it belongs to the past */
	g = groups_find(&en->groups, a->group);
	suppress_rate_outcome(out, s);
	cause = ask(en, s, a, g, v == VERDICT_DUPLICATE && !raised,
		    s->released || (opened && own == SEVERITY_CRITICAL) ? CLAIM_MUST : CLAIM_NONE,
		    out);
	if (p->rules.n_inhibit)
		source_fires(en, a, s);
	if (cause != SUPPRESS_CAUSES) {
		suppress_count(en, cause, g, s->at_ns);
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
