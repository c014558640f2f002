/*
 * The gated start: INTENT is durable before anything
 * exists, STARTED with the pid before the command is let go, the outcome after.
 */
#include <string.h>

#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/engine/exec_http.h"
#include "aiops-runbook/engine/expect.h"
#include "aiops-runbook/runs/limits.h"
#include "record/jsonw.h"

enum { SHOWN_OUTPUT = 4096, MEMBERS_MAX = 1 << 20 };

/* ---- what a record says of a result ---- */

static void write_stream(struct jsonw *w, const char *key, const struct proc_output *o)
{
	size_t n = o->kept.len < SHOWN_OUTPUT ? o->kept.len : SHOWN_OUTPUT;
	char hex[DIGEST_HEX + 1];

	if (o->total_bytes == 0)
		return;
	digest_hex(&o->digest, hex);
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member(w, "text", span_of(o->kept.data, n));
	jsonw_member_i64(w, "bytes", (int64_t)o->total_bytes);
	if (o->truncated || n < o->kept.len)
		jsonw_member_bool(w, "truncated", true);
	jsonw_member(w, "sha256", span_cstr(hex));
	jsonw_object_end(w);
}

void engine_result_members(const struct proc_result *r, struct span why, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	w.comma = true; /* they follow others */
	if (why.len)
		jsonw_member(&w, "why", why);
	jsonw_member_i64(&w, "elapsed_ms", r->elapsed_ms);
	if (r->timed_out)
		jsonw_member_bool(&w, "timed_out", true);
	if (r->survivors)
		jsonw_member_i64(&w, "survivors", r->survivors);
	write_stream(&w, "stdout", &r->out);
	write_stream(&w, "stderr", &r->err);
}

static struct change change_of(const struct action *a, const char *from, const char *state,
			       const char *reason)
{
	return (struct change){.step = a->id,
			       .role = a->role,
			       .attempt = a->attempt,
			       .from = from,
			       .state = state,
			       .reason = reason,
			       .target = a->target};
}

/* ---- the transactions ---- */

/* Limits are counted and used in this transaction, so no number of processes can pass them
 * together. */
static int commit_intent(struct engine *g, const struct action *a, const struct exec *x,
			 struct refusal *why)
{
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run;
	struct change c = change_of(a, NULL, "intent", NULL);
	struct attempt_row row = {.n = run->attempts + 1,
				  .step = a->id,
				  .role = a->role,
				  .attempt = a->attempt,
				  .effect = a->effect,
				  .target = a->target,
				  .counts = a->effect != EFFECT_READ};
	struct run_row before = *run;
	int rc;

	memcpy(row.argv_sha256, x->argv_sha256, sizeof row.argv_sha256);
	if (journal_begin(j, g->err) != 0)
		return -1;
	rc = row.counts && strcmp(a->role, "rollback") != 0
		     ? limits_admit_step(j, g->in->plan, run, why, g->err)
		     : 0;
	if (rc == 0) {
		run->attempts++;
		if (attempt_insert(j->store, run, &row, journal_now(j), g->err) != 0 ||
		    journal_note(j, run, &c, g->err) != 0 || journal_commit(j, g->err) != 0)
			rc = -1;
	}
	if (rc != 0) {
		journal_abort(j);
		*run = before;
	}
	return rc;
}

static int commit_started(struct engine *g, const struct action *a, int64_t pid)
{
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run, before = *run;
	struct change c = change_of(a, "intent", "started", NULL);
	struct buf members = BUF_INIT(64);
	struct proc_identity who;
	int rc = -1;

	buf_addf(&members, ",\"pid\":%lld", (long long)pid);
	c.members = buf_span(&members);
	if (proc_identify(pid, &who, g->err) == 0 && journal_begin(j, g->err) == 0) {
		if (attempt_started(j->store, run, run->attempts, &who, journal_now(j), g->err) ==
			    0 &&
		    journal_note(j, run, &c, g->err) == 0)
			rc = journal_commit(j, g->err);
		if (rc != 0) {
			journal_abort(j);
			*run = before;
		}
	}
	buf_release(&members);
	return rc;
}

/* result NULL: it was never executed. captures_of: on success what it printed is taken in the same
 * transaction. */
static int commit_outcome(struct engine *g, const struct action *a, const char *from,
			  const char *state, const char *reason, const struct proc_result *result,
			  struct span members)
{
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run, before = *run;
	struct change c = change_of(a, from, state, reason);
	bool done = strcmp(state, "done") == 0;

	c.members = members;
	if (result) {
		c.has_exit = true;
		c.exit = result->signal ? 128 + result->signal : result->exit_status;
	}
	if (journal_begin(j, g->err) == 0 &&
	    attempt_ended(j->store, run, run->attempts, c.state, result, journal_now(j), g->err) ==
		    0 &&
	    (!done || !a->captures_of || engine_store_captures(g, a->captures_of) == 0) &&
	    journal_note(j, run, &c, g->err) == 0 && journal_commit(j, g->err) == 0)
		return 0;
	journal_abort(j);
	*run = before;
	return -1;
}

/* ---- the attempt ---- */

static void write_why(const char *text, struct buf *members)
{
	struct jsonw w = jsonw_to(members);

	w.comma = true; /* it follows others */
	jsonw_member(&w, "why", span_cstr(text));
}

static enum outcome could_not_start(struct engine *g, const struct action *a, const char *from,
				    const struct err *why)
{
	struct buf members = BUF_INIT(MEMBERS_MAX);
	int rc;

	write_why(why->text, &members);
	rc = commit_outcome(g, a, from, "failed", "could_not_start", NULL, buf_span(&members));
	buf_release(&members);
	return rc == 0 ? OUTCOME_NOT_STARTED : OUTCOME_ERROR;
}

static const char *failure_reason(const struct cmd *c, const struct proc_result *r)
{
	if (c->http && !r->timed_out && !r->interrupted && ending_of(c, r) != ENDING_ANSWERED)
		return ending_of(c, r) == ENDING_UNKNOWN ? "no_answer" : "not_sent";
	return r->timed_out     ? "timeout"
	       : r->interrupted ? "interrupted"
	       : r->signal      ? "signal"
				: "unexpected";
}

/* The command has ended: was it as expected, and is everything in it that is to be captured? */
static enum outcome conclude(struct engine *g, const struct action *a, struct proc_result *r)
{
	struct buf why = BUF_INIT(4096), members = BUF_INIT(MEMBERS_MAX);
	bool done = expect_met(&a->command->expect, &g->bind, r, &why);
	struct err capture = ERR_INIT;
	const char *reason = done ? NULL : failure_reason(a->command, r);
	const char *state = done ? "done" : "failed";
	enum outcome outcome;

	if (done && a->captures_of && engine_take_captures(g, a->captures_of, r, &capture) != 0) {
		done = false;
		state = "failed";
		reason = "capture_failed";
		buf_add_cstr(&why, capture.text);
	}
	/* A request that was sent and not answered may or may not have been acted on. */
	if (a->command->http && a->effect != EFFECT_READ &&
	    ending_of(a->command, r) == ENDING_UNKNOWN)
		state = "unknown";
	engine_result_members(r, buf_span(&why), &members);
	if (commit_outcome(g, a, "started", state, reason, r, buf_span(&members)) != 0)
		outcome = OUTCOME_ERROR;
	else
		outcome = done             ? OUTCOME_DONE
			  : r->interrupted ? OUTCOME_INTERRUPTED
					   : OUTCOME_FAILED;
	if (outcome != OUTCOME_DONE && outcome != OUTCOME_FAILED)
		proc_result_release(r);
	buf_release(&why);
	buf_release(&members);
	return outcome;
}

/* Behind the gate: STARTED becomes durable, then the command is let go. */
static enum outcome start_and_wait(struct engine *g, const struct action *a, const struct exec *x,
				   struct proc_result *result)
{
	struct err e = ERR_INIT;
	struct proc *p;

	if (proc_prepare(&x->spec, &p, &e) != 0)
		return could_not_start(g, a, "intent", &e);
	if (commit_started(g, a, proc_pid(p)) != 0) {
		proc_abandon(p); /* no record, no action */
		return OUTCOME_ERROR;
	}
	if (proc_release(p, g->undoing ? NULL : g->in->stop, result, &e) != 0)
		return could_not_start(g, a, "started", &e);
	return conclude(g, a, result);
}

/* Something stands in the way before there is an intent: nothing was executed, and that is
 * recorded. */
static enum outcome refused(struct engine *g, const struct action *a, const char *reason,
			    const char *text)
{
	struct change c = change_of(a, NULL, "failed", reason);
	struct buf members = BUF_INIT(MEMBERS_MAX);
	int rc;

	write_why(text, &members);
	c.members = buf_span(&members);
	g->failure = reason;
	rc = journal_one(g->in->journal, g->in->run, &c, g->err);
	buf_release(&members);
	return rc == 0 ? OUTCOME_NOT_STARTED : OUTCOME_ERROR;
}

enum outcome engine_attempt(struct engine *g, const struct action *a, struct proc_result *result)
{
	struct refusal why = {.reason = NULL};
	enum outcome outcome = OUTCOME_ERROR;
	struct err e = ERR_INIT;
	struct exec x;
	int64_t left = engine_time_left(g, a->command->timeout_ms);
	int rc;

	if (left == 0)
		return refused(g, a, "max_duration",
			       "the run has taken as long as it may (limits.max_duration)");
	if (exec_build(&x, g->in->plan, &g->bind, a->command, g->in->env, left, &e) != 0)
		return refused(g, a, "value_unknown", e.text);
	rc = commit_intent(g, a, &x, &why);
	if (rc == 1)
		outcome = refused(g, a, why.reason, why.text);
	else if (rc == 0)
		outcome = start_and_wait(g, a, &x, result);
	exec_release(&x);
	return outcome;
}
