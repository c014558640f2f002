/*
 * One step of any type, with its retries.
 */
#include <math.h>
#include <time.h>

#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/engine/exec_http.h"
#include "aiops-runbook/engine/expect.h"
#include "base/instant.h"
#include "base/num.h"
#include "record/jsonw.h"

enum { SLICE_MS = 50 };

int64_t engine_time_left(const struct engine *g, int64_t timeout_ms)
{
	int64_t left;

	if (g->undoing || g->deadline_ms == INT64_MAX)
		return timeout_ms;
	left = g->deadline_ms - env_ticks_ms(g->in->journal->env);
	if (left <= 0)
		return 0;
	return left < timeout_ms ? left : timeout_ms;
}

bool engine_stopped(const struct engine *g)
{
	return !g->undoing && g->in->stop && *g->in->stop;
}

bool engine_sleep(struct engine *g, int64_t ms)
{
	const struct env *env = g->in->journal->env;
	int64_t until = env_ticks_ms(env) + ms;

	for (;;) {
		int64_t left = until - env_ticks_ms(env);
		struct timespec slice = {.tv_nsec = (left < SLICE_MS ? left : SLICE_MS) * 1000000};

		if (engine_stopped(g))
			return false;
		if (left <= 0)
			return true;
		(void)nanosleep(&slice, NULL); /* a signal only wakes it early */
	}
}

/* ---- captures ---- */

int engine_take_captures(struct engine *g, const struct step *s, const struct proc_result *result,
			 struct err *e)
{
	for (size_t i = 0; i < s->n_captures; i++) {
		size_t k = s->captures[i];

		if (capture_take(&g->in->plan->rb->captures[k], result, &g->pool, &g->captures[k],
				 e) != 0)
			return -1;
	}
	return 0;
}

int engine_store_captures(struct engine *g, const struct step *s)
{
	for (size_t i = 0; i < s->n_captures; i++) {
		size_t k = s->captures[i];

		if (capture_insert(g->in->journal->store, g->in->run,
				   g->in->plan->rb->captures[k].as.name, g->captures[k],
				   g->err) != 0)
			return -1;
	}
	return 0;
}

/* ---- retries ---- */

static bool is_this_cause(const struct retry_on *on, const struct cmd *c,
			  const struct proc_result *r)
{
	bool own_end = !r->timed_out && !r->signal;

	switch (on->cause) {
	case RETRY_TIMEOUT:
		return r->timed_out;
	case RETRY_EXIT:
		return own_end && r->exit_status == on->number;
	case RETRY_SIGNAL:
		return !r->timed_out && r->signal == on->number;
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

/* True if the step's own check says that it happened after all. */
static enum outcome happened(struct engine *g, const struct step *s)
{
	return engine_probe(g, s->id.text, "check", &s->check, NULL, NULL);
}

static void note_acted(struct engine *g, const struct step *s)
{
	const struct runbook *rb = g->in->plan->rb;

	if (step_effect(s) != EFFECT_READ && s >= rb->steps && s < rb->steps + rb->n_steps)
		g->acted[s - rb->steps] = true;
}

/*
 * After a failed attempt: OUTCOME_DONE it happened after all, OUTCOME_NOT_STARTED try it again,
 * else how the step ends. A step that is not idempotent is asked about first.
 */
static enum outcome after_failure(struct engine *g, const struct step *s, int64_t attempt,
				  const struct proc_result *result)
{
	bool unknown = ending_of(&s->command, result) == ENDING_UNKNOWN;
	bool again = attempt < s->retry.max_attempts && is_cause(s, result);
	enum outcome checked;

	if (s->has_check && (unknown || (again && !s->idempotent))) {
		checked = happened(g, s);
		if (checked != OUTCOME_FAILED)
			return checked;
	}
	if (!again) {
		if (unknown && s->command.http && !s->idempotent)
			g->failure = "step_unknown";
		return OUTCOME_FAILED;
	}
	return engine_sleep(g, delay_ms(g, &s->retry, attempt)) ? OUTCOME_NOT_STARTED
								: OUTCOME_INTERRUPTED;
}

static enum outcome run_command(struct engine *g, const struct step *s, const char *role)
{
	struct action a = {.id = s->id.text,
			   .role = role,
			   .command = &s->command,
			   .effect = step_effect(s),
			   .target = plan_target(g->in->plan, s, &g->pool),
			   .captures_of = s->n_captures ? s : NULL};

	for (a.attempt = 1;; a.attempt++) {
		struct proc_result result;
		enum outcome outcome = engine_attempt(g, &a, &result);

		if (outcome == OUTCOME_NOT_STARTED || outcome == OUTCOME_ERROR)
			return outcome;
		if (outcome != OUTCOME_FAILED || ending_of(&s->command, &result) != ENDING_NOT_SENT)
			note_acted(g, s);
		if (outcome == OUTCOME_INTERRUPTED)
			return outcome;
		if (outcome == OUTCOME_FAILED)
			outcome = after_failure(g, s, a.attempt, &result);
		proc_result_release(&result);
		if (outcome != OUTCOME_NOT_STARTED)
			return outcome;
	}
}

/* ---- the other types ---- */

static enum outcome note_step(struct engine *g, const struct step *s, const char *role,
			      const char *from, const char *state, struct span members)
{
	struct change c = {.step = s->id.text,
			   .role = role,
			   .attempt = 1,
			   .from = from,
			   .state = state,
			   .members = members};

	return journal_one(g->in->journal, g->in->run, &c, g->err) == 0 ? OUTCOME_DONE
									: OUTCOME_ERROR;
}

/* How long a wait is to last from now on. False: that is not known. */
static bool wait_ms(struct engine *g, const struct step *s, int64_t *ms)
{
	bool until = s->until.source.data != NULL;
	struct buf text = BUF_INIT(PARAM_LONGEST * 2);
	struct err e = ERR_INIT;
	struct instant t;
	bool known = template_render(until ? &s->until : &s->duration, &g->bind, &text);

	if (known && until) {
		known = instant_parse(buf_span(&text), &t, &e) == 0;
		*ms = known ? (t.ns - journal_now(g->in->journal)) / NS_PER_MS : 0;
	} else if (known) {
		known = num_parse_duration_ms(buf_span(&text), ms, &e) == 0;
	}
	if (*ms < 0)
		*ms = 0; /* it has come already */
	buf_release(&text);
	return known;
}

static enum outcome run_wait(struct engine *g, const struct step *s, const char *role)
{
	int64_t ms = 0, left;

	if (!wait_ms(g, s, &ms)) {
		g->failure = "value_unknown";
		return note_step(g, s, role, NULL, "failed", SPAN_NONE) == OUTCOME_DONE
			       ? OUTCOME_NOT_STARTED
			       : OUTCOME_ERROR;
	}
	if (note_step(g, s, role, NULL, "started", SPAN_NONE) != OUTCOME_DONE)
		return OUTCOME_ERROR;
	left = engine_time_left(g, ms);
	if (!engine_sleep(g, left))
		return note_step(g, s, role, "started", "failed", SPAN_NONE) == OUTCOME_DONE
			       ? OUTCOME_INTERRUPTED
			       : OUTCOME_ERROR;
	if (left < ms) {
		g->failure = "max_duration";
		return note_step(g, s, role, "started", "failed", SPAN_NONE) == OUTCOME_DONE
			       ? OUTCOME_FAILED
			       : OUTCOME_ERROR;
	}
	return note_step(g, s, role, "started", "done", SPAN_NONE);
}

static enum outcome run_message(struct engine *g, const struct step *s, const char *role)
{
	struct buf text = BUF_INIT(1 << 16), members = BUF_INIT(1 << 18);
	struct jsonw w = jsonw_to(&members);
	enum outcome outcome;

	w.comma = true;                                      /* it follows others */
	(void)template_render(&s->message, &g->bind, &text); /* what is not known is left out */
	jsonw_member(&w, "message", buf_span(&text));
	outcome = note_step(g, s, role, NULL, "done", buf_span(&members));
	buf_release(&text);
	buf_release(&members);
	return outcome;
}

/* The step is passed over, by its own condition. */
static enum outcome skip(struct engine *g, const struct step *s, const char *role)
{
	struct change c = {
		.step = s->id.text, .role = role, .state = "skipped", .reason = "condition"};

	return journal_one(g->in->journal, g->in->run, &c, g->err) == 0 ? OUTCOME_DONE
									: OUTCOME_ERROR;
}

enum outcome engine_step(struct engine *g, const struct step *s, const char *role)
{
	if (engine_stopped(g))
		return OUTCOME_INTERRUPTED;
	if (s->when.given && !condition_holds(&s->when, &g->bind))
		return skip(g, s, role);
	switch (s->type) {
	case STEP_COMMAND:
	case STEP_HTTP:
		return run_command(g, s, role);
	case STEP_VERIFY:
		return engine_probe(g, s->id.text, role, &s->command, &s->poll,
				    s->n_captures ? s : NULL);
	case STEP_WAIT:
		return run_wait(g, s, role);
	case STEP_MESSAGE:
		return run_message(g, s, role);
	}
	err_set(g->err, EX_BUG, "unknown step type %d", (int)s->type);
	return OUTCOME_ERROR;
}
