/*
 * What bounds a run, in the core of its plan: approval, breaker, escalation, limits.
 */
#include "aiops-runbook/plan/plan.h"

static void write_approval(const struct plan *p, struct jsonw *w)
{
	const struct approval_policy *a = &p->rb->approval;

	jsonw_key(w, "approval");
	jsonw_object(w);
	jsonw_key(w, "approvers");
	jsonw_array(w);
	for (size_t i = 0; i < a->n_approvers; i++)
		jsonw_string(w, a->approvers[i].text);
	if (a->n_approvers == 0)
		jsonw_cstr(w, "site");
	jsonw_array_end(w);
	jsonw_member_i64(w, "expires_in_ms", a->expires_in_ms);
	jsonw_member_i64(w, "min_approvals", a->min_approvals);
	jsonw_member_bool(w, "needed", p->needs_approval);
	jsonw_member_bool(w, "required_by_steps", p->steps_need_approval);
	jsonw_object_end(w);
}

static void write_breaker(const struct breaker_settings *b, struct jsonw *w)
{
	jsonw_key(w, "breaker");
	jsonw_object(w);
	jsonw_member_double(w, "failure_rate", b->failure_rate);
	jsonw_member_i64(w, "failure_threshold", b->failure_threshold);
	jsonw_member_i64(w, "half_open_max", b->half_open_max);
	jsonw_member_i64(w, "max_open_for_ms", b->max_open_for_ms);
	jsonw_member_i64(w, "minimum_calls", b->minimum_calls);
	jsonw_member_i64(w, "open_for_ms", b->open_for_ms);
	jsonw_member_i64(w, "slow_after_ms", b->slow_after_ms);
	jsonw_member_double(w, "slow_rate", b->slow_rate);
	jsonw_member_i64(w, "success_threshold", b->success_threshold);
	jsonw_member_i64(w, "window_ms", b->window_ms);
	jsonw_object_end(w);
}

static void write_escalation(const struct escalation *x, struct jsonw *w)
{
	if (!x->given)
		return;
	jsonw_key(w, "escalation");
	jsonw_object(w);
	if (x->after_failures > 1)
		jsonw_member_i64(w, "after_failures", x->after_failures);
	jsonw_member_opt(w, "notify", x->notify);
	jsonw_key(w, "on");
	jsonw_array(w);
	for (size_t i = 0; i < x->on.n; i++)
		jsonw_string(w, x->on.items[i]);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void member_limit(struct jsonw *w, const char *key, int64_t value)
{
	if (value)
		jsonw_member_i64(w, key, value);
}

static void write_limits(const struct plan *p, struct jsonw *w)
{
	const struct limits *l = &p->rb->limits;

	jsonw_key(w, "limits");
	jsonw_object(w);
	if (l->allow_all)
		jsonw_member_bool(w, "allow_all", true);
	if (l->concurrency > 1)
		jsonw_member_i64(w, "concurrency", l->concurrency);
	jsonw_member(w, "concurrency_key", p->concurrency_key);
	jsonw_member_i64(w, "max_actions_per_hour", l->max_actions_per_hour);
	member_limit(w, "max_destructive_per_incident", l->max_destructive_per_incident);
	member_limit(w, "max_duration_ms", l->max_duration_ms);
	member_limit(w, "max_steps_per_incident", l->max_steps_per_incident);
	if (p->population)
		jsonw_member_double(w, "max_target_percent", l->max_target_percent);
	member_limit(w, "max_targets", l->max_targets);
	member_limit(w, "per_target_cooldown_ms", l->per_target_cooldown_ms);
	member_limit(w, "population", p->population);
	jsonw_object_end(w);
}

void plan_write_policy(const struct plan *p, struct jsonw *w)
{
	write_approval(p, w);
	write_breaker(&p->rb->breaker, w);
	write_escalation(&p->rb->escalation, w);
	write_limits(p, w);
}
