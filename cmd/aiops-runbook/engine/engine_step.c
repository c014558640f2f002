/*
 * One step of any type.
 */
#include <time.h>

#include "aiops-runbook/engine/engine_impl.h"
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
	return !g->undoing && (g->cancelled || (g->in->stop && *g->in->stop));
}

bool engine_sleep(struct engine *g, int64_t ms)
{
	const struct env *env = g->in->journal->env;
	int64_t until = env_ticks_ms(env) + ms;

	if (env->pass && !engine_stopped(g))
		env->pass(env->ctx, ms);
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

enum outcome engine_wait_until(struct engine *g, int64_t due_ns)
{
	int64_t now_ns = journal_now(g->in->journal);

	if (engine_settle(g) != 0)
		return OUTCOME_ERROR;
	if (due_ns > now_ns && !engine_sleep(g, (due_ns - now_ns) / NS_PER_MS))
		return OUTCOME_INTERRUPTED;
	return OUTCOME_DONE;
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

/* ---- types without a command ---- */

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

/* When the wait is over: as an earlier runner began it, else from now on. False: not known. */
static bool wait_due(struct engine *g, const struct step *s, const struct past_attempt *p,
		     int64_t *due_ns)
{
	int64_t ms = 0;

	if (p && p->due_ns != RUN_NEVER) {
		*due_ns = p->due_ns;
		return true;
	}
	if (!wait_ms(g, s, &ms))
		return false;
	*due_ns = journal_now(g->in->journal) + ms * NS_PER_MS;
	return true;
}

static enum outcome end_wait(struct engine *g, struct action *a, const char *reason,
			     enum outcome outcome)
{
	const char *state = outcome == OUTCOME_DONE ? "done" : "failed";

	return engine_keep_note(g, a, "started", state, reason, RUN_NEVER, SPAN_NONE) == 0
		       ? outcome
		       : OUTCOME_ERROR;
}

static enum outcome run_wait(struct engine *g, const struct step *s, const char *role,
			     const struct past_attempt *p)
{
	struct action a = {
		.id = s->id.text, .role = role, .attempt = 1, .past = p, .n = p ? p->n : 0};
	int64_t due_ns, now_ns = journal_now(g->in->journal), left_ms;
	enum outcome waited;

	if (!wait_due(g, s, p, &due_ns)) {
		g->failure = "value_unknown";
		return engine_keep_note(g, &a, NULL, "failed", g->failure, RUN_NEVER, SPAN_NONE) ==
				       0
			       ? OUTCOME_NOT_STARTED
			       : OUTCOME_ERROR;
	}
	if (!p && engine_keep_note(g, &a, NULL, "started", NULL, due_ns, SPAN_NONE) != 0)
		return OUTCOME_ERROR;
	left_ms = due_ns > now_ns ? (due_ns - now_ns) / NS_PER_MS : 0;
	if (engine_time_left(g, left_ms) < left_ms) {
		waited = engine_wait_until(g, now_ns + engine_time_left(g, left_ms) * NS_PER_MS);
		g->failure = "max_duration";
		return waited == OUTCOME_DONE ? end_wait(g, &a, "max_duration", OUTCOME_FAILED)
					      : waited;
	}
	waited = engine_wait_until(g, due_ns);
	if (waited == OUTCOME_ERROR)
		return waited;
	return end_wait(g, &a, waited == OUTCOME_DONE ? NULL : "interrupted", waited);
}

static enum outcome run_message(struct engine *g, const struct step *s, const char *role)
{
	struct buf text = BUF_INIT(1 << 16), members = BUF_INIT(1 << 18);
	struct action a = {.id = s->id.text, .role = role, .attempt = 1};
	struct jsonw w = jsonw_to(&members);
	enum outcome outcome;

	w.comma = true;                                      /* it follows others */
	(void)template_render(&s->message, &g->bind, &text); /* what is not known is left out */
	jsonw_member(&w, "message", buf_span(&text));
	outcome = engine_keep_note(g, &a, NULL, "done", NULL, RUN_NEVER, buf_span(&members)) == 0
			  ? OUTCOME_DONE
			  : OUTCOME_ERROR;
	buf_release(&text);
	buf_release(&members);
	return outcome;
}

/* The step is passed over. */
static enum outcome skip(struct engine *g, const struct step *s, const char *role,
			 const char *reason)
{
	struct change c = {.step = s->id.text, .role = role, .state = "skipped", .reason = reason};

	return journal_one(g->in->journal, g->in->run, &c, g->err) == 0 ? OUTCOME_DONE
									: OUTCOME_ERROR;
}

static bool is_left_out(const struct engine *g, const struct step *s)
{
	const struct runbook *rb = g->in->plan->rb;

	for (size_t i = 0; i < rb->n_steps; i++)
		if (s == &rb->steps[i])
			return g->dropped[i];
	return false;
}

bool engine_is_beyond_first(const struct engine *g, const struct step *s)
{
	const struct runbook *rb = g->in->plan->rb;

	if (!g->recovery.first_step || step_effect(s) == EFFECT_READ || s < rb->steps ||
	    s >= rb->steps + rb->n_steps)
		return false;
	for (const struct step *before = rb->steps; before < s; before++)
		if (g->acted[before - rb->steps])
			return true;
	return false;
}

/* The end that an earlier runner recorded for a step that cannot be left half done. */
static bool ended(const struct past_attempt *p, enum outcome *out)
{
	if (!p || !(span_is(p->state, "done") || span_is(p->state, "failed")))
		return false;
	*out = span_is(p->state, "done") ? OUTCOME_DONE : OUTCOME_FAILED;
	return true;
}

/* A step of which nothing was begun, or which only reads. */
static enum outcome begin_step(struct engine *g, const struct step *s, const char *role,
			       const struct past_attempt *p)
{
	if (engine_stopped(g))
		return OUTCOME_INTERRUPTED;
	if (is_left_out(g, s))
		return skip(g, s, role, "not_approved");
	if (s->when.given && !condition_holds(&s->when, &g->bind))
		return skip(g, s, role, "condition");
	if (engine_is_beyond_first(g, s))
		return skip(g, s, role, "first_step");
	switch (s->type) {
	case STEP_COMMAND:
	case STEP_HTTP:
		return engine_command(g, s, role);
	case STEP_VERIFY:
		return engine_probe(g, s->id.text, role, &s->command, &s->poll,
				    s->n_captures ? s : NULL);
	case STEP_WAIT:
		return run_wait(g, s, role, p);
	case STEP_MESSAGE:
		return run_message(g, s, role);
	}
	err_set(g->err, EX_BUG, "unknown step type %d", (int)s->type);
	return OUTCOME_ERROR;
}

enum outcome engine_step(struct engine *g, const struct step *s, const char *role)
{
	const struct past_attempt *p = history_last(&g->history, role, s->id.text);
	bool is_command = s->type == STEP_COMMAND || s->type == STEP_HTTP;
	enum outcome outcome;

	if (p && is_command)
		return engine_command(g, s, role); /* also if we must stop: it may still run */
	if (ended(p, &outcome) && (s->type != STEP_VERIFY || outcome == OUTCOME_DONE ||
				   history_is_settled(&g->history, p)))
		return outcome;
	return begin_step(g, s, role, p);
}
