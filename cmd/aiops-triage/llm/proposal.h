/*
 * A language model's answer, held to the closed sets that it was given: nothing
 * passes that is not of them, and no sentence that orders or links.
 */
#ifndef AIOPS_TRIAGE_PROPOSAL_H
#define AIOPS_TRIAGE_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/llm/prompt.h"
#include "base/err.h"
#include "record/record.h"

#define PROPOSED_EVIDENCE 8
#define SENTENCE_BYTES    400

struct proposed {
	size_t component; /* of prompt.components */
	size_t fault;     /* of signatures, or NO_CLASS */
	struct span text; /* these are borrowed from the parser */
	struct {
		size_t item; /* of prompt.items */
		struct span quote;
	} evidence[PROPOSED_EVIDENCE];
	size_t n_evidence;
};

struct proposal {
	struct proposed hypotheses[HYPOTHESES_MAX];
	size_t n;
	struct span runbook; /* SPAN_NONE: none */
	bool enough;
};

/*
 * Reads content, which the parser keeps from then on. Every member must be there, and no other.
 * Errors: EX_BADDATA; e->text names the place in words of our own, so that it may be
 * sent back.
 */
NODISCARD int proposal_read(struct span content, const struct prompt *p, struct record *parser,
			    struct buf *keeper, struct proposal *out, struct err *e);

#endif
