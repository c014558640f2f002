/*
 * What event time alone changes: windows begin and end, alerts settle, bursts pass.
 */
#include <stdlib.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/group/join.h"
#include "aiops-correlate/suppress/notice.h"
#include "aiops-correlate/suppress/subject.h"
#include "aiops-correlate/suppress/suppress.h"
#include "base/instant.h"
#include "base/mem.h"

/* A pause of so long at least ends a burst. */
#define QUIET_LEAST_NS (60 * NS_PER_S)

/* ---- boundaries of windows ---- */

struct candidate {
	int64_t since_ns;
	uint64_t fp;
};

static int by_age(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->since_ns != y->since_ns)
		return x->since_ns < y->since_ns ? -1 : 1;
	return (x->fp > y->fp) - (x->fp < y->fp);
}

static bool covered(struct maintenance *m, struct subject s)
{
	return maintenance_find(m, s, 0) < m->n_now;
}

/* The window that ended now and had held s back. */
static struct window *who_held(struct maintenance *m, struct subject s)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->windows[i].active && matchers_match(&m->windows[i].match, s))
			return &m->windows[i];
	return NULL;
}

static void look_at_alert(struct engine *en, struct alert *a)
{
	struct maintenance *m = en->policy->maintenance;
	struct alert_view v = view_of_alert(en, a);
	struct group *g = groups_find(&en->groups, a->group);
	bool was = a->muted & MUTED_MAINTENANCE, is = covered(m, subject_of(&v));
	struct window *w;

	if (was == is)
		return;
	if (g && is)
		g->maintained++;
	else if (g && g->maintained)
		g->maintained--;
	if (is) {
		a->muted |= MUTED_MAINTENANCE;
	} else {
		a->muted &= (uint8_t)~MUTED_MAINTENANCE;
		w = who_held(m, subject_of(&v));
		if (w)
			w->released++;
		suppress_give_back(en, a, "maintenance", w ? span_cstr(w->name) : SPAN_NONE);
	}
	if (g)
		group_changed(en, g, CHANGE_UPDATED,
			      g->maintained == 0 || g->maintained == g->active);
}

static void look_at_alerts(struct engine *en)
{
	struct candidate *list = mem_array(NULL, alerts_count(&en->alerts) + 1, sizeof *list);
	const struct alert *a;
	size_t n = 0;

	for (size_t i = 0; (a = alerts_next(&en->alerts, &i));)
		if (a->active)
			list[n++] = (struct candidate){a->first_ns, a->fp};
	if (n)
		qsort(list, n, sizeof *list, by_age);
	for (size_t i = 0; i < n; i++)
		look_at_alert(en, alerts_get(&en->alerts, list[i].fp));
	free(list);
}

/* An alert that was kept aside, and said itself that it is over by now, ends silently. */
static bool ended_inside(struct engine *en, uint64_t fp, struct subject s, struct window *w)
{
	struct policy *p = en->policy;

	if (held_get(p, fp)->s->ends_ns > en->now_ns)
		return false;
	if (w)
		w->over++;
	inhibit_over(&p->inhibit, fp, s, true, NULL);
	held_drop(p, &en->words, fp);
	return true;
}

static void look_at_held(struct engine *en)
{
	struct policy *p = en->policy;
	struct candidate *list = mem_array(NULL, p->held.live + 1, sizeof *list);
	size_t n = 0;

	for (struct map_entry *it = map_next(&p->held, NULL); it; it = map_next(&p->held, it)) {
		const struct held *h = it->value.ptr;
		struct alert_view v = view_of_sighting(h->s);

		if (!covered(p->maintenance, subject_of(&v)))
			list[n++] = (struct candidate){h->s->at_ns, h->s->fp};
	}
	if (n)
		qsort(list, n, sizeof *list, by_age);
	for (size_t i = 0; i < n; i++) {
		struct alert_view v = view_of_sighting(held_get(p, list[i].fp)->s);
		struct window *w = who_held(p->maintenance, subject_of(&v));

		if (ended_inside(en, list[i].fp, subject_of(&v), w))
			continue;
		if (w)
			w->released++;
		suppress_give_back_held(en, list[i].fp, w ? span_cstr(w->name) : SPAN_NONE);
		maintenance_look(p->maintenance, en->now_ns);
	}
	free(list);
}

static void tell_window(struct engine *en, const struct window *w, bool begins)
{
	struct buf title = BUF_INIT(4096);
	struct jsonw out;

	buf_addf(&title, "maintenance '%s' %s", w->name, begins ? "began" : "ended");
	out = notice_begin(&en->policy->line, begins ? "maintenance_began" : "maintenance_ended",
			   span_cstr(w->name), en->now_ns, buf_span(&title));
	jsonw_member(&out, "window", span_cstr(w->name));
	if (begins) {
		jsonw_member_time(&out, "until", instant_from_ns(window_end(w, en->now_ns)));
	} else {
		jsonw_member_time(&out, "since", instant_from_ns(w->began_ns));
		jsonw_member_i64(&out, "suppressed", (int64_t)w->alerts);
		jsonw_member_i64(&out, "resolved_inside", (int64_t)w->over);
		jsonw_member_i64(&out, "given_back", (int64_t)w->released);
	}
	notice_end(&out);
	suppress_say(en);
	buf_release(&title);
}

/* A window that ends is told if it held something back, or will never come again. */
static void turn_windows(struct engine *en)
{
	struct maintenance *m = en->policy->maintenance;

	for (size_t i = 0; i < m->n; i++) {
		struct window *w = &m->windows[i];
		bool is = window_is_active(w, en->now_ns);

		if (w->active && !is && (w->alerts || w->released || w->repeat == REPEAT_ONCE))
			tell_window(en, w, false);
		if (!w->active && is) {
			w->alerts = w->over = w->released = 0;
			w->began_ns = en->now_ns;
			if (w->repeat == REPEAT_ONCE)
				tell_window(en, w, true);
		}
		w->active = is;
	}
}

/* What the beginning or end of a window changes. */
static void cross_boundary(struct engine *en, int64_t at_ns)
{
	struct maintenance *m = en->policy->maintenance;

	maintenance_look(m, at_ns);
	en->policy->boundary_ns = m->hi_ns;
	look_at_alerts(en);
	look_at_held(en);
	turn_windows(en);
}

/* ---- bursts and flapping ---- */

static int64_t burst_end(const struct policy *p, const struct burst *b)
{
	int64_t quiet = p->cooldown_ns > QUIET_LEAST_NS ? p->cooldown_ns : QUIET_LEAST_NS;

	return b->open ? b->last_ns + quiet : INT64_MAX;
}

static void end_burst(struct engine *en, enum suppress_cause cause)
{
	struct burst *b = &en->policy->bursts[cause];
	struct jsonw w;

	b->open = false;
	if (cause != SUPPRESS_COOLDOWN && cause != SUPPRESS_CAP)
		return;
	w = notice_begin(&en->policy->line, cause == SUPPRESS_CAP ? "cap_ended" : "cooldown_ended",
			 SPAN_NONE, en->now_ns,
			 cause == SUPPRESS_CAP ? SPAN("the hourly cap holds nothing back any more")
					       : SPAN("the cooldown holds nothing back any more"));
	jsonw_member_time(&w, "since", instant_from_ns(b->since_ns));
	jsonw_member_time(&w, "last", instant_from_ns(b->last_ns));
	jsonw_member_i64(&w, "suppressed", (int64_t)b->n);
	notice_end(&w);
	suppress_say(en);
}

void suppress_tell_settled(struct engine *en, const struct flap *f, const struct alert *a)
{
	struct jsonw w = notice_begin(&en->policy->line, "flapping_ended",
				      span_cstr(a ? alert_first_id(a) : NULL), en->now_ns,
				      SPAN("an alert that flapped has settled"));

	if (a && a->named)
		jsonw_member(&w, "record_id", span_cstr(alert_first_id(a)));
	jsonw_member(&w, "status", f->firing ? SPAN("firing") : SPAN("resolved"));
	jsonw_member_time(&w, "since", instant_from_ns(f->since_ns));
	jsonw_member_i64(&w, "changes", (int64_t)f->total);
	notice_end(&w);
	suppress_say(en);
}

static void settle(struct engine *en)
{
	struct flap f;
	struct alert *a;
	struct group *g;

	if (flaps_look(&en->policy->flaps, &f) != FLAP_ENDS)
		return;
	a = alerts_get(&en->alerts, f.fp);
	suppress_tell_settled(en, &f, a);
	if (!a || !a->active || f.firing)
		return;
	g = groups_find(&en->groups, a->group);
	(void)suppress_left(en, a, false);
	a->active = false;
	a->resolved_ns = f.changes[f.n ? f.n - 1 : 0];
	if (g)
		group_leave(en, g, a->member, ENDING_ALERTS, a->resolved_ns);
}

/* ---- time ---- */

int64_t suppress_next_due(const struct engine *en)
{
	const struct policy *p = en->policy;
	int64_t next, due;

	if (!p || en->now_ns == INT64_MIN)
		return INT64_MAX;
	next = p->maintenance ? p->boundary_ns : INT64_MAX;
	due = flaps_next_due(&p->flaps);
	next = due < next ? due : next;
	for (int i = 0; i < SUPPRESS_CAUSES; i++) {
		due = burst_end(p, &p->bursts[i]);
		next = due < next ? due : next;
	}
	return next;
}

void suppress_tick(struct engine *en, int64_t at_ns)
{
	struct policy *p = en->policy;

	if (p->maintenance && p->boundary_ns <= at_ns)
		cross_boundary(en, en->now_ns);
	for (int i = 0; i < SUPPRESS_CAUSES; i++)
		if (burst_end(p, &p->bursts[i]) <= at_ns)
			end_burst(en, (enum suppress_cause)i);
	if (flaps_next_due(&p->flaps) <= at_ns)
		settle(en);
}

void suppress_finish(struct engine *en)
{
	for (int i = 0; en->policy && i < SUPPRESS_CAUSES; i++)
		if (en->policy->bursts[i].open)
			end_burst(en, (enum suppress_cause)i);
}

/* An alert that was kept aside can be a source, too. */
static void restore_sources(struct engine *en)
{
	struct policy *p = en->policy;
	const struct alert *a;

	for (size_t i = 0; (a = alerts_next(&en->alerts, &i));) {
		struct alert_view v = view_of_alert(en, a);

		if (a->active)
			inhibit_fires(&p->inhibit, a->fp, subject_of(&v), true, NULL);
	}
	for (struct map_entry *it = map_next(&p->held, NULL); it; it = map_next(&p->held, it)) {
		const struct held *h = it->value.ptr;
		struct alert_view v = view_of_sighting(h->s);

		inhibit_fires(&p->inhibit, h->s->fp, subject_of(&v), true, NULL);
	}
}

static void restore_target(struct engine *en, struct alert *a)
{
	struct policy *p = en->policy;
	struct alert_view v = view_of_alert(en, a);
	const struct inhibit_rule *rule = inhibit_find(&p->inhibit, a->fp, subject_of(&v), true);

	if (rule)
		inhibit_note(&p->inhibit, rule, a->fp, subject_of(&v));
	else
		a->muted &= (uint8_t)~MUTED_INHIBITION; /* the rules are others */
}

void suppress_restored(struct engine *en)
{
	struct alert *a;

	if (!en->policy)
		return;
	if (en->policy->rules.n_inhibit)
		restore_sources(en);
	for (size_t i = 0; (a = alerts_next(&en->alerts, &i));)
		if (a->active && a->muted & MUTED_INHIBITION)
			restore_target(en, a);
}
