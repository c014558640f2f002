#include "aiops-runbook/lint/rules.h"

#include <assert.h>
#include <stdio.h>

/* In order of number. */
const struct rule rules[] = {
	{1, "syntax", FINDING_ERROR, LINT_MIN, true,
	 "the file is one YAML or JSON document within the limits", NULL},
	{2, "schema", FINDING_ERROR, LINT_MIN, true,
	 "required keys, types and values; nothing that this version does not act on", NULL},
	{3, "unknown-key", FINDING_ERROR, LINT_MIN, true, "every key is one of the format", NULL},
	{4, "duplicate-key", FINDING_ERROR, LINT_MIN, true,
	 "no key, step id or capture stands twice", NULL},
	{5, "implicit-type", FINDING_ERROR, LINT_MIN, false,
	 "no plain no, on, 0755 or 1:30, no duration without unit: each is something else to some reader",
	 lint_implicit_type},
	{6, "undefined-ref", FINDING_ERROR, LINT_MIN, false,
	 "every {{reference}} is defined, and by a step before it", lint_undefined_ref},
	{7, "unused-parameter", FINDING_WARNING, LINT_SAFE, false,
	 "every parameter that is declared is used", lint_unused_parameter},
	{8, "unreachable-or-cycle", FINDING_ERROR, LINT_MIN, false,
	 "no condition always has the same answer", lint_unreachable},
	{9, "unresolved-placeholder", FINDING_ERROR, LINT_MIN, false,
	 "no <name>, TODO, CHANGEME or example.com in a command", lint_placeholder},
	{101, "shell-interpolation", FINDING_ERROR, LINT_SAFE, true,
	 "no value is pasted into code for a shell or interpreter", lint_shell_interpolation},
	{102, "shell-needed", FINDING_WARNING, LINT_SAFE, false,
	 "no shell where argv, capture and expect say the same", lint_shell_needed},
	{103, "unconstrained-parameter", FINDING_ERROR, LINT_SAFE, false,
	 "every string has a pattern or a list of values", lint_unconstrained_parameter},
	{104, "unanchored-pattern", FINDING_ERROR, LINT_SAFE, false,
	 "a pattern accepts neither nothing nor everything; a regex that captures is anchored",
	 lint_unanchored_pattern},
	{105, "option-injection", FINDING_ERROR, LINT_SAFE, false,
	 "no value that may begin with '-' stands alone without -- before it",
	 lint_option_injection},
	{106, "untrusted-source", FINDING_ERROR, LINT_SAFE, false,
	 "no parameter is filled from an alert's free text", NULL},
	{107, "secret-literal", FINDING_ERROR, LINT_SAFE, true,
	 "no key, token or password is written into the file", lint_secret_literal},
	{108, "secret-on-argv", FINDING_ERROR, LINT_SAFE, false,
	 "no secret stands in argv, a URL, a message or a capture", lint_secret_on_argv},
	{109, "privilege", FINDING_WARNING, LINT_SAFE, false,
	 "no sudo, su or doas: commands gain no privileges", lint_privilege},
	{110, "interactive", FINDING_ERROR, LINT_SAFE, false,
	 "no command waits for a person at a terminal", lint_interactive},
	{111, "relative-executable", FINDING_WARNING, LINT_SAFE, false,
	 "an executable is named without a folder, or by a whole path inside --path", NULL,
	 lint_relative_executable},
	{112, "unpinned-download", FINDING_ERROR, LINT_SAFE, false,
	 "what is fetched is checked: TLS, a version, a checksum, and not run unseen",
	 lint_unpinned_download},
	{113, "endpoint-override", FINDING_ERROR, LINT_AI, false,
	 "no command goes to another endpoint, or as someone else", lint_endpoint_override},
	{201, "effect-missing", FINDING_ERROR, LINT_SAFE, true,
	 "every command step says what it does: read, write or destructive", lint_effect_missing},
	{203, "destructive-without-approval", FINDING_ERROR, LINT_SAFE, true,
	 "a destructive step needs an approval by named approvers",
	 lint_destructive_without_approval},
	{204, "approval-expiry", FINDING_ERROR, LINT_SAFE, false,
	 "an approval expires, after more than 0 and at most 24 h", lint_approval_expiry},
	{205, "self-approval", FINDING_ERROR, LINT_SAFE, false, "nobody approves their own run",
	 lint_self_approval},
	{206, "no-blast-limit", FINDING_ERROR, LINT_SAFE, false,
	 "a step that changes something names its target, and targets are limited",
	 lint_no_blast_limit},
	{207, "empty-means-all", FINDING_ERROR, LINT_SAFE, true,
	 "no target or selector may be empty or mean everything", lint_empty_means_all},
	{208, "no-rate-limit", FINDING_ERROR, LINT_AI, false,
	 "a runbook that changes something says how often it may", lint_no_rate_limit},
	{209, "no-budget", FINDING_ERROR, LINT_AI, false,
	 "it says how many steps and how long an incident may take, and has a breaker",
	 lint_no_budget},
	{210, "catastrophic-command", FINDING_ERROR, LINT_SAFE, true,
	 "what ends a system needs risk critical and two approvals", lint_catastrophic_command},
	{211, "protected-target", FINDING_ERROR, LINT_SAFE, false,
	 "no step acts on the control plane or on the toolkit itself", lint_protected_target},
	{212, "ai-risk", FINDING_ERROR, LINT_AI, false,
	 "what an agent may start is of low or medium risk, and can be undone", lint_ai_risk},
	{213, "min-healthy", FINDING_WARNING, LINT_PROD, false,
	 "where fewer will serve, a precondition counts those that are well", lint_min_healthy},
	{301, "no-timeout", FINDING_ERROR, LINT_SAFE, false,
	 "every command has a timeout of at most 1 h", lint_no_timeout},
	{302, "timeout-budget", FINDING_ERROR, LINT_SAFE, false,
	 "deadlines add up to less than max_duration; the tool's own is before the step's",
	 lint_timeout_budget},
	{303, "unbounded-retry", FINDING_ERROR, LINT_SAFE, false,
	 "retries are few, spaced, for named causes, and safe to repeat", lint_unbounded_retry},
	{304, "no-idempotency-answer", FINDING_ERROR, LINT_SAFE, false,
	 "a step that changes something says what to do when its outcome is unknown",
	 lint_no_idempotency_answer},
	{306, "rollback-missing", FINDING_ERROR, LINT_SAFE, false,
	 "a step that changes something can be undone, or says why not", lint_rollback_missing},
	{307, "rollback-needs-capture", FINDING_ERROR, LINT_SAFE, false,
	 "an undo that sets a value knows what it was", lint_rollback_needs_capture},
	{308, "always-missing", FINDING_WARNING, LINT_SAFE, false,
	 "what is cordoned, paused or masked is released again", lint_always_missing},
	{309, "backgrounding", FINDING_ERROR, LINT_SAFE, false,
	 "nothing is left running behind a step's back", lint_backgrounding},
	{310, "swallowed-failure", FINDING_ERROR, LINT_SAFE, false, "no failure is passed over",
	 lint_swallowed_failure},
	{401, "no-verify", FINDING_ERROR, LINT_SAFE, false,
	 "a runbook that changes something verifies that it helped", lint_no_verify},
	{402, "weak-verify", FINDING_WARNING, LINT_SAFE, false,
	 "a verification looks more than once, and at the symptom", lint_weak_verify},
	{403, "verify-mutates", FINDING_ERROR, LINT_SAFE, false,
	 "preconditions, verifications, checks and dry runs only read", NULL},
	{404, "no-escalation", FINDING_ERROR, LINT_SAFE, false,
	 "a runbook that changes something says whom to call when it fails", lint_no_escalation},
	{405, "no-precondition", FINDING_WARNING, LINT_PROD, false,
	 "a runbook that changes something confirms first that the symptom is there",
	 lint_no_precondition},
	{406, "trigger-overlap", FINDING_WARNING, LINT_PROD, false,
	 "one alert calls for one runbook that agents may start", NULL},
	{407, "no-dry-run", FINDING_WARNING, LINT_PROD, false,
	 "where the tool can rehearse, the step has a dry_run", lint_no_dry_run},
	{501, "docs", FINDING_WARNING, LINT_PROD, false,
	 "owner, description and docs are there; an id is one file's", lint_docs},
	{502, "deprecated", FINDING_WARNING, LINT_MIN, false,
	 "no tool or flag that its makers have withdrawn", lint_deprecated},
	{503, "suppression", FINDING_ERROR, LINT_MIN, false,
	 "a comment that suppresses names a rule, a reason and a day to come", NULL},
	{504, "test-missing", FINDING_WARNING, LINT_PROD, false,
	 "a runbook has a fixture test (tests/ID/*.yaml beside it)", NULL},
	{505, "review-stale", FINDING_WARNING, LINT_PROD, false,
	 "it was looked at within review_every", NULL, lint_review_stale},
	{506, "digest-drift", FINDING_WARNING, LINT_PROD, false,
	 "it is what it was when the baseline was written", NULL},
};
const size_t rule_count = sizeof rules / sizeof *rules;

const struct rule *rule_by_id(struct span id)
{
	char name[8];

	for (size_t i = 0; i < rule_count; i++) {
		(void)snprintf(name, sizeof name, "RB%03u", rules[i].number);
		if (span_is(id, name))
			return &rules[i];
	}
	return NULL;
}

const struct rule *rule_by_number(unsigned number)
{
	for (size_t i = 0; i < rule_count; i++)
		if (rules[i].number == number)
			return &rules[i];
	assert(!"a rule that is not in the table");
	return &rules[0];
}
