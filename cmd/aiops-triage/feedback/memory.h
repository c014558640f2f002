/*
 * Hypotheses and what their incidents' causes turned out to be, side by side in the
 * store (aiops_hypotheses, aiops_feedback).
 *
 * One hypothesis for each incident, the last that was made; one that has been
 * judged stays as it was judged.
 */
#ifndef AIOPS_TRIAGE_MEMORY_H
#define AIOPS_TRIAGE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/classify/calibrate.h"
#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

extern const struct migration memory_migrations[];
extern const size_t memory_migration_count;

#define MEMORY_WORDS_BYTES 4096

/* What was thought of an incident. Spans are borrowed. */
struct thought {
	struct span incident;
	int64_t at_ms;        /* when */
	struct span decision; /* answer, abstain */
	struct span severity;
	struct span component, fault, text; /* of the first hypothesis; empty if there is none */
	double confidence, raw;
	struct span calibration; /* of confidence */
	struct span candidates; /* JSON: [{"component":...,"fault":...},...], the first one first */
	struct span words;      /* what a classifier may learn from */
};

/* What it was. */
struct verdict {
	struct span cause;            /* as it was given */
	struct span component, fault; /* read from it; may be absent */
	bool agreed, helped;
	struct span actor;
	int64_t at_ms;
};

/* In the caller's transaction. Errors: those of store_step. */
NODISCARD int memory_put(struct store *s, const struct thought *t, struct err *e);
NODISCARD int memory_judge(struct store *s, struct span incident, const struct verdict *v,
			   struct err *e);

/* 1: *out is the incident's, borrowed until the next step of the same statement; 0: there is none.
 */
NODISCARD int memory_find(struct store *s, struct span incident, struct thought *out,
			  struct err *e);

/* Calls each for every judged incident of at_ms >= since_ms, the oldest verdict first; -1 from it
 * ends with its e. */
NODISCARD int memory_judged(struct store *s, int64_t since_ms,
			    int (*each)(void *ctx, const struct thought *t, const struct verdict *v,
					struct err *e),
			    void *ctx, struct err *e);

/* Hypotheses made since, and those of them that were answers. */
NODISCARD int memory_count(struct store *s, int64_t since_ms, int64_t *made, int64_t *answered,
			   struct err *e);

/* The verdicts on the last answers (abstentions are none), newest first: how many in a row, from
 * the newest on, were wrong. */
NODISCARD int memory_wrong_in_a_row(struct store *s, int64_t *n, struct err *e);

/* Outcomes count half after so long: systems change (93.8 % of recurrences of incidents come within
 * 20 days; RCACopilot, 2024). */
#define MEMORY_HALF_LIFE_MS (INT64_C(20) * 24 * 3600 * 1000)

/* Fits c to the verdicts on answers by raw confidence, at now_ms. */
NODISCARD int memory_calibrate(struct store *s, int64_t now_ms, struct calibration *c,
			       struct err *e);

#endif
