#include "aiops-runbook/breaker/trip.h"

#include <string.h>

#include "aiops-runbook/runs/core.h"
#include "aiops-runbook/runs/escalate.h"
#include "aiops-runbook/schema/model.h"
#include "base/instant.h"
#include "record/jsonw.h"
#include "store/breaker_rows.h"

/* How long a trial without max_duration may take until its place is given to another. */
#define LEASE_MS (3600 * INT64_C(1000))

/* ---- the policy ---- */

static double ratio(const struct core *c, const char *path)
{
	struct value v = record_get(c->r, path);

	return v.type == VALUE_NUMBER && v.number > 0 && v.number <= 1 ? v.number : .5;
}

static void read_policy(const struct core *c, struct breaker_policy *p)
{
	int64_t duration = core_whole(c, "limits.max_duration_ms", 0, INT64_MAX / 4);
	int threshold = (int)core_whole(c, "breaker.failure_threshold", BREAKER_FAILURES,
					BREAKER_WINDOW_MAX);

	*p = (struct breaker_policy){
		.window_calls = threshold > 20 ? threshold : 20,
		.window_ms = core_whole(c, "breaker.window_ms", 0, INT64_MAX / 4),
		.minimum_calls =
			(int)core_whole(c, "breaker.minimum_calls", 10, BREAKER_WINDOW_MAX),
		.failure_ratio = ratio(c, "breaker.failure_rate"),
		.consecutive_failures = threshold,
		.slow_ms = core_whole(c, "breaker.slow_after_ms", 0, INT64_MAX / 4),
		.slow_ratio = ratio(c, "breaker.slow_rate"),
		.open_ms = core_whole(c, "breaker.open_for_ms", BREAKER_OPEN_MS, INT64_MAX / 4),
		.open_max_ms = core_whole(c, "breaker.max_open_for_ms", BREAKER_OPEN_MAX_MS,
					  INT64_MAX / 4),
		.trials = (int)core_whole(c, "breaker.success_threshold", 1, BREAKER_TRIALS_MAX),
		.trials_at_once =
			(int)core_whole(c, "breaker.half_open_max", 1, BREAKER_TRIALS_MAX),
		.one_decides = true,
		.trial_ms = duration ? 2 * duration : LEASE_MS,
	};
	if (p->minimum_calls > p->window_calls)
		p->window_calls = p->minimum_calls;
	if (p->slow_ms == 0)
		p->slow_ratio = 2; /* none is slow */
}

int trip_policy(struct span core, struct breaker_policy *out, struct err *e)
{
	struct core c;
	int rc = core_open(&c, core, e);

	if (rc == 0)
		read_policy(&c, out);
	core_release(&c);
	return rc;
}

/* ---- asking ---- */

static struct breaker_key key_of(const struct run_row *run)
{
	return (struct breaker_key){SPAN(BREAKER_SCOPE_RUNBOOK), run->runbook};
}

static int refuse(const struct run_row *run, int64_t retry_ms, struct refusal *why)
{
	if (retry_ms == INT64_MAX)
		return refusal_set(
			why, "breaker_open",
			"the breaker of '%.64s' is forced open: an operator must reset it",
			run->runbook.data);
	return refusal_set(
		why, "breaker_open",
		"the breaker of '%.64s' is open after failures: the next trial is let through in %lld s",
		run->runbook.data, (long long)(retry_ms / 1000 + 1));
}

int trip_admit(struct journal *j, const struct run_row *run, struct refusal *why, struct err *e)
{
	struct breaker_key key = key_of(run);
	struct breaker_policy policy;
	struct breaker_ticket ticket;
	int64_t retry_ms;
	int rc;

	if (trip_policy(run->plan, &policy, e) != 0)
		return -1;
	rc = breaker_row_admit(j->store, &key, &policy, span_cstr(run->id),
			       journal_now(j) / NS_PER_MS, &ticket, &retry_ms, e);
	return rc == 1 ? 0 : rc == 0 ? refuse(run, retry_ms, why) : -1;
}

/* ---- telling ---- */

/* 1: some step was executed; 0: none was; -1: error. */
static int executed(struct store *s, const struct run_row *run, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   "SELECT 1 FROM aiops_attempt WHERE run = ?1 AND role = 'step'"
			   " AND (exit_status IS NOT NULL OR signal IS NOT NULL) LIMIT 1",
			   e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	rc = store_step(s, st, e);
	if (rc == 1)
		(void)sqlite3_reset(st); /* was read */
	return rc;
}

/* What the end of a run says of its runbook. What people ended says nothing. */
static int end_of(struct store *s, const struct run_row *run, enum breaker_end *out, struct err *e)
{
	int rc = 1;

	*out = BREAKER_END_FAILED;
	if (run->state == RUN_SUCCEEDED)
		*out = BREAKER_END_SUCCEEDED;
	else if (run->state == RUN_CANCELLED || span_is(run->reason, "interrupted") ||
		 span_is(run->reason, "precondition_failed"))
		*out = BREAKER_END_NOT_MADE;
	else if (span_is(run->reason, "verify_failed"))
		*out = BREAKER_END_UNVERIFIED;
	else if (run->state == RUN_FAILED)
		rc = executed(s, run, e);
	if (rc == 0)
		*out = BREAKER_END_NOT_STARTED;
	return rc < 0 ? -1 : 0;
}

static int show_row(void *ctx, const struct breaker_row *row, struct err *e)
{
	struct jsonw *w = ctx;

	(void)e; /* nothing here can fail */
	jsonw_member(w, "scope", row->key.scope);
	jsonw_member(w, "name", row->key.name);
	jsonw_member(w, "state", span_cstr(breaker_state_name(row->state.state)));
	jsonw_member_i64(w, "open_for_ms", row->state.open_ms);
	jsonw_member_i64(w, "succeeded", row->succeeded);
	jsonw_member_i64(w, "failed", row->failed);
	jsonw_member_i64(w, "unverified", row->unverified);
	jsonw_member_i64(w, "not_started", row->not_started);
	jsonw_member_i64(w, "slow", row->slow);
	return 0;
}

/* The record of an opening. */
static int note_opened(struct journal *j, struct run_row *run, struct err *e)
{
	struct buf members = BUF_INIT(4096);
	struct jsonw w = jsonw_to(&members);
	struct change c = {.kind = "notice", .state = "open", .reason = "tripped"};
	int rc;

	buf_add_cstr(&members, ",\"title\":\"the breaker of the runbook has opened\",\"notice\":");
	jsonw_object(&w);
	jsonw_member(&w, "event", SPAN("breaker"));
	rc = breaker_row_each(j->store, SPAN(BREAKER_SCOPE_RUNBOOK), run->runbook, show_row, &w, e);
	jsonw_object_end(&w);
	escalate_write(run, "breaker_open", &w);
	c.members = buf_span(&members);
	if (rc == 0)
		rc = journal_remark(j, run, &c, e);
	buf_release(&members);
	return rc;
}

int trip_refused(struct journal *j, struct run_row *run, struct err *e)
{
	struct breaker_key key = key_of(run);
	struct breaker_policy policy;
	bool opened = false;
	int rc = trip_policy(run->plan, &policy, e);

	if (rc == 0)
		rc = journal_begin(j, e);
	if (rc != 0)
		return -1;
	rc = breaker_row_tick(j->store, &key, &policy, journal_now(j) / NS_PER_MS, &opened, e);
	if (rc == 0 && opened)
		rc = note_opened(j, run, e);
	if (rc == 0)
		rc = journal_commit(j, e);
	if (rc != 0)
		journal_abort(j);
	return rc;
}

int trip_settle(struct journal *j, struct run_row *run, struct err *e)
{
	struct breaker_key key = key_of(run);
	struct breaker_policy policy;
	struct breaker_ticket ticket;
	enum breaker_end end;
	bool opened = false;
	int rc = breaker_row_find(j->store, &key, span_cstr(run->id), &ticket, e);

	if (rc != 1)
		return rc;
	if (trip_policy(run->plan, &policy, e) != 0 || end_of(j->store, run, &end, e) != 0 ||
	    breaker_row_settle(j->store, &key, &policy, span_cstr(run->id), &ticket, end,
			       journal_now(j) / NS_PER_MS, &opened, e) != 0)
		return -1;
	return opened ? note_opened(j, run, e) : 0;
}
