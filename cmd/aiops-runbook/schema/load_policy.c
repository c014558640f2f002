/*
 * What bounds a run: limits, approval, escalation, triggers.
 */
#include "aiops-runbook/runs/key.h"
#include "aiops-runbook/schema/load.h"
#include "breaker/breaker.h"

#define DAY_MS (24 * STEP_TIMEOUT_MAX_MS)

/* A share needs the whole that it is of. */
static void load_percent(struct reader *r, const struct yaml_node *n, struct limits *l)
{
	const struct yaml_node *percent = yaml_get(n, "max_target_percent"),
			       *population = yaml_get(n, "population");

	(void)read_double(r, percent, 0.001, 100, &l->max_target_percent);
	(void)read_template(r, population, &l->population);
	if (percent && !population)
		finding_add(
			r->f, 206, node_pos(percent),
			"max_target_percent needs 'population', how many targets there are in all");
	else if (population && !percent)
		finding_add(r->f, RB002, node_pos(population),
			    "'population' is for max_target_percent");
}

void load_limits(struct reader *r, const struct yaml_node *n)
{
	static const char *const keys[] = {"max_actions_per_hour",
					   "per_target_cooldown",
					   "max_targets",
					   "max_steps_per_incident",
					   "max_duration",
					   "concurrency",
					   "concurrency_key",
					   "max_target_percent",
					   "population",
					   "max_destructive_per_incident",
					   "allow_all",
					   NULL};
	static const char *const later[] = {"min_healthy", "batch", NULL};
	struct limits *l = &r->rb->limits;

	l->max_actions_per_hour = MAX_ACTIONS_PER_HOUR;
	l->concurrency = 1;
	if (!read_is(r, n, YAML_MAP))
		return;
	l->given = true;
	l->at = node_pos(n);
	read_keys(r, n, keys, later);
	l->max_actions_given = read_i64(r, yaml_get(n, "max_actions_per_hour"), 1, 100000,
					&l->max_actions_per_hour);
	(void)read_duration(r, yaml_get(n, "per_target_cooldown"), 1, 30 * 24 * STEP_TIMEOUT_MAX_MS,
			    &l->per_target_cooldown_ms);
	(void)read_i64(r, yaml_get(n, "max_targets"), 1, 100000, &l->max_targets);
	(void)read_i64(r, yaml_get(n, "max_steps_per_incident"), 1, 100000,
		       &l->max_steps_per_incident);
	if (read_duration(r, yaml_get(n, "max_duration"), 1, 7 * 24 * STEP_TIMEOUT_MAX_MS,
			  &l->max_duration_ms))
		l->max_duration_at = node_pos(yaml_get(n, "max_duration"));
	(void)read_i64(r, yaml_get(n, "max_destructive_per_incident"), 1, 100000,
		       &l->max_destructive_per_incident);
	(void)read_bool(r, yaml_get(n, "allow_all"), &l->allow_all);
	(void)read_i64(r, yaml_get(n, "concurrency"), 1, CONCURRENCY_MAX, &l->concurrency);
	l->has_concurrency_key =
		read_template(r, yaml_get(n, "concurrency_key"), &l->concurrency_key);
	load_percent(r, n, l);
}

void load_breaker(struct reader *r, const struct yaml_node *n)
{
	static const char *const keys[] = {"failure_threshold",
					   "window",
					   "minimum_calls",
					   "failure_rate",
					   "slow_after",
					   "slow_rate",
					   "open_for",
					   "max_open_for",
					   "half_open_max",
					   "success_threshold",
					   NULL};
	struct breaker_settings *b = &r->rb->breaker;

	*b = (struct breaker_settings){.failure_threshold = BREAKER_FAILURES,
				       .minimum_calls = 10,
				       .failure_rate = .5,
				       .slow_rate = .5,
				       .open_for_ms = BREAKER_OPEN_MS,
				       .max_open_for_ms = BREAKER_OPEN_MAX_MS,
				       .half_open_max = 1,
				       .success_threshold = 1};
	if (!read_is(r, n, YAML_MAP))
		return;
	read_keys(r, n, keys, NULL);
	b->threshold_given = read_i64(r, yaml_get(n, "failure_threshold"), 1, BREAKER_WINDOW_MAX,
				      &b->failure_threshold);
	(void)read_duration(r, yaml_get(n, "window"), 1, 30 * DAY_MS, &b->window_ms);
	(void)read_i64(r, yaml_get(n, "minimum_calls"), 1, BREAKER_WINDOW_MAX, &b->minimum_calls);
	(void)read_double(r, yaml_get(n, "failure_rate"), 0.01, 1, &b->failure_rate);
	(void)read_duration(r, yaml_get(n, "slow_after"), 1, DAY_MS, &b->slow_after_ms);
	(void)read_double(r, yaml_get(n, "slow_rate"), 0.01, 1, &b->slow_rate);
	b->open_for_given =
		read_duration(r, yaml_get(n, "open_for"), 1, 7 * DAY_MS, &b->open_for_ms);
	(void)read_duration(r, yaml_get(n, "max_open_for"), 1, 30 * DAY_MS, &b->max_open_for_ms);
	(void)read_i64(r, yaml_get(n, "half_open_max"), 1, BREAKER_TRIALS_MAX, &b->half_open_max);
	(void)read_i64(r, yaml_get(n, "success_threshold"), 1, BREAKER_TRIALS_MAX,
		       &b->success_threshold);
}

static void load_required_for(struct reader *r, const struct yaml_node *n,
			      struct approval_policy *a)
{
	int effect;

	if (!n)
		a->required_for[EFFECT_DESTRUCTIVE] = true;
	if (!read_is(r, n, YAML_LIST))
		return;
	for (size_t i = 0; i < n->n; i++)
		if (read_choice(r, n->items[i], effect_names, &effect))
			a->required_for[effect] = true;
}

/* Literal names; the word `site` stands for whom the site's configuration accepts. */
static void load_approvers(struct reader *r, const struct yaml_node *n, struct approval_policy *a)
{
	a->approvers = read_list(r, n, sizeof *a->approvers, &a->n_approvers);
	for (size_t i = 0; i < a->n_approvers; i++) {
		struct scalar *s = &a->approvers[i];

		if (!read_scalar(r, n->items[i], s))
			continue;
		if (span_find(s->text, SPAN("{{")))
			finding_add(
				r->f, 203, s->at,
				"approvers are literal names: '%.60s' would let whoever starts the run "
				"name its approver",
				s->text.data);
		else if (!approver_name_ok(approver_group(s->text)))
			finding_add(r->f, RB002, s->at, "'%.80s' is no approver's name",
				    s->text.data);
	}
	a->approvers_given = n != NULL;
}

void load_approval(struct reader *r, const struct yaml_node *n)
{
	static const char *const keys[] = {"required_for", "min_approvals", "approvers",
					   "allow_self",   "expires_in",    NULL};
	struct approval_policy *a = &r->rb->approval;
	const struct yaml_node *expires = yaml_get(n, "expires_in"),
			       *self = yaml_get(n, "allow_self");

	*a = (struct approval_policy){.min_approvals = 1, .expires_in_ms = APPROVAL_EXPIRES_MS};
	if (!read_is(r, n, YAML_MAP))
		return;
	a->given = true;
	a->at = node_pos(n);
	read_keys(r, n, keys, NULL);
	load_required_for(r, yaml_get(n, "required_for"), a);
	(void)read_i64(r, yaml_get(n, "min_approvals"), 1, 10, &a->min_approvals);
	load_approvers(r, yaml_get(n, "approvers"), a);
	(void)read_bool(r, self, &a->allow_self);
	if (self)
		a->allow_self_at = node_pos(self);
	a->expires_given = read_duration(r, expires, 0, INT64_MAX, &a->expires_in_ms);
	if (expires)
		a->expires_at = node_pos(expires);
}

static void check_cause(struct reader *r, const struct yaml_node *n)
{
	static const char *const causes[] = {
		"step_failed",  "verify_failed", "rollback_failed",  "budget_exhausted",
		"step_unknown", "breaker_open",  "approval_expired", NULL};
	int cause;

	(void)read_choice(r, n, causes, &cause);
}

void load_escalation(struct reader *r, const struct yaml_node *n)
{
	static const char *const keys[] = {"on", "notify", "after_failures", NULL};
	struct escalation *x = &r->rb->escalation;
	const struct yaml_node *on = yaml_get(n, "on");

	x->after_failures = 1;
	if (!read_is(r, n, YAML_MAP))
		return;
	x->given = true;
	x->at = node_pos(n);
	read_keys(r, n, keys, NULL);
	(void)read_text(r, yaml_get(n, "notify"), &x->notify);
	(void)read_i64(r, yaml_get(n, "after_failures"), 1, 1000, &x->after_failures);
	if (!read_words(r, on, &x->on))
		return;
	if (on->type == YAML_SCALAR)
		check_cause(r, on);
	for (size_t i = 0; on->type == YAML_LIST && i < on->n; i++)
		check_cause(r, on->items[i]);
}

static void load_match(struct reader *r, const struct yaml_node *map, struct trigger *t)
{
	if (!read_is(r, map, YAML_MAP))
		return;
	if (map->n == 0)
		finding_add(r->f, RB002, node_pos(map),
			    "a match without labels would match everything");
	t->labels = pool_array(&r->rb->pool, map->n, sizeof *t->labels);
	for (size_t i = 0; i < map->n; i++) {
		t->labels[t->n].name = map->pairs[i].key;
		if (read_words(r, map->pairs[i].value, &t->labels[t->n].values))
			t->n++;
	}
}

void load_triggers(struct reader *r, const struct yaml_node *n)
{
	static const char *const keys[] = {"match", NULL};
	struct runbook *rb = r->rb;

	rb->triggers = read_list(r, n, sizeof *rb->triggers, &rb->n_triggers);
	for (size_t i = 0; i < rb->n_triggers; i++) {
		if (!read_is(r, n->items[i], YAML_MAP))
			continue;
		read_keys(r, n->items[i], keys, NULL);
		load_match(r, read_required(r, n->items[i], "match"), &rb->triggers[i]);
	}
}
