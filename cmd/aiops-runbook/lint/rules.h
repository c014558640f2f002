/*
 * The rules of lint as a table. Rules without a check are found while the file
 * is read; the others look at the model.
 */
#ifndef AIOPS_RUNBOOK_RULES_H
#define AIOPS_RUNBOOK_RULES_H

#include "aiops-runbook/schema/finding.h"
#include "aiops-runbook/schema/model.h"

struct rule {
	unsigned number; /* 203 is RB203 */
	const char *name;
	enum finding_severity severity;
	const char *summary;                                         /* what it checks, one line */
	void (*check)(const struct runbook *rb, struct findings *f); /* NULL: while reading */
};

extern const struct rule rules[];
extern const size_t rule_count;

/* Never NULL: asking for a number that is not in the table is a bug. */
const struct rule *rule_by_number(unsigned number);

/* lint_text.c: references, placeholders, secrets */
void lint_undefined_ref(const struct runbook *rb, struct findings *f);
void lint_placeholder(const struct runbook *rb, struct findings *f);
void lint_secret_literal(const struct runbook *rb, struct findings *f);
/* lint_argv.c: what reaches a command */
void lint_shell_interpolation(const struct runbook *rb, struct findings *f);
void lint_unconstrained_parameter(const struct runbook *rb, struct findings *f);
void lint_option_injection(const struct runbook *rb, struct findings *f);
/* lint_policy.c: effects, approvals, limits */
void lint_effect_missing(const struct runbook *rb, struct findings *f);
void lint_destructive_without_approval(const struct runbook *rb, struct findings *f);
void lint_approval_expiry(const struct runbook *rb, struct findings *f);
void lint_self_approval(const struct runbook *rb, struct findings *f);
void lint_no_blast_limit(const struct runbook *rb, struct findings *f);
/* lint_flow.c: deadlines, retries, undo, verification */
void lint_no_timeout(const struct runbook *rb, struct findings *f);
void lint_unbounded_retry(const struct runbook *rb, struct findings *f);
void lint_no_idempotency_answer(const struct runbook *rb, struct findings *f);
void lint_rollback_missing(const struct runbook *rb, struct findings *f);
void lint_no_verify(const struct runbook *rb, struct findings *f);
void lint_no_escalation(const struct runbook *rb, struct findings *f);

#endif
