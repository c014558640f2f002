/*
 * A command inside its sandbox: by the kernel's own rules, or inside bubblewrap.
 */
#ifndef AIOPS_RUNBOOK_CONFINE_H
#define AIOPS_RUNBOOK_CONFINE_H

#include "aiops-runbook/engine/exec.h"

struct confinement;

/* Puts x into the sandbox of c, as far as this machine can hold it. NULL if c has none. Errors:
 * EX_BADDATA (a path is not known), then *ok is false. confine_release after x was executed. */
struct confinement *confine(struct exec *x, const struct plan *p, const struct bindings *b,
			    const struct cmd *c, bool *ok, struct err *e);
void confine_release(struct confinement *k);

#endif
