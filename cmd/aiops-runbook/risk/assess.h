/*
 * The risk of a plan as a score with its factors: the heaviest class of action
 * (restart 1, scale 2, rollback 3, config_change 3, terminate 4, other 2), a
 * selector that does not say where (2), working hours (1), failures of late (2).
 * Up to 3 low, up to 6 medium, above high (9 is the most), and never below what
 * the runbook declares.
 */
#ifndef AIOPS_RUNBOOK_ASSESS_H
#define AIOPS_RUNBOOK_ASSESS_H

#include <stdint.h>

#include "aiops-runbook/plan/plan.h"
#include "base/buf.h"
#include "base/zone.h"
#include "record/jsonw.h"
#include "store/store.h"

enum { RISK_FACTORS = 4, RISK_MOST = 9, RISK_LAST_RUNS = 20, RISK_MANY_FAILED = 2 };

struct risk_factor {
	const char *name; /* action, scope, hours, history */
	int points;
	char text[160];
};
struct assessment {
	int score;
	enum risk declared, level; /* level: of the score, or declared if that is graver */
	struct risk_factor factors[RISK_FACTORS];
	size_t n;
};

/* How many of the last RISK_LAST_RUNS runs of a runbook that were carried out failed (what was
 * interrupted by a person, or found nothing to do, did not). *runs: how many there were. */
NODISCARD int risk_history(struct store *s, struct span runbook, int64_t *failed, int64_t *runs,
			   struct err *e);

/* failed of runs: risk_history; runs < 0: not known. now_ns: wall clock. Working hours are 9 to 17,
 * Monday to Friday, by the clocks of zone. A plan that does not act scores 0. */
void risk_assess(const struct plan *p, const struct zone *zone, int64_t now_ns, int64_t failed,
		 int64_t runs, struct assessment *out);

/* {"score":5,"most":9,"level":"medium","declared":"low","factors":[{"name":...}]} */
void risk_write(const struct assessment *a, struct jsonw *w);

#endif
