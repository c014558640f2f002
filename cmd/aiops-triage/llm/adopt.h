/*
 * Taking over what a language model proposed, as far as the records bear it out.
 */
#ifndef AIOPS_TRIAGE_ADOPT_H
#define AIOPS_TRIAGE_ADOPT_H

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/llm/proposal.h"
#include "aiops-triage/llm/pseudonym.h"

/* What came of it. */
struct adoption {
	struct hypothesis offline[HYPOTHESES_MAX]; /* what stood before */
	size_t n_offline;
	size_t rejected; /* quotes that no record bears out */
	bool agrees;     /* both put the same component first */
};

/*
 * Puts the model's hypotheses in the place of a's. Each quote must stand in the item
 * as it was shown, and its longest known part of 8 bytes or more in the record behind; what
 * is left is a quotation of that record. A hypothesis without evidence is left
 * out. Confidence is ours: that of the rules for the same component, less where the two disagree;
 * an abstention stays one. Runbook and automation are not touched.
 * Errors: EX_BADDATA if nothing is left (a is unchanged then).
 */
NODISCARD int adopt(struct answer *a, const struct proposal *p, const struct prompt *prompt,
		    const struct prompt_source *source, const struct pseudonyms *names,
		    struct adoption *out, struct err *e);

/* Puts n hypotheses (1 to 3, quotes verified) in the place of a's, with confidences of ours. out
 * holds the quotes rejected so far, and gets the rest. */
void adopt_hypotheses(struct answer *a, const struct hypothesis *h, size_t n, bool enough,
		      struct adoption *out);

#endif
