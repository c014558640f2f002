/*
 * The budget of the language model, kept in the store so that all processes share it:
 * what a call may cost is reserved before it, and settled by what it did cost. A
 * reservation whose process died stays spent. Beside it: what was learned about an endpoint.
 */
#ifndef AIOPS_TRIAGE_LEDGER_H
#define AIOPS_TRIAGE_LEDGER_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

extern const struct migration ledger_migrations[];
extern const size_t ledger_migration_count;

#define LEDGER_DAY_MS (INT64_C(24) * 3600 * 1000)

/* Tokens, and calls for one incident. */
struct ledger_limits {
	int64_t call, incident, day, steps;
};

/* What was spent (reserved where it is not settled yet): of one incident, and in the last day. */
struct ledger_spent {
	int64_t incident, day, steps;
};
NODISCARD int ledger_spent(struct store *s, struct span incident, int64_t now_ms,
			   struct ledger_spent *out, struct err *e);

/* NULL if a call of so many tokens fits; else which budget it would pass: "call", "incident",
 * "day", "step". Pure. */
const char *ledger_refuses(const struct ledger_limits *l, const struct ledger_spent *s,
			   int64_t tokens);

/* Both in the caller's transaction. *id names the call. */
NODISCARD int ledger_reserve(struct store *s, struct span incident, struct span model,
			     int64_t tokens, int64_t now_ms, int64_t *id, struct err *e);
NODISCARD int ledger_settle(struct store *s, int64_t id, int64_t tokens, struct err *e);

/* How answers in JSON are asked for; each falls back to the next. */
enum llm_rung { RUNG_SCHEMA, RUNG_OBJECT, RUNG_TEXT, RUNGS };
const char *rung_name(enum llm_rung r);

/* What works with a model of an endpoint; unknown ones start at the top with a ratio of 1. */
struct ledger_habit {
	enum llm_rung rung;
	double ratio; /* of tokens counted to estimated */
};
NODISCARD int ledger_habit(struct store *s, struct span endpoint, struct span model,
			   struct ledger_habit *out, struct err *e);
/* In the caller's transaction. */
NODISCARD int ledger_remember(struct store *s, struct span endpoint, struct span model,
			      const struct ledger_habit *h, struct err *e);

#endif
