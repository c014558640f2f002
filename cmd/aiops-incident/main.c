/*
 * aiops-incident: option tables and wiring.
 */
#include "aiops-incident/commands.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Words of enum board_format. */
static const char *const formats[] = {"auto", "table", "ndjson", NULL};

#define REOPEN_WINDOW(options)                                                                     \
	{                                                                                          \
		.name = "reopen-window", .kind = OPT_DURATION,                                     \
		.offset = offsetof(struct options, reopen_window_ms), .arg = "TIME",               \
		.standard = "4h", .min = 0, .max = INT64_C(366) * 86400000,                        \
		.help = "an incident that comes back so soon after its end is the same one"        \
	}

static const struct opt apply_opts[] = {
	REOPEN_WINDOW(apply_options),
};

#define AT(member) offsetof(struct list_options, member)

static const struct opt list_opts[] = {
	{.letter = 'o',
	 .name = "open",
	 .kind = OPT_FLAG,
	 .offset = AT(open),
	 .flags = OPT_ARGV_ONLY,
	 .help = "those that somebody must still do something about"},
	{.letter = 'a',
	 .name = "all",
	 .kind = OPT_FLAG,
	 .offset = AT(all),
	 .flags = OPT_ARGV_ONLY,
	 .help = "also those that were merged into another"},
	{.name = "status",
	 .kind = OPT_TEXT,
	 .offset = AT(status),
	 .arg = "STATUS",
	 .flags = OPT_ARGV_ONLY,
	 .help = "in this state: detected, investigating, identified, mitigating, escalated, resolved, false_positive, post_mortem"},
	{.letter = 's',
	 .name = "severity",
	 .kind = OPT_TEXT,
	 .offset = AT(severity),
	 .arg = "SEVERITY",
	 .flags = OPT_ARGV_ONLY,
	 .help = "at least this severe: critical, high, medium, low, or SEV1 to SEV4"},
	{.name = "service",
	 .kind = OPT_TEXT,
	 .offset = AT(service),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "that affect this service"},
	{.name = "since",
	 .kind = OPT_TEXT,
	 .offset = AT(since),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "detected at or after this time, or so long ago: 2026-11-21, today, 7d"},
	{.letter = 'n',
	 .name = "limit",
	 .kind = OPT_I64,
	 .offset = AT(limit),
	 .arg = "N",
	 .standard = "0",
	 .min = 0,
	 .max = INT64_MAX,
	 .flags = OPT_ARGV_ONLY,
	 .help = "at most so many; 0 is all"},
	{.letter = 'w',
	 .name = "watch",
	 .kind = OPT_FLAG,
	 .offset = AT(watch),
	 .flags = OPT_ARGV_ONLY,
	 .help = "show the table again every 2 s, on a terminal"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "auto",
	 .choices = formats,
	 .help = "table, ndjson (records), or auto: a table on a terminal, else records"},
};

static const struct opt show_opts[] = {
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = offsetof(struct show_options, format),
	 .arg = "FORMAT",
	 .standard = "auto",
	 .choices = formats,
	 .help = "table (for a person), ndjson, or auto: the first on a terminal, else records"},
};

#undef AT
#define AT(member) offsetof(struct metrics_options, member)

static const struct opt metrics_opts[] = {
	{.letter = 'w',
	 .name = "window",
	 .kind = OPT_DURATION,
	 .offset = AT(window_ms),
	 .arg = "TIME",
	 .standard = "30d",
	 .min = 1,
	 .max = INT64_C(3660) * 86400000,
	 .flags = OPT_ARGV_ONLY,
	 .help = "incidents that were detected so long ago at most"},
	{.letter = 'o',
	 .name = "openmetrics",
	 .kind = OPT_FILE,
	 .offset = AT(openmetrics),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "write them for Prometheus, by way of the node exporter's textfile folder"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "auto",
	 .choices = formats,
	 .help = "table (for a person), ndjson, or auto: the first on a terminal, else a record"},
};

#undef AT

#define AT(member) offsetof(struct notify_options, member)

static const struct opt notify_opts[] = {
	{.letter = 'r',
	 .name = "rules",
	 .kind = OPT_FILE,
	 .offset = AT(rules),
	 .arg = "FILE",
	 .help = "who is told of what, when and how (YAML)"},
	{.name = "wait",
	 .kind = OPT_DURATION,
	 .offset = AT(wait_ms),
	 .arg = "TIME",
	 .standard = "30s",
	 .min = 0,
	 .max = 86400000,
	 .help = "at the end of the input wait so long for what is due soon; the rest stays on file"},
	{.name = "due",
	 .kind = OPT_FLAG,
	 .offset = AT(due),
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "read nothing: send what is due, escalate what nobody acknowledged"},
	{.name = "test",
	 .kind = OPT_FLAG,
	 .offset = AT(test),
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "send a test message by each channel, or those named, and say what came of it"},
};

#undef AT
#define AT(member) offsetof(struct serve_options, member)

static const struct opt serve_opts[] = {
	{.letter = 'l',
	 .name = "listen",
	 .kind = OPT_TEXT,
	 .offset = AT(listen),
	 .arg = "ADDR:PORT",
	 .standard = "127.0.0.1:9797",
	 .help = "where; port 0 lets the system choose"},
	{.name = "token-file",
	 .kind = OPT_TEXTS,
	 .offset = AT(token_files),
	 .arg = "FILE",
	 .help = "a token that must be sent (mode 0600); may be repeated; needed beyond loopback"},
	{.name = "port-file",
	 .kind = OPT_FILE,
	 .offset = AT(port_file),
	 .arg = "FILE",
	 .help = "write the port there once it is open"},
	{.name = "slack-secret-file",
	 .kind = OPT_FILE,
	 .offset = AT(slack_secret_file),
	 .arg = "FILE",
	 .help = "signing secret of a Slack app (mode 0600): buttons under messages become approvals"},
	{.name = "slack-people",
	 .kind = OPT_FILE,
	 .offset = AT(slack_people),
	 .arg = "FILE",
	 .help = "which Slack user is which approver, with that one's key file (YAML)"},
};

#undef AT

static const struct opt review_opts[] = {
	{.name = "questions",
	 .kind = OPT_FILE,
	 .offset = offsetof(struct review_options, questions),
	 .arg = "FILE",
	 .help = "what it asks, by type of incident (default: the installed ones)"},
};

#define AT(member) offsetof(struct change_options, member)

#define IF_REVISION                                                                                     \
	{                                                                                               \
		.name = "if-revision", .kind = OPT_I64, .offset = AT(if_revision), .arg = "N",          \
		.standard = "0", .min = 0, .max = INT64_MAX, .flags = OPT_ARGV_ONLY,                    \
		.help = "only if it is at this revision still, else exit with 10; 0: whatever it is at" \
	}
#define REASON                                                                                     \
	{                                                                                          \
		.letter = 'r', .name = "reason", .kind = OPT_TEXT, .offset = AT(reason),           \
		.arg = "TEXT", .flags = OPT_ARGV_ONLY, .help = "why, for the time line"            \
	}

static const struct opt open_opts[] = {
	{.letter = 's',
	 .name = "severity",
	 .kind = OPT_TEXT,
	 .offset = AT(severity),
	 .arg = "SEVERITY",
	 .flags = OPT_ARGV_ONLY,
	 .help = "critical, high, medium, low, or SEV1 to SEV4 (default: not known)"},
	{.name = "service",
	 .kind = OPT_TEXT,
	 .offset = AT(service),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what is affected"},
	{.name = "type",
	 .kind = OPT_TEXT,
	 .offset = AT(type),
	 .arg = "TYPE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "class of incident, as aiops-triage names them"},
};
static const struct opt change_opts[] = {IF_REVISION, REASON};
static const struct opt note_opts[] = {IF_REVISION};
static const struct opt assign_opts[] = {
	IF_REVISION,
	REASON,
	{.name = "role",
	 .kind = OPT_TEXT,
	 .offset = AT(role),
	 .arg = "ROLE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "assignee (default), commander, or communications"},
};
static const struct opt resolve_opts[] = {
	IF_REVISION,
	{.letter = 'r',
	 .name = "reason",
	 .kind = OPT_TEXT,
	 .offset = AT(reason),
	 .arg = "TEXT",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what ended it"},
	{.name = "cause",
	 .kind = OPT_TEXT,
	 .offset = AT(cause),
	 .arg = "CAUSE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what it was"},
};
static const struct opt reopen_opts[] = {IF_REVISION, REASON, REOPEN_WINDOW(change_options)};
static const struct opt escalate_opts[] = {
	IF_REVISION,
	REASON,
	{.name = "to",
	 .kind = OPT_TEXT,
	 .offset = AT(to),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "who is to take it"},
};

static const struct command commands[] = {
	{
		.name = "apply",
		.operands = "[file ...]",
		.summary = "filter: keep the register up to date with incident and run records",
		.opts = apply_opts,
		.n_opts = COUNT(apply_opts),
		.options_size = sizeof(struct apply_options),
		.common = CLI_FILTER | CLI_DB | CLI_NOW | CLI_FILES,
		.examples =
			"  # every incident that passes is on the board\n  aiops-correlate events.ndjson | aiops-triage explain | aiops-incident apply | aiops-audit append\n",
		.run = apply_run_command,
	},
	{
		.name = "list",
		.summary = "what is in the register: open ones first, the worst on top",
		.opts = list_opts,
		.n_opts = COUNT(list_opts),
		.options_size = sizeof(struct list_options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  # what is open now\n  aiops-incident list --open\n  # the ids of severe ones of a service\n  aiops-incident list --open --severity SEV2 --service orders --format ndjson | jq -r .incident\n",
		.run = list_run,
	},
	{
		.name = "show",
		.operands = "ID",
		.summary = "one incident: a page, or its record",
		.opts = show_opts,
		.n_opts = COUNT(show_opts),
		.options_size = sizeof(struct show_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident show 42\n",
		.run = show_run,
	},
	{
		.name = "timeline",
		.operands = "ID",
		.summary = "what happened, moment by moment",
		.opts = show_opts,
		.n_opts = COUNT(show_opts),
		.options_size = sizeof(struct show_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident timeline INC-7Q2M\n",
		.run = timeline_run,
	},
	{
		.name = "metrics",
		.summary =
			"how long it took to detect, acknowledge, mitigate, resolve; and how many",
		.opts = metrics_opts,
		.n_opts = COUNT(metrics_opts),
		.options_size = sizeof(struct metrics_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident metrics --window 90d --format table\n",
		.run = metrics_run,
	},
	{
		.name = "review",
		.operands = "ID",
		.summary = "the document of a review, with what is known filled in",
		.opts = review_opts,
		.n_opts = COUNT(review_opts),
		.options_size = sizeof(struct review_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident review 42 > postmortems/2026-11-21-orders-db.md\n",
		.run = review_run,
	},
	{
		.name = "notify",
		.operands = "[file ...]",
		.summary = "filter: tell people, by chat, pager, mail, webhook or command",
		.opts = notify_opts,
		.n_opts = COUNT(notify_opts),
		.options_size = sizeof(struct notify_options),
		.common = CLI_FILTER | CLI_DB | CLI_NOW | CLI_FILES,
		.examples =
			"  # does it reach us?\n"
			"  aiops-incident notify --rules notify.yaml --test\n"
			"  # everything that is found out\n"
			"  aiops-triage explain triaged.ndjson | aiops-incident notify --rules "
			"notify.yaml\n"
			"  # from cron: what waits for a channel that was down, and escalation\n"
			"  aiops-incident notify --rules notify.yaml --due\n",
		.run = notify_run,
	},
	{
		.name = "serve",
		.summary = "the register by HTTP: a board, JSON, metrics",
		.opts = serve_opts,
		.n_opts = COUNT(serve_opts),
		.options_size = sizeof(struct serve_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident serve --listen 127.0.0.1:9797\n",
		.run = serve_run,
	},
	{
		.name = "open",
		.operands = "TITLE",
		.summary = "declare an incident that no alert told of",
		.opts = open_opts,
		.n_opts = COUNT(open_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-incident open --severity SEV2 --service checkout 'customers report double charges'\n",
		.run = open_run,
	},
	{
		.name = "ack",
		.operands = "ID ...",
		.summary = "say that you are on it: it becomes investigating, and yours",
		.opts = change_opts,
		.n_opts = COUNT(change_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident ack 42\n",
		.run = ack_run,
	},
	{
		.name = "assign",
		.operands = "ID NAME",
		.summary = "give it, or a role in it, to somebody",
		.opts = assign_opts,
		.n_opts = COUNT(assign_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident assign 42 ana --role commander\n",
		.run = assign_run,
	},
	{
		.name = "set",
		.operands = "ID FIELD=VALUE ...",
		.summary = "change fields: status, severity, title, cause, people, times",
		.opts = change_opts,
		.n_opts = COUNT(change_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-incident set 42 status=identified cause='connection leak in orders 1.4.2'\n",
		.run = set_run,
	},
	{
		.name = "note",
		.operands = "ID TEXT",
		.summary = "write a line into its time line",
		.opts = note_opts,
		.n_opts = COUNT(note_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident note 42 'failover to db-2 done, watching'\n",
		.run = note_run,
	},
	{
		.name = "resolve",
		.operands = "ID ...",
		.summary = "say that it is over",
		.opts = resolve_opts,
		.n_opts = COUNT(resolve_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  aiops-incident resolve 42 --cause 'connection leak' --reason 'rolled back to 1.4.1'\n",
		.run = resolve_run,
	},
	{
		.name = "reopen",
		.operands = "ID ...",
		.summary = "take up again what was closed",
		.opts = reopen_opts,
		.n_opts = COUNT(reopen_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident reopen 42 --reason 'it is back'\n",
		.run = reopen_run,
	},
	{
		.name = "merge",
		.operands = "ID INTO",
		.summary = "say that one incident is part of another",
		.opts = change_opts,
		.n_opts = COUNT(change_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident merge 43 42\n",
		.run = merge_run,
	},
	{
		.name = "escalate",
		.operands = "ID ...",
		.summary = "ask for more help",
		.opts = escalate_opts,
		.n_opts = COUNT(escalate_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident escalate 42 --to dba-oncall --reason 'no idea'\n",
		.run = escalate_run,
	},
	{
		.name = "false-positive",
		.operands = "ID ...",
		.summary = "say that nothing was wrong",
		.opts = change_opts,
		.n_opts = COUNT(change_opts),
		.options_size = sizeof(struct change_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-incident false-positive 42 --reason 'load test'\n",
		.run = false_positive_run,
	},
};

static const struct program program = {
	.name = "aiops-incident",
	.summary = "what is open, who is on it, and what was done",
	.commands = commands,
	.n_commands = COUNT(commands),
	.exit_codes = "  10  it changed since --if-revision\n"
		      "  11  its state does not allow this\n",
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
