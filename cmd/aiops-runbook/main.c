/*
 * aiops-runbook: option tables and wiring.
 */
#include "aiops-runbook/commands/commands.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AT(member)   offsetof(struct options, member)

/* Words of enum output_format and enum authority. */
static const char *const formats[] = {"auto", "ndjson", "text", NULL};
static const char *const authorities[] = {"advise", "approved", "auto", NULL};

#define RUNBOOKS_OPT                                                                               \
	{                                                                                          \
		.letter = 'r', .name = "runbooks", .kind = OPT_DIR, .offset = AT(runbooks),        \
		.arg = "DIR",                                                                      \
		.help = "the folder of runbooks (default: the one installed with this)"            \
	}
#define FORMAT_OPT(auto_is)                                                                        \
	{                                                                                          \
		.letter = 'f', .name = "format", .kind = OPT_CHOICE, .offset = AT(format),         \
		.arg = "FORMAT", .standard = "auto", .choices = formats,                           \
		.help = "ndjson, text, or auto: " auto_is                                          \
	}
#define PARAM_OPT                                                                                  \
	{                                                                                          \
		.letter = 'p', .name = "param", .kind = OPT_TEXTS, .offset = AT(params),           \
		.arg = "NAME=VALUE", .flags = OPT_ARGV_ONLY,                                       \
		.help = "a parameter of the runbook (may be repeated)"                             \
	}
#define PATH_OPT                                                                                   \
	{                                                                                          \
		.name = "path", .kind = OPT_TEXT, .offset = AT(path), .arg = "DIRS",               \
		.standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",        \
		.help = "where executables are looked for, and PATH of every command"              \
	}
#define INCIDENT_OPT                                                                               \
	{                                                                                          \
		.letter = 'i', .name = "incident", .kind = OPT_TEXT, .offset = AT(incident),       \
		.arg = "ID", .flags = OPT_ARGV_ONLY, .help = "the incident that this is for"       \
	}

static const struct opt lint_opts[] = {
	FORMAT_OPT("text"),
	{.name = "list-rules",
	 .kind = OPT_FLAG,
	 .offset = AT(list_rules),
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "name the rules and exit"},
};

static const struct opt plan_opts[] = {
	PARAM_OPT,
	INCIDENT_OPT,
	{.name = "no-store",
	 .kind = OPT_FLAG,
	 .offset = AT(no_store),
	 .flags = OPT_ARGV_ONLY,
	 .help = "only print the plan: it is not filed, so it cannot be approved"},
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
	{.name = "authority",
	 .kind = OPT_CHOICE,
	 .offset = AT(authority),
	 .arg = "WORD",
	 .standard = "advise",
	 .choices = authorities,
	 .help = "what the site lets runs do: advise (plans only) or approved"},
	FORMAT_OPT("text for one runbook on a terminal, else ndjson"),
	RUNBOOKS_OPT,
	PATH_OPT,
};

static const struct opt decide_opts[] = {
	{.letter = 'a',
	 .name = "as",
	 .kind = OPT_TEXT,
	 .offset = AT(as),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "decide under this name of the configuration's approvers, with its key"},
	{.letter = 'k',
	 .name = "key",
	 .kind = OPT_FILE,
	 .offset = AT(key),
	 .arg = "FILE",
	 .flags = OPT_NOT_IN_FILE,
	 .help = "the key of that name"},
	{.name = "reason",
	 .kind = OPT_TEXT,
	 .offset = AT(reason),
	 .arg = "TEXT",
	 .flags = OPT_ARGV_ONLY,
	 .help = "words that are kept with the decision"},
	FORMAT_OPT("text on a terminal, else ndjson"),
};

static const struct opt show_opts[] = {
	FORMAT_OPT("text"),
};

static const struct opt list_opts[] = {
	FORMAT_OPT("text"),
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
		.opts = decide_opts,
		.n_opts = COUNT(decide_opts),
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

static const char *const config_sections[] = {"approvers", NULL};

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
	return cli_main(&program, argc, argv);
}
