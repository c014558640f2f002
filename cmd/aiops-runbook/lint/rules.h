/*
 * The rules of lint as a table. Rules without a check are found while the file
 * is read; the others look at the model.
 */
#ifndef AIOPS_RUNBOOK_RULES_H
#define AIOPS_RUNBOOK_RULES_H

#include "aiops-runbook/lint/lint.h"

struct rule {
	unsigned number; /* 203 is RB203 */
	const char *name;
	enum finding_severity severity;
	enum lint_profile profile; /* the first that asks it */
	bool firm;                 /* can be suppressed neither in the file nor by a baseline */
	const char *summary;       /* what it checks, one line */
	/* One of them, or none: it is found while reading, or by what looks at many files. */
	void (*check)(const struct runbook *rb, struct findings *f);
	void (*check_by)(const struct runbook *rb, const struct lint_terms *t, struct findings *f);
};

extern const struct rule rules[];
extern const size_t rule_count;

/* A rule by its name RB203; NULL if there is none. */
const struct rule *rule_by_id(struct span id);
/* Never NULL: asking for a number that is not in the table is a bug. */
const struct rule *rule_by_number(unsigned number);

/* lint_shape.c: how it is written */
void lint_implicit_type(const struct runbook *rb, struct findings *f);
void lint_unused_parameter(const struct runbook *rb, struct findings *f);
void lint_unreachable(const struct runbook *rb, struct findings *f);
void lint_deprecated(const struct runbook *rb, struct findings *f);
/* lint_input.c: what patterns let through, secrets that others see */
void lint_unanchored_pattern(const struct runbook *rb, struct findings *f);
void lint_secret_on_argv(const struct runbook *rb, struct findings *f);
/* lint_text.c: references, placeholders, secrets */
void lint_undefined_ref(const struct runbook *rb, struct findings *f);
void lint_placeholder(const struct runbook *rb, struct findings *f);
void lint_secret_literal(const struct runbook *rb, struct findings *f);
/* lint_argv.c: what reaches a command */
void lint_shell_interpolation(const struct runbook *rb, struct findings *f);
void lint_unconstrained_parameter(const struct runbook *rb, struct findings *f);
void lint_option_injection(const struct runbook *rb, struct findings *f);
/* lint_tools.c: which programmes are run, and how */
void lint_shell_needed(const struct runbook *rb, struct findings *f);
void lint_privilege(const struct runbook *rb, struct findings *f);
void lint_interactive(const struct runbook *rb, struct findings *f);
void lint_relative_executable(const struct runbook *rb, const struct lint_terms *t,
			      struct findings *f);
void lint_endpoint_override(const struct runbook *rb, struct findings *f);
void lint_backgrounding(const struct runbook *rb, struct findings *f);
/* lint_download.c: what is fetched */
void lint_unpinned_download(const struct runbook *rb, struct findings *f);
/* lint_danger.c: what cannot be taken back */
void lint_empty_means_all(const struct runbook *rb, struct findings *f);
void lint_catastrophic_command(const struct runbook *rb, struct findings *f);
void lint_protected_target(const struct runbook *rb, struct findings *f);
/* lint_budget.c: how much may happen */
void lint_timeout_budget(const struct runbook *rb, struct findings *f);
void lint_no_rate_limit(const struct runbook *rb, struct findings *f);
void lint_no_budget(const struct runbook *rb, struct findings *f);
void lint_ai_risk(const struct runbook *rb, struct findings *f);
void lint_min_healthy(const struct runbook *rb, struct findings *f);
/* lint_undo.c: undoing and failing */
void lint_rollback_needs_capture(const struct runbook *rb, struct findings *f);
void lint_always_missing(const struct runbook *rb, struct findings *f);
void lint_swallowed_failure(const struct runbook *rb, struct findings *f);
/* lint_proof.c: proof, and what stands around the steps */
void lint_weak_verify(const struct runbook *rb, struct findings *f);
void lint_no_precondition(const struct runbook *rb, struct findings *f);
void lint_no_dry_run(const struct runbook *rb, struct findings *f);
void lint_docs(const struct runbook *rb, struct findings *f);
void lint_review_stale(const struct runbook *rb, const struct lint_terms *t, struct findings *f);
/* lint_effect.c: what commands do, against what is said */
void lint_effect_mismatch(const struct runbook *rb, const struct lint_terms *t, struct findings *f);
void lint_verify_mutates(const struct runbook *rb, const struct lint_terms *t, struct findings *f);
void lint_false_idempotent(const struct runbook *rb, const struct lint_terms *t,
			   struct findings *f);
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
