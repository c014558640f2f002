/*
 * What happens to an answer once the rules have made it: the learned classifier
 * fills what no rule knew, outcomes calibrate the confidence, a language model may put
 * the hypotheses in another order, and the result is remembered for feedback.
 * Each part is off until it is asked for; none of them can fail an incident.
 */
#ifndef AIOPS_TRIAGE_JUDGE_H
#define AIOPS_TRIAGE_JUDGE_H

#include <stdint.h>

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/decide.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"

struct judge_options {
	const char *model;
	double ready_above;
	const char *llm_url, *llm_model, *llm_key_file, *llm_ca_file;
	int64_t llm_deadline_ms;
	int64_t token_budget, token_budget_call, token_budget_day; /* tokens */
	int64_t step_budget;                                       /* calls for one incident */
};

struct judge;

/* NULL on failure. o and k are borrowed and must outlive it. Errors: those of the
 * model file, the store and the key file; EX_BADUSAGE for options that need others. */
struct judge *judge_open(struct cli *c, const struct judge_options *o, const struct knowledge *k,
			 struct err *e);
void judge_close(struct judge *j);

/* Completes a, whose spans stay borrowed from what decide borrowed them from.
 * Errors: EX_IO and the like, of the store. */
NODISCARD int judge_answer(struct judge *j, struct answer *a, const struct context *c,
			   const struct incident *inc, struct err *e);

/* Makes durable what is remembered. Errors: those of store_begin and store_commit. */
NODISCARD int judge_save(struct judge *j, struct err *e);

/* Whether a budget kept the language model from being asked. */
bool judge_over_budget(const struct judge *j);

/* Appends ,"name":number members. */
void judge_stats(const struct judge *j, struct buf *json);

#endif
