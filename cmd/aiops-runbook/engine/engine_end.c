/*
 * The last record of a run: what was not undone, and who is to be told.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/runs/runlock.h"
#include "base/instant.h"
#include "record/jsonw.h"

/* Which cause of escalation an end is; NULL for a good one. */
static const char *cause_of(enum run_state state, const char *reason)
{
	if (state == RUN_ROLLBACK_PARTIAL || strcmp(reason, "rolled_back_unhealthy") == 0)
		return "rollback_failed";
	if (strcmp(reason, "verify_failed") == 0)
		return "verify_failed";
	if (strcmp(reason, "budget_exhausted") == 0 || strcmp(reason, "rate_limited") == 0)
		return "budget_exhausted";
	if (state == RUN_NEEDS_OPERATOR)
		return "step_unknown";
	return state == RUN_SUCCEEDED || strcmp(reason, "precondition_failed") == 0 ||
			       strcmp(reason, "check_failed") == 0
		       ? NULL
		       : "step_failed";
}

/* Steps that acted and that their runbook says cannot be undone. */
static void write_not_undone(struct engine *g, struct jsonw *w)
{
	const struct runbook *rb = g->in->plan->rb;
	bool any = false;

	for (size_t i = 0; i < rb->n_steps; i++) {
		if (!g->acted[i] || rb->steps[i].rollback == ROLLBACK_COMMAND)
			continue;
		if (!any) {
			jsonw_key(w, "not_undone");
			jsonw_array(w);
		}
		jsonw_string(w, rb->steps[i].id.text);
		any = true;
	}
	if (any)
		jsonw_array_end(w);
}

/* A first failure that was put right may be let pass; what a person must look at never is. 1 it is
 * told, 0 not, -1. */
static int must_tell(struct engine *g, const char *cause)
{
	const struct escalation *x = &g->in->plan->rb->escalation;
	int64_t before;

	if (!cause || !words_has(&x->on, span_cstr(cause)))
		return 0;
	if (x->after_failures <= 1 ||
	    (strcmp(cause, "step_failed") != 0 && strcmp(cause, "verify_failed") != 0))
		return 1;
	if (count_failures(g->in->journal->store, g->in->run->runbook, &before, g->err) != 0)
		return -1;
	return before + 1 >= x->after_failures;
}

static void write_escalation(const struct engine *g, const char *cause, struct jsonw *w)
{
	const struct escalation *x = &g->in->plan->rb->escalation;

	jsonw_key(w, "escalation");
	jsonw_object(w);
	jsonw_member(w, "cause", span_cstr(cause));
	jsonw_member_opt(w, "notify", x->notify);
	jsonw_object_end(w);
}

/* What it held is in the store; left behind it is only looked at by its own run. */
static void forget_outcome(const struct engine *g)
{
	struct err ignored = ERR_INIT;
	char *path = outcome_file(store_path(g->in->journal->store), g->in->run->id, &ignored);

	if (path)
		(void)unlink(path); /* see above */
	free(path);
}

/* The last record of a run. */
int engine_end(struct engine *g, enum run_state state, const char *reason)
{
	struct buf members = BUF_INIT(1 << 20);
	struct jsonw w = jsonw_to(&members);
	const char *cause = cause_of(state, reason);
	int rc = must_tell(g, cause);

	if (rc < 0)
		return -1;
	w.comma = true; /* they follow others */
	jsonw_member_i64(&w, "elapsed_ms",
			 (journal_now(g->in->journal) - g->in->run->started_ns) / NS_PER_MS);
	if (state != RUN_SUCCEEDED)
		write_not_undone(g, &w);
	if (rc == 1)
		write_escalation(g, cause, &w);
	rc = engine_move(g, state, reason, buf_span(&members));
	if (rc == 0)
		rc = engine_settle(g);
	if (rc == 0)
		forget_outcome(g);
	buf_release(&members);
	return rc;
}
