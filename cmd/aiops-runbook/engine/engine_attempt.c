/*
 * The gated start: INTENT is durable before anything
 * exists, STARTED with the pid before the command is let go, the outcome after.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/engine/arm.h"
#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/engine/exec_http.h"
#include "aiops-runbook/engine/expect.h"
#include "aiops-runbook/runs/runlock.h"
#include "proc/shim.h"
#include "record/jsonw.h"

/* What an attempt is called where its processes and its outcome are looked for: run, number. */
#define LABEL "%s/%lld"

enum { SHOWN_OUTPUT = 4096, MEMBERS_MAX = 1 << 20, SWEEP_MS = 1000, STARTS_MAX = 3 };

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

/* ---- the attempt ---- */

static void write_why(const char *text, struct buf *members)
{
	struct jsonw w = jsonw_to(members);

	w.comma = true; /* it follows others */
	jsonw_member(&w, "why", span_cstr(text));
}

static enum outcome did_not_start(struct engine *g, const struct action *a, const char *from,
				  const char *reason, const char *why)
{
	struct buf members = BUF_INIT(MEMBERS_MAX);
	int rc;

	write_why(why, &members);
	rc = engine_keep_outcome(g, a, from, "failed", reason, NULL, buf_span(&members));
	buf_release(&members);
	return rc == 0 ? OUTCOME_NOT_STARTED : OUTCOME_ERROR;
}

static const char *failure_reason(const struct cmd *c, const struct proc_result *r)
{
	if (c->http && !r->timed_out && !r->interrupted && ending_of(c, r) != ENDING_ANSWERED)
		return ending_of(c, r) == ENDING_UNKNOWN ? "no_answer" : "not_sent";
	return r->timed_out     ? "timeout"
	       : r->interrupted ? "interrupted"
	       : r->flooded     ? FLOODED
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
	if (engine_keep_outcome(g, a, "started", state, reason, r, buf_span(&members)) != 0)
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

/* Nobody can tell what became of it. What it left running must not go on beside whatever comes. */
static enum outcome lost(struct engine *g, const struct action *a)
{
	struct buf mark = BUF_INIT(128), members = BUF_INIT(128);
	int found, left, rc;

	buf_addf(&mark, "%s=%s/", EXEC_MARK, g->in->run->id);
	left = proc_end_marked(buf_cstr(&mark), SWEEP_MS, &found);
	buf_addf(&members, ",\"ended_processes\":%d,\"survivors\":%d", found, left);
	rc = engine_keep_outcome(g, a, "started", "unknown", "lost", NULL, buf_span(&members));
	buf_release(&mark);
	buf_release(&members);
	return rc == 0 ? OUTCOME_UNKNOWN : OUTCOME_ERROR;
}

/* *again: it provably did not start, so the same attempt may be started once more. */
static enum outcome take_outcome(struct engine *g, const struct action *a, struct shim_outcome *o,
				 struct proc_result *result, bool *again)
{
	*again = o->end == SHIM_NOT_STARTED;
	switch (o->end) {
	case SHIM_ENDED:
		*result = o->result;
		return conclude(g, a, result);
	case SHIM_NO_EXEC:
		return did_not_start(g, a, "started", "could_not_start", o->why.text);
	case SHIM_LOST:
		return lost(g, a);
	case SHIM_NOT_STARTED:
		break;
	}
	return did_not_start(g, a, "started", "not_started",
			     "the process that was to start it was killed before it did");
}

static const volatile bool *stop_of(const struct engine *g)
{
	return g->undoing ? NULL : g->in->stop;
}

/* Behind the gate: STARTED becomes durable, then the command is let go. */
static enum outcome start_and_wait(struct engine *g, const struct action *a, const struct exec *x,
				   struct proc_result *result, bool *again)
{
	struct err e = ERR_INIT;
	struct shim_outcome o;
	struct buf label = BUF_INIT(128);
	struct shim_spec spec = {.command = x->spec};
	char *path = outcome_file(store_path(g->in->journal->store), g->in->run->id, &e);
	enum outcome outcome = OUTCOME_ERROR;
	struct shim *s;

	buf_addf(&label, LABEL, g->in->run->id, (long long)a->n);
	spec.path = path;
	spec.label = buf_cstr(&label);
	if (!path || shim_prepare(&spec, &s, &e) != 0) {
		outcome = did_not_start(g, a, "intent", "could_not_start", e.text);
	} else if (engine_commit_started(g, a, shim_pid(s)) != 0) {
		shim_abandon(s); /* no record, no action */
	} else {
		shim_release(s, stop_of(g), &o);
		outcome = take_outcome(g, a, &o, result, again);
	}
	buf_release(&label);
	free(path);
	return outcome;
}

/* Something stands in the way before there is an intent: nothing was executed, and that is
 * recorded. */
static enum outcome refused(struct engine *g, const struct action *a, const char *reason,
			    const char *text)
{
	struct journal *j = g->in->journal;
	struct change c = engine_change(a, NULL, "failed", reason);
	struct buf members = BUF_INIT(MEMBERS_MAX);
	int rc;

	if (strcmp(reason, "cancelled") == 0)
		return OUTCOME_INTERRUPTED;
	write_why(text, &members);
	c.members = buf_span(&members);
	g->failure = reason;
	rc = journal_one(j, g->in->run, &c, g->err);
	buf_release(&members);
	return rc == 0 ? OUTCOME_NOT_STARTED : OUTCOME_ERROR;
}

/* An intent that an earlier runner made durable is this attempt's, if it is of the same words. */
static int take_intent(struct engine *g, struct action *a, const struct exec *x,
		       struct refusal *why)
{
	const struct past_attempt *p = a->past;

	if (p)
		a->n = p->n;
	if (a->n == 0)
		return engine_commit_intent(g, a, x->argv_sha256, why);
	if (!p || span_is(p->argv_sha256, x->argv_sha256))
		return 0;
	return refusal_set(why, "plan_changed", "its words are not those of its intent any more");
}

static enum outcome attempt(struct engine *g, struct action *a, struct proc_result *result,
			    bool *again)
{
	struct refusal why = {.reason = NULL};
	enum outcome outcome = OUTCOME_ERROR;
	struct buf label = BUF_INIT(128);
	struct err e = ERR_INIT;
	struct exec x;
	int64_t left = engine_time_left(g, a->command->timeout_ms);
	int rc;

	if (left == 0)
		return refused(g, a, "max_duration",
			       "the run has taken as long as it may (limits.max_duration)");
	if (exec_build(&x, g->in->plan, &g->bind, a->command, g->in->env, left, &e) != 0)
		return refused(g, a, "value_unknown", e.text);
	buf_addf(&label, LABEL, g->in->run->id,
		 (long long)(a->past ? a->past->n
			     : a->n  ? a->n
				     : g->in->run->attempts + 1));
	rc = exec_arm(&x, g->in->plan, &g->bind, a->command, buf_cstr(&label), &e);
	if (rc != 0)
		outcome = refused(g, a, "executable_changed", e.text);
	else
		rc = take_intent(g, a, &x, &why);
	if (rc == 1)
		outcome = refused(g, a, why.reason, why.text);
	else if (rc == 0)
		outcome = start_and_wait(g, a, &x, result, again);
	exec_disarm(&x);
	exec_release(&x);
	buf_release(&label);
	return outcome;
}

/* A shim of an earlier runner has its outcome, or will have it soon. */
static enum outcome adopt(struct engine *g, struct action *a, struct proc_result *result,
			  bool *again)
{
	const struct past_attempt *p = a->past;
	int64_t wait_ms = a->command->timeout_ms + a->command->kill_after_ms;
	struct buf label = BUF_INIT(128);
	char *path = outcome_file(store_path(g->in->journal->store), g->in->run->id, g->err);
	enum outcome outcome = OUTCOME_ERROR;
	struct shim_outcome o;

	a->n = p->n;
	buf_addf(&label, LABEL, g->in->run->id, (long long)p->n);
	if (path && engine_settle(g) == 0 &&
	    shim_adopt(path, buf_cstr(&label), &p->shim, wait_ms, stop_of(g), &o, g->err) == 0)
		outcome = take_outcome(g, a, &o, result, again);
	buf_release(&label);
	free(path);
	return outcome;
}

enum outcome engine_attempt(struct engine *g, struct action *a, struct proc_result *result)
{
	bool adopts = a->past && !span_is(a->past->state, "intent");
	enum outcome outcome = OUTCOME_NOT_STARTED;

	/* What provably never started is started once more, under the same intent. */
	for (int i = 0; i < STARTS_MAX; i++) {
		bool again = false;

		outcome = adopts ? adopt(g, a, result, &again) : attempt(g, a, result, &again);
		if (!again || outcome != OUTCOME_NOT_STARTED)
			return outcome;
		adopts = false;
	}
	return outcome;
}
