#include "aiops-runbook/lint/rules.h"

#include <assert.h>

/* In order of number. */
const struct rule rules[] = {
	{1, "syntax", FINDING_ERROR, "the file is one YAML or JSON document within the limits",
	 NULL},
	{2, "schema", FINDING_ERROR,
	 "required keys, types and values; nothing that this version does not act on", NULL},
	{3, "unknown-key", FINDING_ERROR, "every key is one of the format", NULL},
	{4, "duplicate-key", FINDING_ERROR, "no key, step id or capture stands twice", NULL},
	{6, "undefined-ref", FINDING_ERROR,
	 "every {{reference}} is defined, and by a step before it", lint_undefined_ref},
	{9, "unresolved-placeholder", FINDING_ERROR,
	 "no <name>, TODO, CHANGEME or example.com in a command", lint_placeholder},
	{101, "shell-interpolation", FINDING_ERROR,
	 "no value is pasted into code for a shell or interpreter", lint_shell_interpolation},
	{103, "unconstrained-parameter", FINDING_ERROR,
	 "every string has a pattern or a list of values", lint_unconstrained_parameter},
	{105, "option-injection", FINDING_ERROR,
	 "no value that may begin with '-' stands alone without -- before it",
	 lint_option_injection},
	{107, "secret-literal", FINDING_ERROR, "no key, token or password is written into the file",
	 lint_secret_literal},
	{201, "effect-missing", FINDING_ERROR,
	 "every command step says what it does: read, write or destructive", lint_effect_missing},
	{203, "destructive-without-approval", FINDING_ERROR,
	 "a destructive step needs an approval by named approvers",
	 lint_destructive_without_approval},
	{204, "approval-expiry", FINDING_ERROR,
	 "an approval expires, after more than 0 and at most 24 h", lint_approval_expiry},
	{205, "self-approval", FINDING_ERROR, "nobody approves their own run", lint_self_approval},
	{206, "no-blast-limit", FINDING_ERROR,
	 "a step that changes something names its target, and targets are limited",
	 lint_no_blast_limit},
	{301, "no-timeout", FINDING_ERROR, "every command has a timeout of at most 1 h",
	 lint_no_timeout},
	{303, "unbounded-retry", FINDING_ERROR,
	 "retries are few, spaced, for named causes, and safe to repeat", lint_unbounded_retry},
	{304, "no-idempotency-answer", FINDING_ERROR,
	 "a step that changes something says what to do when its outcome is unknown",
	 lint_no_idempotency_answer},
	{306, "rollback-missing", FINDING_ERROR,
	 "a step that changes something can be undone, or says why not", lint_rollback_missing},
	{401, "no-verify", FINDING_ERROR,
	 "a runbook that changes something verifies that it helped", lint_no_verify},
	{403, "verify-mutates", FINDING_ERROR,
	 "preconditions, verifications, checks and dry runs only read", NULL},
	{404, "no-escalation", FINDING_ERROR,
	 "a runbook that changes something says whom to call when it fails", lint_no_escalation},
};
const size_t rule_count = sizeof rules / sizeof *rules;

const struct rule *rule_by_number(unsigned number)
{
	for (size_t i = 0; i < rule_count; i++)
		if (rules[i].number == number)
			return &rules[i];
	assert(!"a rule that is not in the table");
	return &rules[0];
}
