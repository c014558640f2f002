/*
 * aiops-runbook: option tables and wiring.
 */
#include "aiops-runbook/commands/lint_opts.h"
#include "aiops-runbook/commands/options.h"
#include "aiops-runbook/fixtures/fake.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct opt plan_opts[] = {
	PARAM_OPT,
	INCIDENT_OPT,
	{.name = "no-store",
	 .kind = OPT_FLAG,
	 .offset = AT(no_store),
	 .flags = OPT_ARGV_ONLY,
	 .help = "only print the plan: it is not filed, so it cannot be approved"},
	AUTHORITY_OPT,
	SITE_OPTS,
	PROFILE_OPT,
	EFFECTS_OPT,
	FORMAT_OPT("text on a terminal, else ndjson"),
	RUNBOOKS_OPT,
	PATH_OPT,
};

static const struct opt run_opts[] = {
	{.name = "apply",
	 .kind = OPT_FLAG,
	 .offset = AT(apply),
	 .flags = OPT_ARGV_ONLY,
	 .help = "carry out what is approved; without it everything is only planned"},
	{.name = "check",
	 .kind = OPT_FLAG,
	 .offset = AT(check),
	 .flags = OPT_ARGV_ONLY,
	 .help = "one runbook: rehearse it, with reads and the steps' own dry runs"},
	{.name = "plan",
	 .kind = OPT_TEXT,
	 .offset = AT(plan),
	 .arg = "DIGEST",
	 .flags = OPT_ARGV_ONLY,
	 .help = "with --apply and one runbook: only if the plan still has this digest"},
	PARAM_OPT,
	INCIDENT_OPT,
	AUTHORITY_OPT,
	SITE_OPTS,
	PROFILE_OPT,
	EFFECTS_OPT,
	FORMAT_OPT("text for one runbook on a terminal, else ndjson"),
	RUNBOOKS_OPT,
	PATH_OPT,
};

static const struct opt decide_opts[] = {
	AS_OPT,
	KEY_OPT,
	REASON_OPT,
	FORMAT_OPT("text on a terminal, else ndjson"),
};

static const struct opt approve_opts[] = {
	AS_OPT,
	KEY_OPT,
	REASON_OPT,
	{.name = "without",
	 .kind = OPT_TEXTS,
	 .offset = AT(without),
	 .arg = "STEP",
	 .flags = OPT_ARGV_ONLY,
	 .help = "approve less: the run leaves this step out (may be repeated)"},
	FORMAT_OPT("text on a terminal, else ndjson"),
};

static const struct opt pause_opts[] = {
	REASON_OPT,
	{.letter = 'l',
	 .name = "list",
	 .kind = OPT_FLAG,
	 .offset = AT(list),
	 .flags = OPT_ARGV_ONLY,
	 .help = "show what is paused"},
	FORMAT_OPT("text on a terminal, else ndjson"),
};

static const struct opt operator_opts[] = {
	REASON_OPT,
	FORMAT_OPT("text on a terminal, else ndjson"),
};

static const struct opt resume_opts[] = {
	{.name = "accept-changed",
	 .kind = OPT_FLAG,
	 .offset = AT(accept_changed),
	 .flags = OPT_ARGV_ONLY,
	 .help = "undo a run whose runbook or tools are not those that were approved any more"},
	AUTHORITY_OPT,
	SITE_OPTS,
	FORMAT_OPT("text on a terminal, else ndjson"),
	PATH_OPT,
};

static const struct opt cancel_opts[] = {
	REASON_OPT,
	SITE_OPTS,
	FORMAT_OPT("text on a terminal, else ndjson"),
	PATH_OPT,
};

static const struct opt show_opts[] = {
	FORMAT_OPT("text"),
};

static const char *const test_formats[] = {"text", "ndjson", "tap", NULL};

static const struct opt test_opts[] = {
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(test_format),
	 .arg = "FORMAT",
	 .standard = "text",
	 .choices = test_formats,
	 .flags = OPT_ARGV_ONLY,
	 .help = "text, ndjson or tap"},
	PROFILE_OPT,
	EFFECTS_OPT,
};

static const struct opt new_opts[] = {
	{.letter = 'o',
	 .name = "out",
	 .kind = OPT_DIR,
	 .offset = AT(out),
	 .arg = "DIR",
	 .flags = OPT_ARGV_ONLY,
	 .help = "the folder in which it is written (default: this one)"},
};

static const struct opt page_opts[] = {
	RUNBOOKS_OPT,
	PROFILE_OPT,
	EFFECTS_OPT,
};

static const struct opt list_opts[] = {
	FORMAT_OPT("text"),
	PROFILE_OPT,
	EFFECTS_OPT,
	RUNBOOKS_OPT,
};

static const struct opt keygen_opts[] = {
	{.letter = 'o',
	 .name = "out",
	 .kind = OPT_FILE,
	 .offset = AT(out),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "where the key is written; the file must not exist"},
};

static const struct command commands[] = {
	{
		.name = "lint",
		.operands = "FILE|DIR ...",
		.summary = "check runbooks; exit 1 when there are errors",
		.opts = lint_opts,
		.n_opts = COUNT(lint_opts),
		.options_size = sizeof(struct options),
		.common = CLI_NOW,
		.examples = "  aiops-runbook lint share/runbooks\n",
		.run = lint_run,
	},
	{
		.name = "plan",
		.operands = "RUNBOOK",
		.summary = "resolve everything, run nothing, and file the plan to be approved",
		.opts = plan_opts,
		.n_opts = COUNT(plan_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-runbook plan --runbooks share/runbooks --param role=orders_app \\\n"
			"      --no-store postgres-connections-exhausted\n",
		.run = plan_run,
	},
	{
		.name = "run",
		.operands = "[RUNBOOK | file ...]",
		.summary =
			"plan, or with --apply carry out: one runbook, or those that triage chose for incidents",
		.opts = run_opts,
		.n_opts = COUNT(run_opts),
		.options_size = sizeof(struct options),
		.common = CLI_FILTER | CLI_DB | CLI_NOW | CLI_FILES | CLI_DRAIN,
		.examples =
			"  # ask for approval of what triage chose, then carry out what is approved\n"
			"  aiops-runbook run --runbooks share/runbooks triaged.ndjson\n"
			"  aiops-runbook run --runbooks share/runbooks --apply --authority approved triaged.ndjson\n",
		.run = run_run,
	},
	{
		.name = "approve",
		.operands = "PLAN|RUN",
		.summary = "let a waiting run happen, once, until it expires",
		.opts = approve_opts,
		.n_opts = COUNT(approve_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-runbook approve RUN-7Q2M4T8VW0X1Y2Z3 --as maria --key maria.key\n",
		.run = approve_run,
	},
	{
		.name = "deny",
		.operands = "PLAN|RUN",
		.summary = "end a waiting run",
		.opts = decide_opts,
		.n_opts = COUNT(decide_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-runbook deny RUN-7Q2M4T8VW0X1Y2Z3 --reason 'the database is being moved'\n",
		.run = deny_run,
	},
	{
		.name = "approvals",
		.operands = "",
		.summary = "what waits for an approval",
		.opts = show_opts,
		.n_opts = COUNT(show_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-runbook approvals\n",
		.run = approvals_run,
	},
	{
		.name = "breaker",
		.operands = "[show|force-open|disable|reset] [NAME]",
		.summary = "what the circuit breakers stand at, and an operator's word over them",
		.opts = operator_opts,
		.n_opts = COUNT(operator_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-runbook breaker\n"
			"  aiops-runbook breaker reset postgres-connections-exhausted --reason 'mended'\n",
		.run = breaker_run,
	},
	{
		.name = "pause",
		.operands = "[RUNBOOK]",
		.summary = "let a runbook, or all of them, begin nothing",
		.opts = pause_opts,
		.n_opts = COUNT(pause_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-runbook pause --reason 'the network is being moved'\n",
		.run = pause_run,
	},
	{
		.name = "unpause",
		.operands = "[RUNBOOK]",
		.summary = "end a pause",
		.opts = operator_opts,
		.n_opts = COUNT(operator_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-runbook unpause\n",
		.run = unpause_run,
	},
	{
		.name = "resume",
		.operands = "[RUN]",
		.summary = "go on with runs whose process is gone: adopt, check, undo",
		.opts = resume_opts,
		.n_opts = COUNT(resume_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-runbook resume\n",
		.run = resume_run,
	},
	{
		.name = "cancel",
		.operands = "RUN",
		.summary = "end a run that waits, have one that goes on undone",
		.opts = cancel_opts,
		.n_opts = COUNT(cancel_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-runbook cancel RUN-7Q2M4T8VW0X1Y2Z3 --reason 'wrong database'\n",
		.run = cancel_run,
	},
	{
		.name = "status",
		.operands = "[RUN]",
		.summary = "the runs on file and what is known of them",
		.opts = show_opts,
		.n_opts = COUNT(show_opts),
		.options_size = sizeof(struct options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-runbook status\n",
		.run = status_run,
	},
	{
		.name = "list",
		.operands = "",
		.summary = "the runbooks of a folder",
		.opts = list_opts,
		.n_opts = COUNT(list_opts),
		.options_size = sizeof(struct options),
		.examples = "  aiops-runbook list --runbooks share/runbooks\n",
		.run = list_run,
	},
	{
		.name = "test",
		.operands = "FILE|DIR ...",
		.summary = "play the fixtures of runbooks through; exit 1 when one fails",
		.opts = test_opts,
		.n_opts = COUNT(test_opts),
		.options_size = sizeof(struct options),
		.examples = "  aiops-runbook test share/runbooks\n",
		.run = test_run,
	},
	{
		.name = "new",
		.operands = "NAME",
		.summary = "write a runbook to begin with, and its first fixture",
		.opts = new_opts,
		.n_opts = COUNT(new_opts),
		.options_size = sizeof(struct options),
		.common = CLI_NOW,
		.examples = "  aiops-runbook new --out runbooks queue-stuck\n",
		.run = new_run,
	},
	{
		.name = "show",
		.operands = "RUNBOOK",
		.summary = "a runbook in words, for a review",
		.opts = page_opts,
		.n_opts = COUNT(page_opts),
		.options_size = sizeof(struct options),
		.examples = "  aiops-runbook show share/runbooks/disk-cleanup.yaml\n",
		.run = show_run,
	},
	{
		.name = "keygen",
		.operands = "",
		.summary = "make an approver's key, print its public half for the configuration",
		.opts = keygen_opts,
		.n_opts = COUNT(keygen_opts),
		.options_size = sizeof(struct options),
		.examples = "  aiops-runbook keygen --out maria.key\n",
		.run = keygen_run,
	},
};

static const char *const config_sections[] = {"approvers", "allow_self", "hooks", NULL};

static const struct program program = {
	.name = "aiops-runbook",
	.summary = "plan, approve and carry out runbooks",
	.commands = commands,
	.n_commands = COUNT(commands),
	.exit_codes =
		"   1  lint: errors; run: it failed and was rolled back, or had nothing to undo\n"
		"  10  run: rolled back in part, or rolled back and not as before\n"
		"  11  run: a person must look\n"
		"  12  run: verification failed, nothing to roll back\n",
	.config_sections = config_sections,
};

int main(int argc, char **argv)
{
	if (fake_is_called(argc, argv))
		return fake_main(argc, argv);
	return cli_main(&program, argc, argv);
}
