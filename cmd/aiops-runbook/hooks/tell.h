/*
 * Telling the site's hooks about a run, and recording in the audit log what came
 * of it. The run's own record is durable before anybody is told.
 */
#ifndef AIOPS_RUNBOOK_TELL_H
#define AIOPS_RUNBOOK_TELL_H

#include "aiops-runbook/engine/exec.h"
#include "aiops-runbook/hooks/hook.h"
#include "aiops-runbook/plan/plan.h"
#include "aiops-runbook/runs/journal.h"
#include "base/err.h"

/* What telling works with; everything is borrowed. */
struct teller {
	struct hooks *hooks;
	struct journal *journal;
	const struct exec_env *env;
	const char *http; /* the path of aiops-http, or NULL */
	const char *db;   /* for the commands in messages */
	/* Called for what was not delivered. */
	void (*undelivered)(void *ctx, struct span hook, const char *why);
	void *ctx;
};

/*
 * That a run waits for an approval; once for each run, when its first record is the only one. Does
 * nothing for others. Errors: those of the store, for the record of it: the run is as it was.
 */
NODISCARD int tell_pending(const struct teller *t, struct run_row *run, const struct plan *p,
			   struct err *e);
/* How a run ended. Does nothing for a rehearsal, and for ends that a person chose. */
NODISCARD int tell_end(const struct teller *t, struct run_row *run, const struct plan *p,
		       struct err *e);

#endif
