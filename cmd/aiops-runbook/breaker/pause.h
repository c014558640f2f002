/*
 * Pauses: an operator's word that a runbook, or all of them, begin nothing new.
 * A row in the store, so it holds for every process from its commit on.
 */
#ifndef AIOPS_RUNBOOK_PAUSE_H
#define AIOPS_RUNBOOK_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-runbook/runs/refusal.h"
#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

struct pause {
	struct span runbook; /* SPAN_NONE: all of them */
	struct span by, reason;
	int64_t at_ns;
};

/* 0: the runbook may begin something; 1: it may not (reason paused): *why; -1: error. */
NODISCARD int pause_look(struct store *s, struct span runbook, struct refusal *why, struct err *e);

/* Inside the caller's transaction, who audits it there. *changed: it was not so before. */
NODISCARD int pause_set(struct store *s, const struct pause *p, bool *changed, struct err *e);
NODISCARD int pause_clear(struct store *s, struct span runbook, bool *changed, struct err *e);

/* Texts are borrowed until fn returns; -1 from it stops. A store without the table has none. */
typedef int pause_fn(void *ctx, const struct pause *p, struct err *e);
NODISCARD int pause_each(struct store *s, pause_fn *fn, void *ctx, struct err *e);

#endif
