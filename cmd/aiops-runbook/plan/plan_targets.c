/*
 * What a plan acts on: its targets, what they are found by, how many of how
 * many, and what it must not run beside.
 */
#include "aiops-runbook/plan/plan.h"

#include "aiops-runbook/engine/expect.h"
#include "base/num.h"

struct span plan_target(const struct plan *p, const struct step *s, struct pool *pool)
{
	struct buf text = BUF_INIT(PARAM_LONGEST * 4);

	if (!s->has_target || !template_render(&s->target, &p->bind, &text)) {
		buf_release(&text);
		return SPAN_NONE;
	}
	return pool_take(pool, &text);
}

static bool has_target(const struct plan *p, struct span target)
{
	for (size_t i = 0; i < p->n_targets; i++)
		if (span_eq(p->targets[i], target))
			return true;
	return false;
}

static bool is_everything(struct span target)
{
	return span_is(target, "*") || span_is(target, "all");
}

/* Empty never means everything. */
static int add_target(struct plan *p, const struct step *s, struct err *e)
{
	struct span target = plan_target(p, s, &p->pool), bare = span_trim(target);

	if (bare.len == 0 || span_is(bare, "/"))
		return err_set(e, EX_POLICY, "the target of step '%s' is empty", s->id.text.data);
	if (is_everything(bare)) {
		if (!p->rb->limits.allow_all)
			return err_set(e, EX_POLICY, "the target of step '%s' is everything",
				       s->id.text.data);
		p->needs_approval = p->steps_need_approval = true;
	}
	if (!has_target(p, target))
		p->targets[p->n_targets++] = target;
	return 0;
}

/* A label without a value would select more than was meant. */
static int check_selector(const struct plan *p, const struct step *s, struct err *e)
{
	struct buf text = BUF_INIT(PARAM_LONGEST * 4);
	int rc = 0;

	for (size_t i = 0; i < s->n_selector && rc == 0; i++) {
		buf_clear(&text);
		if (!template_render(&s->selector[i].value, &p->bind, &text) ||
		    span_trim(buf_span(&text)).len == 0 || span_is(buf_span(&text), "*"))
			rc = err_set(e, EX_POLICY,
				     "the target_selector of step '%s' has no value for '%s'",
				     s->id.text.data, s->selector[i].name.data);
	}
	buf_release(&text);
	return rc;
}

/* Known before the run: parameters, and what is constant. */
static bool is_settled(const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].ref != REF_NONE && t->parts[i].ref != REF_PARAM &&
		    t->parts[i].ref != REF_RUNBOOK_ID)
			return false;
	return true;
}

enum plan_condition plan_condition(const struct plan *p, const struct step *s)
{
	if (!s->when.given)
		return PLAN_HOLDS;
	if (!is_settled(&s->when.of) || !is_settled(&s->when.is.value))
		return PLAN_UNKNOWN;
	return condition_holds(&s->when, &p->bind) ? PLAN_HOLDS : PLAN_FAILS;
}

static int count_steps(struct plan *p, const struct step *steps, size_t n, size_t *acting,
		       struct err *e)
{
	const bool *required = p->rb->approval.required_for;

	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];
		enum effect effect = step_effect(s);

		if (plan_condition(p, s) == PLAN_FAILS)
			continue; /* it will be passed over: it has no part in what is asked for */
		if (p->rb->approval.given && required[effect] && s->type != STEP_WAIT &&
		    s->type != STEP_MESSAGE)
			p->needs_approval = p->steps_need_approval = true;
		if (effect == EFFECT_READ)
			continue;
		p->needs_approval = true;
		++*acting;
		p->destructive += effect == EFFECT_DESTRUCTIVE;
		p->undos += s->rollback == ROLLBACK_COMMAND;
		if (add_target(p, s, e) != 0 || check_selector(p, s, e) != 0)
			return -1;
	}
	return 0;
}

static int resolve_key(struct plan *p, struct err *e)
{
	struct buf text = BUF_INIT(PARAM_LONGEST * 4);

	if (!p->rb->limits.has_concurrency_key)
		buf_add_span(&text, p->rb->id);
	else if (!template_render(&p->rb->limits.concurrency_key, &p->bind, &text))
		return err_set(e, EX_BADCONFIG, "concurrency_key is not known");
	p->concurrency_key = pool_take(&p->pool, &text);
	if (span_trim(p->concurrency_key).len == 0 || span_is(p->concurrency_key, "/"))
		return err_set(e, EX_POLICY, "the concurrency_key is empty");
	return 0;
}

/* How many they are, of so many. */
static int64_t count_targets(const struct plan *p, int64_t population)
{
	for (size_t i = 0; i < p->n_targets; i++)
		if (is_everything(span_trim(p->targets[i])))
			return population;
	return (int64_t)p->n_targets;
}

/* The share of all that the targets are. A total that is missing or no number refuses. */
static int check_percent(struct plan *p, struct err *e)
{
	const struct limits *l = &p->rb->limits;
	struct buf text = BUF_INIT(PARAM_LONGEST * 4);
	struct err why = ERR_INIT; /* said in our words */
	int rc = 0;

	if (l->max_target_percent <= 0)
		return 0;
	if (!template_render(&l->population, &p->bind, &text) ||
	    num_parse_i64(buf_span(&text), 1, 1000000000, &p->population, &why) != 0)
		rc = err_set(e, EX_POLICY,
			     "population is not a number from 1 to 1000000000: '%.60s'",
			     buf_cstr(&text));
	else if ((double)count_targets(p, p->population) * 100 >
		 l->max_target_percent * (double)p->population)
		rc = err_set(e, EX_POLICY,
			     "%lld of %lld targets are more than max_target_percent, %g",
			     (long long)count_targets(p, p->population), (long long)p->population,
			     l->max_target_percent);
	buf_release(&text);
	return rc;
}

int plan_resolve_targets(struct plan *p, struct err *e)
{
	const struct runbook *rb = p->rb;
	int64_t max = rb->limits.max_targets;

	p->targets = pool_array(&p->pool, rb->n_steps + rb->n_always, sizeof *p->targets);
	if (count_steps(p, rb->steps, rb->n_steps, &p->actions, e) != 0 ||
	    count_steps(p, rb->always, rb->n_always, &p->finals, e) != 0)
		return -1;
	p->actions += p->finals;
	if (p->n_targets && (int64_t)p->n_targets > max)
		return err_set(e, EX_POLICY, "the plan has %zu targets, max_targets is %lld",
			       p->n_targets, (long long)max);
	return check_percent(p, e) == 0 ? resolve_key(p, e) : -1;
}
