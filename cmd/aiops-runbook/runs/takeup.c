#include "aiops-runbook/runs/takeup.h"

#include <string.h>
#include <unistd.h>

#include "record/jsonw.h"

/* ---- reading it again, under its lock ---- */

static int read_again(struct journal *j, struct run_row *run, struct pool *pool, struct err *e)
{
	int rc = run_by_id(j->store, span_cstr(run->id), pool, run, e);

	return rc == 1 ? 0 : rc < 0 ? -1 : err_set(e, EX_BUG, "run %s is gone", run->id);
}

static int still_active(struct journal *j, struct run_row *run, struct pool *pool,
			struct refusal *why, struct err *e)
{
	if (read_again(j, run, pool, e) != 0)
		return -1;
	if (run_state_is_active(run->state))
		return 0;
	return refusal_set(why, "not_active", "run %s is %s: there is nothing to go on with",
			   run->id, run_state_names[run->state]);
}

/* ---- does it get anywhere? ---- */

/* How far a run is: its state, its attempts, and how many of them have an end. */
static int progress(struct journal *j, const struct run_row *run, struct pool *pool,
		    struct span *mark, bool *waits, struct err *e)
{
	struct buf text = BUF_INIT(200);
	struct past_attempt *items;
	size_t n, ended = 0;

	if (past_attempts(j->store, run->id, pool, &items, &n, e) != 0)
		return -1;
	*waits = false;
	for (size_t i = 0; i < n; i++) {
		ended += span_is(items[i].state, "done") || span_is(items[i].state, "failed");
		*waits |= items[i].due_ns != RUN_NEVER && items[i].due_ns > journal_now(j);
	}
	buf_addf(&text, "%s/%zu/%zu", run_state_names[run->state], n, ended);
	*mark = pool_take(pool, &text);
	return 0;
}

/* Counts this time. 1: it came to the same place too often. */
static int count_takeup(struct journal *j, const struct run_row *run, struct pool *pool,
			struct recovery *r, struct err *e)
{
	struct span mark;
	bool waits;
	int found = recovery_load(j->store, run->id, pool, r, e);

	if (found == 0)
		return err_set(e, EX_UNREADABLE,
			       "run %s is of an earlier version, which kept too little to go on",
			       run->id);
	if (found < 0 || progress(j, run, pool, &mark, &waits, e) != 0)
		return -1;
	if (waits || !r->mark.data || !span_eq(mark, r->mark))
		r->resumes = 0;
	r->resumes++;
	r->mark = mark;
	if (r->resumes > TAKEUPS_MAX)
		return 1;
	return recovery_update(j->store, run->id, r, e);
}

/* ---- taking it ---- */

static int note_end(struct journal *j, struct run_row *run, enum run_state to, const char *reason,
		    struct err *e)
{
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[to],
			   .reason = reason};

	run->state = to;
	run->reason = span_cstr(reason);
	run->ended_ns = journal_now(j);
	return journal_note(j, run, &c, e);
}

static int note_takeup(struct journal *j, struct run_row *run, const struct recovery *r,
		       struct span members, struct err *e)
{
	struct buf all = BUF_INIT(1 << 16);
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[run->state],
			   .reason = "resumed"};
	int rc;

	buf_addf(&all, ",\"resumes\":%lld", (long long)r->resumes);
	buf_add_span(&all, members);
	c.members = buf_span(&all);
	rc = proc_identify(getpid(), &run->runner, e);
	if (rc == 0)
		rc = journal_note(j, run, &c, e);
	buf_release(&all);
	return rc;
}

static int take(struct journal *j, struct span members, struct pool *pool, struct run_row *run,
		struct refusal *why, struct err *e)
{
	struct recovery r;
	int rc = still_active(j, run, pool, why, e);

	if (rc != 0)
		return rc;
	rc = count_takeup(j, run, pool, &r, e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return note_takeup(j, run, &r, members, e);
	if (note_end(j, run, RUN_NEEDS_OPERATOR, "livelock", e) != 0)
		return -1;
	return refusal_set(why, "livelock",
			   "run %s was taken up %d times and came no further: a person must look",
			   run->id, TAKEUPS_MAX);
}

/* 0 the lock is ours, 1 *why, -1. */
static int take_lock(const char *db, const struct run_row *run, struct run_lock *lock,
		     struct refusal *why, struct err *e)
{
	if (run_lock_take(db, run->id, lock, e) == 0)
		return 0;
	if (e->code != EX_TRYLATER)
		return -1;
	(void)refusal_set(why, "locked", "%s", e->text);
	err_clear(e);
	return 1;
}

/* Commits if something was noted: also the end of a livelock, which refuses. */
static int finish(struct journal *j, int rc, bool noted, struct err *e)
{
	if (rc < 0 || !noted) {
		journal_abort(j);
		return rc;
	}
	return journal_commit(j, e) == 0 ? rc : -1;
}

int takeup_run(struct journal *j, const char *db, struct span members, struct pool *pool,
	       struct run_row *run, struct run_lock *lock, struct refusal *why, struct err *e)
{
	int rc = take_lock(db, run, lock, why, e);

	if (rc != 0)
		return rc;
	j->mode = "apply";
	rc = journal_begin(j, e);
	if (rc == 0)
		rc = take(j, members, pool, run, why, e);
	rc = finish(j, rc, rc == 0 || (rc == 1 && strcmp(why->reason, "livelock") == 0), e);
	if (rc != 0)
		run_lock_drop(lock);
	return rc;
}

int takeup_give_up(struct journal *j, const char *db, const char *reason, struct pool *pool,
		   struct run_row *run, struct refusal *why, struct err *e)
{
	struct run_lock lock;
	int rc = take_lock(db, run, &lock, why, e);

	if (rc != 0)
		return rc;
	j->mode = run->check ? "check" : "apply";
	rc = journal_begin(j, e);
	if (rc == 0)
		rc = still_active(j, run, pool, why, e);
	if (rc == 0)
		rc = note_end(j, run, run->check ? RUN_FAILED : RUN_NEEDS_OPERATOR, reason, e);
	rc = finish(j, rc, rc == 0, e);
	run_lock_drop(&lock);
	return rc;
}

/* ---- cancelling ---- */

static void write_words(struct span words, struct buf *members)
{
	struct jsonw w = jsonw_to(members);

	w.comma = true; /* it follows others */
	jsonw_member_opt(&w, "words", words);
}

/* For a run that somebody is at, or was: the record alone, and the request for whoever is. */
static int note_request(struct journal *j, struct span words, struct run_row *run, struct err *e)
{
	struct buf members = BUF_INIT(1 << 16);
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[run->state],
			   .reason = "cancel_requested"};
	int rc;

	write_words(words, &members);
	c.members = buf_span(&members);
	rc = recovery_ask_cancel(j->store, run->id, j->actor, words, e);
	if (rc == 0)
		rc = journal_remark(j, run, &c, e);
	buf_release(&members);
	return rc;
}

static enum cancel cancel(struct journal *j, struct span words, struct pool *pool,
			  struct run_row *run, struct refusal *why, struct err *e)
{
	if (read_again(j, run, pool, e) != 0)
		return CANCEL_ERROR;
	if (run_state_is_final(run->state)) {
		(void)refusal_set(why, "not_active", "run %s is %s already", run->id,
				  run_state_names[run->state]);
		return CANCEL_REFUSED;
	}
	if (run_state_is_active(run->state))
		return note_request(j, words, run, e) == 0 ? CANCEL_ASKED : CANCEL_ERROR;
	return note_end(j, run, RUN_CANCELLED, "cancelled", e) == 0 ? CANCEL_ENDED : CANCEL_ERROR;
}

enum cancel takeup_cancel(struct journal *j, struct span words, struct pool *pool,
			  struct run_row *run, struct refusal *why, struct err *e)
{
	enum cancel result = CANCEL_ERROR;

	j->mode = run->check ? "check" : "apply";
	if (journal_begin(j, e) == 0)
		result = cancel(j, words, pool, run, why, e);
	if (result == CANCEL_ENDED || result == CANCEL_ASKED) {
		if (journal_commit(j, e) != 0)
			result = CANCEL_ERROR;
	} else {
		journal_abort(j);
	}
	return result;
}
