/*
 * Circuit breaker: calls to something that fails are stopped for a while, then
 * tried again by a few. A pure state machine: time comes in, nothing is waited
 * for, and the whole state is a plain struct that a caller keeps where several
 * processes can share it (a row, a state file).
 *
 * M. Nygard, "Release It!" (2007); window, minimum of calls, rate and slow calls
 * as in resilience4j. What differs: a half-open trial is a lease with an end,
 * so that a caller that died gives its place back (as a failure), and a result
 * that belongs to an earlier state changes nothing.
 */
#ifndef AIOPS_BREAKER_BREAKER_H
#define AIOPS_BREAKER_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum { BREAKER_WINDOW_MAX = 100, BREAKER_TRIALS_MAX = 10 };

struct breaker_policy {
	int window_calls;     /* the outcomes that count: the last 1..BREAKER_WINDOW_MAX ... */
	int64_t window_ms;    /* ... of at most this age, failures in a row too; 0: of any age */
	int minimum_calls;    /* rates are looked at from so many outcomes on */
	double failure_ratio; /* opens at this share of failures or more; above 1 never */
	int consecutive_failures; /* opens at so many in a row, whatever the rate; 0 never */
	int64_t slow_ms;          /* a call that took longer is slow; 0: none is */
	double slow_ratio;        /* opens at this share of slow calls or more; above 1 never */
	int64_t open_ms;          /* stays open for this long ... */
	int64_t open_max_ms;      /* ... doubled after each trial that failed, up to this; halved
				     after each that went well */
	int trials;               /* half-open: so many calls, 1..BREAKER_TRIALS_MAX, decide */
	int trials_at_once;       /* of those, so many go on at the same time; 0: all */
	bool one_decides;         /* half-open: the first trial that fails opens it again */
	int64_t trial_ms;         /* a trial without a result after this is a failure */
};

/* 3 failures in a row or half of the last 20 (from 10 on), open for 30 s doubling to 10 min, one
 * trial of at most 60 s: for calls to a service. */
extern const struct breaker_policy breaker_calls;

enum breaker_state {
	BREAKER_CLOSED,
	BREAKER_OPEN,
	BREAKER_HALF_OPEN,
	BREAKER_FORCED_OPEN, /* by an operator: nothing goes through */
	BREAKER_DISABLED,    /* by an operator: everything goes through, nothing is counted */
};

struct breaker_outcome {
	int64_t at_ms;
	bool failed, slow;
};

/* A zeroed one is closed and knows nothing. Times are milliseconds of one clock that does not stop
 * between the processes that share the state: the wall clock. A clock that went back does not
 * prolong an open time beyond its length. */
struct breaker {
	enum breaker_state state;
	int64_t since_ms;    /* when the state was entered */
	int64_t open_ms;     /* how long this opening lasts; the next is based on it */
	uint32_t generation; /* of the state: results of an earlier one are ignored */
	int in_row;          /* failures since the last success */
	int first, n;        /* the outcomes: a ring */
	int trials_ended, trials_failed, trials_slow; /* half-open: what came of the trials */
	int64_t leases[BREAKER_TRIALS_MAX]; /* half-open: the ends of those that go on; 0: none */
	struct breaker_outcome outcomes[BREAKER_WINDOW_MAX];
};

/* What a caller holds while it makes its call. */
struct breaker_permit {
	uint32_t generation;
	int lease;            /* a trial's place, or -1 */
	int64_t lease_end_ms; /* tells it from a later one in the same place */
};

enum breaker_result {
	BREAKER_SUCCEEDED,
	BREAKER_FAILED,
	BREAKER_NOT_MADE, /* the call was not made after all: the permit goes back */
};

/*
 * May a call be made now? True: it may, and the caller owes a breaker_report
 * with *permit. False: not before *retry_ms from now (INT64_MAX: an operator
 * must act).
 */
bool breaker_try(struct breaker *b, const struct breaker_policy *p, int64_t now_ms,
		 struct breaker_permit *permit, int64_t *retry_ms);

/* What time alone has changed: trials whose leases ran out are failures. breaker_try does it too.
 */
void breaker_tick(struct breaker *b, const struct breaker_policy *p, int64_t now_ms);

/* What came of a permitted call that took took_ms. True: this opened the breaker. */
bool breaker_report(struct breaker *b, const struct breaker_policy *p, struct breaker_permit permit,
		    enum breaker_result result, int64_t took_ms, int64_t now_ms);

/* Are they in the same state in every respect? */
bool breaker_same(const struct breaker *a, const struct breaker *b);

/* An operator's word: BREAKER_CLOSED (a reset), BREAKER_FORCED_OPEN or BREAKER_DISABLED. */
void breaker_set(struct breaker *b, enum breaker_state state, int64_t now_ms);

/* closed, open, half_open, forced_open, disabled. */
const char *breaker_state_name(enum breaker_state s);

/* The state as one line of text, and back: what a row or a state file keeps. Errors of parse:
 * EX_BADDATA, *b untouched. */
void breaker_add_text(struct buf *out, const struct breaker *b);
NODISCARD int breaker_parse(struct span text, struct breaker *b, struct err *e);

#endif
