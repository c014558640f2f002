/*
 * aiops-incident: option tables and wiring.
 */
#include "aiops-incident/commands.h"
#include "aiops-incident/options.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

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
