#include "aiops-runbook/risk/assess.h"

#include <stdio.h>

#include "base/instant.h"

enum { LOW_UP_TO = 3, MEDIUM_UP_TO = 6, DAY_BEGINS = 9, DAY_ENDS = 17, SATURDAY = 5 };

int risk_history(struct store *s, struct span runbook, int64_t *failed, int64_t *runs,
		 struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT count(*), coalesce(sum(state <> 'succeeded'), 0) FROM"
		" (SELECT state FROM aiops_run WHERE runbook = ?1 AND ended_ns IS NOT NULL"
		" AND mode = 'apply' AND state IN ('succeeded', 'failed', 'rolled_back',"
		" 'rollback_partial', 'needs_operator') AND reason IS NOT 'precondition_failed'"
		" AND reason IS NOT 'interrupted' ORDER BY ended_ns DESC LIMIT ?2)",
		e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, runbook);
	store_bind_i64(st, 2, RISK_LAST_RUNS);
	rc = store_step(s, st, e);
	if (rc == 1) {
		*runs = sqlite3_column_int64(st, 0);
		*failed = sqlite3_column_int64(st, 1);
		(void)sqlite3_reset(st); /* was read */
	}
	return rc < 0 ? -1 : 0;
}

/* ---- factors ---- */

static int points_of(enum action_type a)
{
	static const int points[] = {
		[ACTION_RESTART] = 1,   [ACTION_SCALE] = 2,         [ACTION_ROLLBACK] = 3,
		[ACTION_TERMINATE] = 4, [ACTION_CONFIG_CHANGE] = 3, [ACTION_OTHER] = 2,
	};

	return points[a];
}

/* Labels that say where something is, so that the same name elsewhere is not meant. */
static bool says_where(const struct step *s)
{
	static const char *const labels[] = {"namespace", "host", "instance", "database", NULL};

	for (size_t i = 0; i < s->n_selector; i++)
		for (size_t k = 0; labels[k]; k++)
			if (span_is(s->selector[i].name, labels[k]))
				return true;
	return false;
}

static struct risk_factor *add(struct assessment *a, const char *name, int points)
{
	struct risk_factor *f = &a->factors[a->n++];

	*f = (struct risk_factor){.name = name, .points = points};
	a->score += points;
	return f;
}

/* The heaviest action, and whether any is not told where. */
struct acts {
	const struct step *heaviest, *loose;
};

static void look_at(const struct step *steps, size_t n, struct acts *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];

		if (step_effect(s) == EFFECT_READ)
			continue;
		if (!out->heaviest ||
		    points_of(step_action(s)) > points_of(step_action(out->heaviest)))
			out->heaviest = s;
		if (!out->loose && !says_where(s))
			out->loose = s;
	}
}

/* A long id is cut: the text is for people. */
static void add_actions(struct assessment *a, const struct acts *acts)
{
	const struct step *s = acts->heaviest;
	struct risk_factor *f = add(a, "action", points_of(step_action(s)));

	(void)snprintf(f->text, sizeof f->text, "%s%s (step '%.63s')%s%.30s",
		       action_type_names[step_action(s)], s->action_given ? "" : ", not stated",
		       s->id.text.data, s->target_type.data ? " of a " : "",
		       s->target_type.data ? s->target_type.data : "");
	f = add(a, "scope", acts->loose ? 2 : 0);
	if (acts->loose)
		(void)snprintf(f->text, sizeof f->text,
			       "the target_selector of step '%.63s' does not say where",
			       acts->loose->id.text.data);
	else
		(void)snprintf(f->text, sizeof f->text, "every target_selector says where");
}

static void add_hours(struct assessment *a, const struct zone *zone, int64_t now_ns)
{
	struct civil c =
		zone->n ? zone_civil(zone, now_ns) : instant_civil(instant_from_ns(now_ns));
	bool working = c.weekday < SATURDAY && c.hour >= DAY_BEGINS && c.hour < DAY_ENDS;
	struct risk_factor *f = add(a, "hours", working);

	(void)snprintf(f->text, sizeof f->text, "%02d:%02d %.60s, %s working hours", c.hour,
		       c.minute, zone->name[0] ? zone->name : "UTC", working ? "in" : "outside");
}

static void add_history(struct assessment *a, int64_t failed, int64_t runs)
{
	struct risk_factor *f = add(a, "history", runs >= 0 && failed > RISK_MANY_FAILED ? 2 : 0);

	if (runs < 0)
		(void)snprintf(f->text, sizeof f->text, "unknown: no store was read");
	else
		(void)snprintf(f->text, sizeof f->text, "%lld of the last %lld runs failed",
			       (long long)failed, (long long)runs);
}

/* ---- the score ---- */

static enum risk level_of(int score)
{
	return score <= LOW_UP_TO ? RISK_LOW : score <= MEDIUM_UP_TO ? RISK_MEDIUM : RISK_HIGH;
}

void risk_assess(const struct plan *p, const struct zone *zone, int64_t now_ns, int64_t failed,
		 int64_t runs, struct assessment *out)
{
	const struct runbook *rb = p->rb;
	struct acts acts = {NULL, NULL};

	*out = (struct assessment){.declared = rb->risk, .level = rb->risk};
	look_at(rb->steps, rb->n_steps, &acts);
	look_at(rb->always, rb->n_always, &acts);
	if (!acts.heaviest)
		return;
	add_actions(out, &acts);
	add_hours(out, zone, now_ns);
	add_history(out, failed, runs);
	if (level_of(out->score) > out->level)
		out->level = level_of(out->score);
}

void risk_write(const struct assessment *a, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_member_i64(w, "score", a->score);
	jsonw_member_i64(w, "most", RISK_MOST);
	jsonw_member(w, "level", span_cstr(risk_names[a->level]));
	jsonw_member(w, "declared", span_cstr(risk_names[a->declared]));
	jsonw_key(w, "factors");
	jsonw_array(w);
	for (size_t i = 0; i < a->n; i++) {
		jsonw_object(w);
		jsonw_member(w, "name", span_cstr(a->factors[i].name));
		jsonw_member_i64(w, "points", a->factors[i].points);
		jsonw_member(w, "text", span_cstr(a->factors[i].text));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}
