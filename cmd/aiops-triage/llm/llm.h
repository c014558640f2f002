/*
 * A language model behind an OpenAI-compatible endpoint, asked about an incident when the
 * rules have answered it already. Whatever goes wrong (late, refused, over budget, no JSON,
 * invented evidence), their answer stands, and what happened is written beside it.
 *
 * Every call is reserved in the ledger, let through by a breaker that all processes share,
 * and told to the audit log before it is made; what it cost and brought, after it.
 */
#ifndef AIOPS_TRIAGE_LLM_H
#define AIOPS_TRIAGE_LLM_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-triage/feedback/book.h"
#include "aiops-triage/llm/ledger.h"
#include "aiops-triage/llm/prompt.h"
#include "cli/cli.h"

struct llm_options {
	const char *url, *model, *key_file, *ca_file;
	int64_t deadline_ms; /* for all calls of one consultation together */
	struct ledger_limits limits;
};

struct llm;

/* book is borrowed and open. NULL on failure. Errors: EX_BADUSAGE (URL, no model), those of the key
 * file. */
struct llm *llm_open(struct cli *c, const struct llm_options *o, struct book *b, struct err *e);
void llm_close(struct llm *m);

/* Asks about the incident of s, and puts what is borne out into a. -1 only if the store fails. */
NODISCARD int llm_consult(struct llm *m, struct answer *a, const struct prompt_source *s,
			  struct err *e);

struct llm_counts {
	int64_t asked, used, calls, tokens, over_budget;
};
const struct llm_counts *llm_counted(const struct llm *m);

#endif
