/*
 * Circuit breakers that processes share (migrations 10 to 19): the state
 * machine of breaker/breaker.h, kept in rows. A process that starts finds the
 * state as the last one left it and never resets it; of any number of processes
 * that ask at the same time, exactly as many get through as the policy says
 * (BEGIN IMMEDIATE).
 *
 * A breaker is named by a scope, what kind of thing is called ("runbook",
 * "model", "notify"), and a name in it. Its policy comes with each call, so
 * a changed configuration counts from then on.
 *
 * Every function that writes joins the caller's transaction if one is open,
 * else it has one of its own: never hold one while the call itself is made.
 */
#ifndef AIOPS_STORE_BREAKER_ROWS_H
#define AIOPS_STORE_BREAKER_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "breaker/breaker.h"
#include "store/store.h"

/* For the list that store_open takes. */
extern const struct migration breaker_migrations[];
extern const size_t breaker_migration_count;

struct breaker_key {
	struct span scope, name;
};

/* What a caller holds while its call goes on. With a holder it stands in a row too. */
struct breaker_ticket {
	struct breaker_permit permit;
	int64_t taken_ms;
};

/*
 * May a call be made now? 1: yes, and the caller owes a breaker_row_settle with *out; 0: not
 * before *retry_ms from now (INT64_MAX: an operator must act); -1: error (EX_BADDATA: the row is
 * damaged; a reset repairs it).
 *
 * holder names who makes the call (a run's id), so that another process can settle it by
 * breaker_row_find when this one has died; who asks again while it holds a permit is given the same
 * one. SPAN_NONE: for calls that nobody takes up again. Half-open, a holder that dies gives its
 * place back when its lease (trial_ms) ends, as a failure. now_ms: the wall clock.
 */
NODISCARD int breaker_row_admit(struct store *s, const struct breaker_key *k,
				const struct breaker_policy *p, struct span holder, int64_t now_ms,
				struct breaker_ticket *out, int64_t *retry_ms, struct err *e);

/*
 * Keeps what time alone has changed: a trial whose lease ran out opens the breaker again, from now
 * on. breaker_row_admit does it too; who asked inside a transaction that was then rolled back,
 * because the answer was no, calls this behind it, or the trial would be found dead anew each time.
 * *opened: it did open it, which is counted.
 */
NODISCARD int breaker_row_tick(struct store *s, const struct breaker_key *k,
			       const struct breaker_policy *p, int64_t now_ms, bool *opened,
			       struct err *e);

/* How a call ended. Each is counted apart. */
enum breaker_end {
	BREAKER_END_SUCCEEDED,
	BREAKER_END_FAILED,
	BREAKER_END_UNVERIFIED,  /* it was done, and its effect did not show: a failure */
	BREAKER_END_NOT_STARTED, /* it could not even be begun: says nothing about the other side,
				    so it opens nothing, and gives a trial's place back */
	BREAKER_END_NOT_MADE,    /* the caller changed its mind: not counted */
};

/* Says how the call of a ticket ended; slow is judged by the time since it was taken. True in
 * *opened (may be NULL): this opened the breaker. holder: as it was given to breaker_row_admit. A
 * ticket of an earlier state (it was reset, or its lease ran out) is counted and changes nothing
 * else. */
NODISCARD int breaker_row_settle(struct store *s, const struct breaker_key *k,
				 const struct breaker_policy *p, struct span holder,
				 const struct breaker_ticket *ticket, enum breaker_end end,
				 int64_t now_ms, bool *opened, struct err *e);

/* The ticket that a holder has. 1 found, 0 not, -1 error. */
NODISCARD int breaker_row_find(struct store *s, const struct breaker_key *k, struct span holder,
			       struct breaker_ticket *out, struct err *e);

/* A breaker for looking at. Texts are borrowed until the callback returns. */
struct breaker_row {
	struct breaker_key key;
	bool damaged; /* its state cannot be read: state is zeroed */
	struct breaker state;
	int64_t succeeded, failed, unverified, not_started, slow, opened; /* since it was made */
	struct span holders; /* of trials that go on, ", " between them; SPAN_NONE: none */
	struct span set_by, set_reason; /* the last word of an operator; SPAN_NONE: none yet */
	int64_t set_ms;
};
/* -1 stops. */
typedef int breaker_row_fn(void *ctx, const struct breaker_row *row, struct err *e);

/* Calls fn for each breaker, by scope and name; scope, name SPAN_NONE: all of them. A store without
 * the tables has none. Works on a store that is open for reading only. */
NODISCARD int breaker_row_each(struct store *s, struct span scope, struct span name,
			       breaker_row_fn *fn, void *ctx, struct err *e);

/* An operator's word: BREAKER_CLOSED (a reset), BREAKER_FORCED_OPEN or BREAKER_DISABLED. Nothing
 * else leads into or out of the last two. The caller audits it in the same transaction. */
NODISCARD int breaker_row_set(struct store *s, const struct breaker_key *k,
			      enum breaker_state state, struct span by, struct span reason,
			      int64_t now_ms, struct err *e);

#endif
