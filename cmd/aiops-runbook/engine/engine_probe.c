/*
 * Reads that decide: preconditions, verification, checks. Samples are taken
 * until enough of them in a row are good, or the time is over; the whole is one
 * attempt in the store, since a read whose outcome is lost is simply read again.
 */
#include <string.h>

#include "aiops-runbook/engine/arm.h"
#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/engine/exec_http.h"
#include "aiops-runbook/engine/expect.h"
#include "record/jsonw.h"

enum { MEMBERS_MAX = 1 << 20 };

struct sampling {
	struct engine *g;
	struct span id;
	const char *role;
	const struct cmd *command;
	const struct poll *poll;
	const struct step *captures_of;
	int64_t samples, good; /* good: in a row */
	bool has_result;
	struct proc_result result; /* of the last sample */
	struct buf why;            /* why it was not good */
	const char *reason;
};

static struct change change_of(const struct sampling *s, const char *from, const char *state)
{
	return (struct change){.step = s->id,
			       .role = s->role,
			       .attempt = 1,
			       .from = from,
			       .state = state,
			       .reason = s->reason};
}

static int commit_intent(struct sampling *s, const struct exec *x)
{
	struct engine *g = s->g;
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run, before = *run;
	struct change c = change_of(s, NULL, "intent");
	struct attempt_row row = {.n = run->attempts + 1,
				  .step = s->id,
				  .role = s->role,
				  .attempt = 1,
				  .effect = EFFECT_READ};

	memcpy(row.argv_sha256, x->argv_sha256, sizeof row.argv_sha256);
	if (journal_begin(j, g->err) == 0) {
		run->attempts++;
		if (attempt_insert(j->store, run, &row, journal_now(j), g->err) == 0 &&
		    journal_note(j, run, &c, g->err) == 0 && journal_commit(j, g->err) == 0)
			return 0;
	}
	journal_abort(j);
	*run = before;
	return -1;
}

static int commit_outcome(struct sampling *s, bool done)
{
	struct engine *g = s->g;
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run, before = *run;
	struct change c = change_of(s, "intent", done ? "done" : "failed");
	struct buf members = BUF_INIT(MEMBERS_MAX);
	int rc = -1;

	if (s->poll && s->poll->given)
		buf_addf(&members, ",\"samples\":%lld", (long long)s->samples);
	if (s->has_result) {
		engine_result_members(&s->result, done ? SPAN_NONE : buf_span(&s->why), &members);
		c.has_exit = true;
		c.exit = s->result.signal ? 128 + s->result.signal : s->result.exit_status;
	}
	c.members = buf_span(&members);
	if (journal_begin(j, g->err) == 0 &&
	    attempt_ended(j->store, run, run->attempts, c.state, s->has_result ? &s->result : NULL,
			  journal_now(j), g->err) == 0 &&
	    (!done || !s->captures_of || engine_store_captures(g, s->captures_of) == 0) &&
	    journal_note(j, run, &c, g->err) == 0) {
		journal_keep(j);
		rc = 0;
	} else {
		journal_abort(j);
		*run = before;
	}
	buf_release(&members);
	return rc;
}

/* One sample: good or not, with the reason in s->why. */
static bool sample(struct sampling *s, const struct exec *x)
{
	struct engine *g = s->g;
	struct err e = ERR_INIT;
	struct proc_spec spec = x->spec;
	bool good;

	if (s->has_result)
		proc_result_release(&s->result);
	s->has_result = false;
	buf_clear(&s->why);
	s->samples++;
	spec.timeout_ms = engine_time_left(g, s->command->timeout_ms);
	if (spec.timeout_ms == 0) {
		buf_add_cstr(&s->why, "the run has taken as long as it may");
		return false;
	}
	if (proc_run(&spec, g->undoing ? NULL : g->in->stop, &s->result, &e) != 0) {
		buf_add_cstr(&s->why, e.text);
		return false;
	}
	s->has_result = true;
	good = expect_met(&s->command->expect, &g->bind, &s->result, &s->why);
	if (good && s->captures_of &&
	    engine_take_captures(g, s->captures_of, &s->result, &e) != 0) {
		buf_add_cstr(&s->why, e.text);
		good = false;
	}
	return good;
}

/* True if it is as it should be. Without poll one sample decides. */
static bool sample_until(struct sampling *s, const struct exec *x)
{
	const struct poll *p = s->poll;
	const struct env *env = s->g->in->journal->env;
	int64_t until = env_ticks_ms(env) + (p && p->given ? p->for_ms : 0);

	for (;;) {
		s->good = sample(s, x) ? s->good + 1 : 0;
		if (!p || !p->given || s->good >= p->consecutive)
			return s->good > 0;
		if (engine_stopped(s->g) || env_ticks_ms(env) + p->every_ms > until ||
		    engine_time_left(s->g, p->every_ms) < p->every_ms ||
		    !engine_sleep(s->g, p->every_ms))
			return false;
	}
}

static const char *failure_reason(const struct sampling *s)
{
	if (engine_stopped(s->g))
		return "interrupted";
	if (!s->has_result)
		return "could_not_start";
	if (s->good > 0)
		return "not_stable"; /* good at last, but not often enough in a row */
	return s->result.timed_out ? "timeout" : "unexpected";
}

static bool is_accepted(const struct expect *x, int status)
{
	for (size_t i = 0; i < x->n_codes; i++)
		if (x->codes[i] == status)
			return true;
	return x->n_codes == 0 && status == 0;
}

/* Whether "not as expected" means no, rather than that it could not be told: a command that was to
 * print something must not have failed itself. */
static bool is_answer(const struct cmd *c, const struct proc_result *r)
{
	const struct expect *x = &c->expect;
	bool content = x->json.given || x->output.given || x->stdout_pattern || x->stderr_pattern;

	return !r->interrupted && ending_of(c, r) == ENDING_ANSWERED &&
	       (!content || is_accepted(x, r->exit_status));
}

enum outcome engine_probe(struct engine *g, struct span id, const char *role, const struct cmd *c,
			  const struct poll *poll, const struct step *captures_of)
{
	struct sampling s = {.g = g,
			     .id = id,
			     .role = role,
			     .command = c,
			     .poll = poll,
			     .captures_of = captures_of,
			     .why = BUF_INIT(4096)};
	enum outcome outcome = OUTCOME_ERROR;
	struct err e = ERR_INIT;
	struct exec x;
	struct buf label = BUF_INIT(128);
	bool good = false, armed;

	if (exec_build(&x, g->in->plan, &g->bind, c, g->in->env, c->timeout_ms, &e) != 0) {
		err_set(g->err, EX_BUG, "%s '%s': %s", role, id.data, e.text);
		return OUTCOME_ERROR; /* lint holds captures to where they are known */
	}
	buf_addf(&label, "%s/%lld", g->in->run->id, (long long)g->in->run->attempts + 1);
	armed = exec_arm(&x, g->in->plan, &g->bind, c, buf_cstr(&label), &e) == 0;
	if (commit_intent(&s, &x) == 0) {
		good = armed && sample_until(&s, &x);
		if (!armed)
			buf_add_cstr(&s.why, e.text);
		if (!good)
			s.reason = armed ? failure_reason(&s) : "executable_changed";
		g->probe_answered = s.has_result && is_answer(c, &s.result);
		if (commit_outcome(&s, good) == 0)
			outcome = good                ? OUTCOME_DONE
				  : engine_stopped(g) ? OUTCOME_INTERRUPTED
						      : OUTCOME_FAILED;
	}
	if (s.has_result)
		proc_result_release(&s.result);
	buf_release(&s.why);
	buf_release(&label);
	exec_disarm(&x);
	exec_release(&x);
	return outcome;
}

enum outcome engine_probes(struct engine *g, const struct probe *probes, size_t n, const char *role)
{
	enum outcome outcome = OUTCOME_DONE;

	for (size_t i = 0; i < n && outcome == OUTCOME_DONE; i++)
		outcome = engine_probe(g, probes[i].id.text, role, &probes[i].command,
				       &probes[i].poll, NULL);
	return outcome;
}
