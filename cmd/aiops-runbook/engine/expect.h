/*
 * What a command's end must look like, and what is taken from its output.
 */
#ifndef AIOPS_RUNBOOK_EXPECT_H
#define AIOPS_RUNBOOK_EXPECT_H

#include "aiops-runbook/schema/model.h"
#include "aiops-runbook/schema/template.h"
#include "base/buf.h"
#include "base/err.h"
#include "proc/proc.h"

/*
 * True if result fulfils x (none given: exit status 0). If not, *why gets the reason in
 * words: "exit status 2", "$.free is 0, expected > 2". A signal or a timeout never fulfils it.
 */
bool expect_met(const struct expect *x, const struct bindings *b, const struct proc_result *result,
		struct buf *why);

/* Whether `when` holds; not if a value that it looks at has no value. */
bool condition_holds(const struct condition *c, const struct bindings *b);

/*
 * The value of a capture, checked against its type. Errors: EX_BADDATA (not found, not
 * accepted, output truncated). *out belongs to pool.
 */
NODISCARD int capture_take(const struct capture *c, const struct proc_result *result,
			   struct pool *pool, struct span *out, struct err *e);

#endif
