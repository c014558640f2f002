/*
 * What is really known of a run: the store's last word, corrected where nobody
 * is left to carry it on.
 */
#ifndef AIOPS_RUNBOOK_TRUTH_H
#define AIOPS_RUNBOOK_TRUTH_H

#include "aiops-runbook/runs/runstore.h"

struct truth {
	enum run_state state;
	struct span reason;
	char text[300]; /* for people; empty if there is nothing to add */
};

/*
 * An active run whose runner is gone is to be resumed; what the store proves of its last attempt is
 * said. A waiting run whose time is over has expired. Changes nothing. now_ns: the time.
 */
NODISCARD int run_truth(struct store *s, const char *db, const struct run_row *run, int64_t now_ns,
			struct pool *pool, struct truth *out, struct err *e);

#endif
