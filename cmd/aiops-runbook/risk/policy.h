/*
 * Must a person approve this run?
 *
 * Whoever fills in a request says where the wish to run came from; it is kept
 * with the plan (struct plan) and is no part of its digest. A zeroed one is the
 * strictest.
 */
#ifndef AIOPS_RUNBOOK_POLICY_H
#define AIOPS_RUNBOOK_POLICY_H

#include <stdbool.h>

#include "aiops-runbook/risk/assess.h"
#include "aiops-runbook/runs/site.h"

struct policy_answer {
	bool needs_approval;
	/* Why: reads_only, automatic; authority, runbook, high_risk, not_ai_executable,
	 * no_confidence, uncalibrated, low_confidence. */
	const char *because;
	char text[200];
};

/*
 * In this order: a plan that does not act and for which the runbook asks nobody needs no approval
 * (reads_only). Any other needs one unless the authority is auto, the runbook's own rule
 * (approval.required_for) does not ask for one, the assessed risk is below high, the runbook is
 * ai_executable, and the request has a calibrated confidence above site->auto_above (itself at
 * least SITE_AUTO_LEAST). calibration: triage's word; "platt" and "isotonic" are calibrated.
 */
void policy_decide(const struct plan *p, const struct assessment *risk, const struct site *site,
		   struct policy_answer *out);

/* Risk and policy of a plan at a time, by what the store knows of its runbook. s may be NULL: then
 * nothing is known. */
struct terms {
	struct assessment risk;
	struct policy_answer policy;
};
NODISCARD int policy_terms(struct store *s, const struct plan *p, const struct site *site,
			   int64_t now_ns, struct terms *out, struct err *e);

/* Writes the members risk and policy. */
void policy_write(const struct terms *t, struct jsonw *w);

#endif
