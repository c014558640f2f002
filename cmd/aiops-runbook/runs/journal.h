/*
 * The record of every transition: made, redacted and put into the audit log in
 * the transaction of the state change, shown only once that has committed.
 */
#ifndef AIOPS_RUNBOOK_JOURNAL_H
#define AIOPS_RUNBOOK_JOURNAL_H

#include <stdbool.h>

#include "aiops-runbook/runs/runstore.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

/* Where records go when they are durable: one line without its newline. */
typedef void journal_sink(void *ctx, struct span line);

struct journal {
	struct store *store;
	const struct env *env;
	struct span actor; /* who runs the programme */
	const char *mode;  /* "plan" or "apply" */
	journal_sink *sink;
	void *sink_ctx;
	struct buf *pending; /* lines of the open transaction */
	size_t n_pending, cap_pending;
	bool open; /* a transaction that the next one joins */
};

/* s may be NULL: then nothing can be noted. */
void journal_init(struct journal *j, struct store *s, const struct env *env, struct span actor,
		  journal_sink *sink, void *ctx);
void journal_release(struct journal *j);

/* The time by the clock, in nanoseconds but to the millisecond: finer is noise in records. */
int64_t journal_now(const struct journal *j);

/* What changed. Absent texts are SPAN_NONE or NULL. */
struct change {
	const char *kind; /* "run" unless "plan" */
	const char *role; /* what the step is here; left out for "step" */
	struct span step;
	int64_t attempt; /* 0: of the run as a whole */
	const char *from, *state, *reason;
	bool has_exit;
	int exit; /* exit status, or 128 + signal as a shell says it */
	struct span target;
	struct span actor;   /* SPAN_NONE: the journal's */
	struct span members; /* further JSON members, each with a comma in front */
};

/* Whether records can name this incident: a word of the log in which redaction finds no secret,
 * since the row of the log and its body must name the same. */
bool journal_incident_ok(struct span id);

/* journal_begin ... journal_note ... journal_commit is one transaction. After any error:
 * journal_abort.
 *
 * journal_keep in the place of journal_commit leaves it open, for what follows at once to join: the
 * next journal_begin goes on with it, and what was kept is lost with what fails then. Nothing may
 * be waited for meanwhile: journal_settle commits what is open. */
NODISCARD int journal_begin(struct journal *j, struct err *e);
/* Writes the row of the run as it now is (state, reason, times), and the record of what changed, #n
 * of the run. With a final state the breaker of its runbook is told. */
NODISCARD int journal_note(struct journal *j, struct run_row *run, const struct change *c,
			   struct err *e);
/* The record alone, for who does not hold the run: its row stays as it is. */
NODISCARD int journal_remark(struct journal *j, struct run_row *run, const struct change *c,
			     struct err *e);
NODISCARD int journal_commit(struct journal *j, struct err *e);
void journal_keep(struct journal *j);
NODISCARD int journal_settle(struct journal *j, struct err *e);
void journal_abort(struct journal *j);

/* Inside a transaction: shows body, with its place in the audit log, once that has committed. For
 * records that are of no run. */
struct audit_ref;
void journal_pend(struct journal *j, struct span body, const struct audit_ref *ref);

/* begin, note, commit. On failure nothing happened. */
NODISCARD int journal_one(struct journal *j, struct run_row *run, const struct change *c,
			  struct err *e);

#endif
