/*
 * A command with its retries, from its beginning or from where an earlier
 * runner left it. What nobody knows is settled by the step's own check, by its
 * being idempotent, or by a person: it is never guessed.
 */
#include <math.h>

#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/engine/exec_http.h"
#include "base/instant.h"

/* Attempts beyond those of `retry` at an idempotent step whose outcome was lost. */
enum { LOST_MAX = 3 };

/* What follows from an attempt, beside how the step may end. */
enum next { NEXT_END, NEXT_AGAIN };

struct
try {
	struct engine *g;
	const struct step *s;
	struct action a;
	enum outcome outcome; /* of the step, if it ends */
};

static enum next end_with(struct try *t, enum outcome outcome)
{
	t->outcome = outcome;
	return NEXT_END;
}

/* ---- retries ---- */

static bool is_this_cause(const struct retry_on *on, const struct cmd *c,
			  const struct proc_result *r)
{
	bool own_end = !r->timed_out && !r->signal && !r->flooded;

	switch (on->cause) {
	case RETRY_TIMEOUT:
		return r->timed_out;
	case RETRY_EXIT:
		return own_end && r->exit_status == on->number;
	case RETRY_SIGNAL:
		return !r->timed_out && !r->flooded && r->signal == on->number;
	case RETRY_STATUS:
		return own_end && http_status_of(r) == on->number;
	case RETRY_NO_CONNECTION:
		return own_end && r->exit_status == EX_TRYLATER;
	case RETRY_NO_ANSWER:
		return ending_of(c, r) == ENDING_UNKNOWN;
	}
	return false;
}

static bool is_cause(const struct step *s, const struct proc_result *result)
{
	for (size_t i = 0; i < s->retry.n_on; i++)
		if (is_this_cause(&s->retry.on[i], &s->command, result))
			return true;
	return false;
}

/* min(initial * backoff^(n-1), max), and up to jitter of it more or less. */
static int64_t delay_ms(const struct engine *g, const struct retry *r, int64_t attempt)
{
	double ms = (double)r->initial_ms * pow(r->backoff, (double)(attempt - 1));
	uint32_t random;

	if (ms > (double)r->max_ms)
		ms = (double)r->max_ms;
	env_random(g->in->journal->env, (uint8_t *)&random, sizeof random);
	ms *= 1 + r->jitter_ratio * (2 * ((double)random / (double)UINT32_MAX) - 1);
	return (int64_t)ms;
}

static enum next wait_and_again(struct try *t, int64_t due_ns)
{
	enum outcome waited = engine_wait_until(t->g, due_ns);

	return waited == OUTCOME_DONE ? NEXT_AGAIN : end_with(t, waited);
}

/* The time of the next attempt is durable before it is waited for. */
static enum next retry_later(struct try *t, const char *reason)
{
	struct engine *g = t->g;
	int64_t due_ns =
		journal_now(g->in->journal) + delay_ms(g, &t->s->retry, t->a.attempt) * NS_PER_MS;

	if (engine_keep_due(g, &t->a, reason, due_ns) != 0)
		return end_with(t, OUTCOME_ERROR);
	return wait_and_again(t, due_ns);
}

/* ---- after an attempt ---- */

static void set_acted(struct engine *g, const struct step *s, bool acted)
{
	const struct runbook *rb = g->in->plan->rb;

	if (step_effect(s) != EFFECT_READ && s >= rb->steps && s < rb->steps + rb->n_steps)
		g->acted[s - rb->steps] = acted;
}

static void note_acted(struct engine *g, const struct step *s)
{
	set_acted(g, s, true);
}

static enum outcome ask_check(struct try *t)
{
	return engine_probe(t->g, t->s->id.text, "check", &t->s->check, NULL, NULL);
}

static enum next after_failure(struct try *t, const struct proc_result *result)
{
	const struct step *s = t->s;
	bool unknown = ending_of(&s->command, result) == ENDING_UNKNOWN;
	bool again = t->a.attempt < s->retry.max_attempts && is_cause(s, result);

	if (s->has_check && (unknown || (again && !s->idempotent))) {
		enum outcome checked = ask_check(t);

		if (checked != OUTCOME_FAILED)
			return end_with(t, checked); /* it happened after all, or we must stop */
		if (!t->g->probe_answered && !s->idempotent)
			again = false; /* the check could not tell */
	}
	if (again)
		return retry_later(t, "retry");
	if (unknown && s->command.http && !s->idempotent)
		t->g->failure = "step_unknown";
	return end_with(t, OUTCOME_FAILED);
}

/* Nothing is captured from what nobody saw. */
static int keep_settled(struct try *t, const char *state, const char *reason)
{
	struct action a = t->a;

	a.captures_of = NULL;
	return engine_keep_outcome(t->g, &a, "unknown", state, reason, NULL, SPAN_NONE);
}

static enum next settle_by_check(struct try *t)
{
	enum outcome checked = ask_check(t);

	if (checked == OUTCOME_DONE) {
		note_acted(t->g, t->s);
		return end_with(t, keep_settled(t, "done", "done_by_check") == 0 ? OUTCOME_DONE
										 : OUTCOME_ERROR);
	}
	if (checked != OUTCOME_FAILED)
		return end_with(t, checked);
	if (!t->g->probe_answered) {
		note_acted(t->g, t->s);
		return end_with(t, OUTCOME_UNKNOWN);
	}
	if (keep_settled(t, "failed", "not_done") != 0)
		return end_with(t, OUTCOME_ERROR);
	return t->a.attempt < t->s->retry.max_attempts ? NEXT_AGAIN : end_with(t, OUTCOME_FAILED);
}

/* The outcome of the attempt is lost. */
static enum next settle(struct try *t)
{
	bool repeatable = t->s->idempotent || step_effect(t->s) == EFFECT_READ;

	if (t->s->has_check)
		return settle_by_check(t);
	note_acted(t->g, t->s);
	if (!repeatable || t->a.attempt >= t->s->retry.max_attempts + LOST_MAX)
		return end_with(t, OUTCOME_UNKNOWN);
	return keep_settled(t, "failed", "lost") == 0 ? NEXT_AGAIN : end_with(t, OUTCOME_ERROR);
}

static enum next try_once(struct try *t)
{
	struct proc_result result;
	enum outcome outcome = engine_attempt(t->g, &t->a, &result);
	enum next next;

	switch (outcome) {
	case OUTCOME_UNKNOWN:
		return settle(t);
	case OUTCOME_INTERRUPTED:
		if (t->a.n) /* else it was not even intended */
			note_acted(t->g, t->s);
		return end_with(t, outcome);
	case OUTCOME_DONE:
		note_acted(t->g, t->s);
		next = end_with(t, outcome);
		break;
	case OUTCOME_FAILED:
		if (ending_of(&t->s->command, &result) != ENDING_NOT_SENT)
			note_acted(t->g, t->s);
		next = after_failure(t, &result);
		break;
	default:
		return end_with(t, outcome);
	}
	proc_result_release(&result);
	return next;
}

/* ---- what an earlier runner left ---- */

/* An attempt that failed: what was decided then, or, if it died before it decided, what follows. */
static enum next after_past_failure(struct try *t, const struct past_attempt *p)
{
	const struct proc_result result = {.exit_status = (int)p->exit_status,
					   .signal = (int)p->signal,
					   .timed_out = p->timed_out,
					   .flooded = span_is(p->reason, FLOODED)};

	if (past_did_nothing(p) && !span_is(p->reason, "not_done"))
		return end_with(t, OUTCOME_NOT_STARTED);
	if (p->due_ns != RUN_NEVER)
		return wait_and_again(t, p->due_ns);
	if (history_is_settled(&t->g->history, p))
		return end_with(t, OUTCOME_FAILED);
	if (span_is(p->reason, "lost"))
		return NEXT_AGAIN;
	if (span_is(p->reason, "not_done"))
		return t->a.attempt < t->s->retry.max_attempts ? NEXT_AGAIN
							       : end_with(t, OUTCOME_FAILED);
	return after_failure(t, &result);
}

static enum next take_up(struct try *t, const struct past_attempt *p)
{
	t->a.attempt = p->attempt;
	t->a.past = p;
	t->a.n = p->n;
	if (span_is(p->state, "done"))
		return end_with(t, OUTCOME_DONE);
	if (span_is(p->state, "failed") || (span_is(p->state, "unknown") && p->has_exit))
		return after_past_failure(t, p);
	/* Whether this attempt did something is yet to be found out. */
	set_acted(t->g, t->s, history_acted(&t->g->history, t->a.id, p->n));
	if (span_is(p->state, "unknown"))
		return settle(t);
	if (span_is(p->state, "intent") && engine_stopped(t->g))
		return end_with(t, OUTCOME_INTERRUPTED);
	return try_once(t);
}

enum outcome engine_command(struct engine *g, const struct step *s, const char *role)
{
	const struct past_attempt *p = history_last(&g->history, role, s->id.text);
	struct try t = {.g = g,
			.s = s,
			.a = {.id = s->id.text,
			      .role = role,
			      .command = &s->command,
			      .effect = step_effect(s),
			      .target = plan_target(g->in->plan, s, &g->pool),
			      .captures_of = s->n_captures ? s : NULL,
			      .attempt = 1}};
	enum next next = p ? take_up(&t, p) : try_once(&t);

	while (next == NEXT_AGAIN) {
		t.a.attempt++;
		t.a.n = 0;
		t.a.past = NULL;
		next = try_once(&t);
	}
	return t.outcome;
}
