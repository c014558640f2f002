/*
 * The transactions of an attempt. What has ended is kept open for what follows
 * at once to join: the end of one step and the intent of the next are one
 * commit.
 */
#include <string.h>

#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/runs/limits.h"
#include "base/instant.h"

struct change engine_change(const struct action *a, const char *from, const char *state,
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

int engine_settle(struct engine *g)
{
	return journal_settle(g->in->journal, g->err);
}

/* Commits or keeps what was noted, or takes it back. */
static int finish(struct engine *g, int rc, const struct run_row *before, bool keep)
{
	struct journal *j = g->in->journal;

	if (rc == 0 && keep)
		journal_keep(j);
	else if (rc == 0)
		rc = journal_commit(j, g->err);
	if (rc != 0) {
		journal_abort(j);
		*g->in->run = *before;
	}
	return rc;
}

/* 1: somebody wants the run to end. */
static int look_for_cancel(struct engine *g)
{
	int asked;

	if (g->undoing || g->cancelled)
		return 0;
	asked = recovery_cancel_asked(g->in->journal->store, g->in->run->id, g->err);
	g->cancelled = asked == 1;
	return asked;
}

static int insert_intent(struct engine *g, struct action *a, const char *argv_sha256)
{
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run;
	struct change c = engine_change(a, NULL, "intent", NULL);
	struct attempt_row row = {.n = run->attempts + 1,
				  .step = a->id,
				  .role = a->role,
				  .attempt = a->attempt,
				  .effect = a->effect,
				  .target = a->target,
				  .counts = a->effect != EFFECT_READ};

	(void)memcpy(row.argv_sha256, argv_sha256, sizeof row.argv_sha256);
	a->n = row.n;
	run->attempts = row.n;
	if (attempt_insert(j->store, run, &row, journal_now(j), g->err) != 0)
		return -1;
	return journal_note(j, run, &c, g->err);
}

int engine_commit_intent(struct engine *g, struct action *a, const char *argv_sha256,
			 struct refusal *why)
{
	struct journal *j = g->in->journal;
	struct run_row before = *g->in->run;
	bool asks = a->effect != EFFECT_READ && !g->undoing; /* what puts right is never held up */
	int rc;

	if (journal_begin(j, g->err) != 0)
		return -1;
	rc = look_for_cancel(g);
	if (rc == 1)
		(void)refusal_set(why, "cancelled", "somebody asked for the run to be cancelled");
	if (rc == 0 && asks)
		rc = limits_admit_step(j, g->in->plan, g->in->run, a->effect, why, g->err);
	if (rc == 1) {
		journal_keep(j); /* nothing was written; what was kept before still counts */
		return 1;
	}
	if (rc == 0)
		rc = insert_intent(g, a, argv_sha256);
	return finish(g, rc, &before, false);
}

/* What holds it, and what of its sandbox nothing here can hold. */
static void write_sandbox(const struct engine *g, const struct cmd *command, struct buf *members)
{
	const char *missing[PLAN_MISSING];
	size_t n;

	if (!command->sandbox)
		return;
	n = plan_sandbox_missing(g->in->plan, command, missing);
	buf_addf(members, ",\"sandbox\":{\"by\":\"%s\",\"missing\":[",
		 plan_bubblewrap(g->in->plan, command) ? "bubblewrap" : "landlock");
	for (size_t i = 0; i < n; i++)
		buf_addf(members, "%s\"%s\"", i ? "," : "", missing[i]);
	buf_add_cstr(members, "]}");
}

int engine_commit_started(struct engine *g, const struct action *a, int64_t pid)
{
	struct journal *j = g->in->journal;
	struct run_row before = *g->in->run;
	struct change c = engine_change(a, "intent", "started", NULL);
	struct buf members = BUF_INIT(512);
	struct proc_identity who;
	int rc = -1;

	buf_addf(&members, ",\"pid\":%lld", (long long)pid);
	write_sandbox(g, a->command, &members);
	c.members = buf_span(&members);
	if (proc_identify(pid, &who, g->err) == 0 && journal_begin(j, g->err) == 0) {
		rc = attempt_started(j->store, g->in->run, a->n, &who, journal_now(j), g->err);
		if (rc == 0)
			rc = journal_note(j, g->in->run, &c, g->err);
		rc = finish(g, rc, &before, false);
	}
	buf_release(&members);
	return rc;
}

int engine_keep_outcome(struct engine *g, const struct action *a, const char *from,
			const char *state, const char *reason, const struct proc_result *result,
			struct span members)
{
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run, before = *run;
	struct change c = engine_change(a, from, state, reason);
	bool done = strcmp(state, "done") == 0;
	int rc;

	c.members = members;
	if (result) {
		c.has_exit = true;
		c.exit = result->signal ? 128 + result->signal : result->exit_status;
	}
	if (journal_begin(j, g->err) != 0)
		return -1;
	rc = attempt_ended(j->store, run, a->n, state, result, journal_now(j), g->err);
	if (rc == 0)
		rc = attempt_note(j->store, run, a->n, reason, RUN_NEVER, g->err);
	if (rc == 0 && done && a->captures_of)
		rc = engine_store_captures(g, a->captures_of);
	if (rc == 0)
		rc = journal_note(j, run, &c, g->err);
	return finish(g, rc, &before, true);
}

/* In words the state stays what it is; only when it goes on is added. */
int engine_keep_due(struct engine *g, const struct action *a, const char *reason, int64_t due_ns)
{
	struct journal *j = g->in->journal;
	struct run_row before = *g->in->run;
	int rc;

	if (journal_begin(j, g->err) != 0)
		return -1;
	rc = attempt_note(j->store, g->in->run, a->n, reason, due_ns, g->err);
	return finish(g, rc, &before, true);
}

int engine_keep_note(struct engine *g, struct action *a, const char *from, const char *state,
		     const char *reason, int64_t due_ns, struct span members)
{
	struct journal *j = g->in->journal;
	struct run_row *run = g->in->run, before = *run;
	struct change c = engine_change(a, from, state, reason);
	struct attempt_row row = {.n = run->attempts + 1,
				  .step = a->id,
				  .role = a->role,
				  .attempt = a->attempt,
				  .effect = EFFECT_READ};
	int rc = 0;

	c.members = members;
	if (journal_begin(j, g->err) != 0)
		return -1;
	if (a->n == 0) {
		a->n = row.n;
		run->attempts = row.n;
		rc = attempt_insert(j->store, run, &row, journal_now(j), g->err);
	}
	if (rc == 0)
		rc = attempt_ended(j->store, run, a->n, state, NULL, journal_now(j), g->err);
	if (rc == 0)
		rc = attempt_note(j->store, run, a->n, reason, due_ns, g->err);
	if (rc == 0)
		rc = journal_note(j, run, &c, g->err);
	return finish(g, rc, &before, true);
}
