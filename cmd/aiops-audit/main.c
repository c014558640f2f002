/*
 * aiops-audit: option tables and wiring.
 */
#include "aiops-audit/commands.h"
#include "aiops-audit/options.h"
#include "aiops-audit/proving.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct command commands[] = {
	{
		.name = "append",
		.operands = "[file ...]",
		.summary =
			"store records and pass them on with `audit` {log, seq, hash}: what comes out is on disk",
		.opts = append_opts,
		.n_opts = COUNT(append_opts),
		.options_size = sizeof(struct append_options),
		.common = CLI_FILTER | CLI_DB | CLI_NOW | CLI_FILES | CLI_DRAIN,
		.examples =
			"  # log what was decided, and go on with it\n"
			"  aiops-triage explain incidents.ndjson | aiops-audit append --actor triage > logged.ndjson\n",
		.run = append_run,
	},
	{
		.name = "query",
		.operands = "",
		.summary = "print stored records, in the order in which they were stored",
		.opts = query_opts,
		.n_opts = COUNT(query_opts),
		.options_size = sizeof(struct query_options),
		.common = CLI_DB | CLI_NOW | CLI_EXIT_STATUS,
		.examples =
			"  # what was done about an incident, for people\n"
			"  aiops-audit query --incident INC-7Q2M4T8VW0X1Y2Z3 --format timeline\n"
			"  # what failed since yesterday\n"
			"  aiops-audit query --since yesterday --where state=failed --format table\n",
		.run = query_run,
	},
	{
		.name = "report",
		.operands = "",
		.summary =
			"write a page on an incident, or on a span of time, with the log's state of verification",
		.opts = report_opts,
		.n_opts = COUNT(report_opts),
		.options_size = sizeof(struct report_options),
		.common = CLI_DB | CLI_NOW,
		.examples =
			"  # for the review of an incident\n"
			"  aiops-audit report --incident INC-7Q2M4T8VW0X1Y2Z3 --format html > incident.html\n"
			"  # every Monday\n"
			"  aiops-audit report --since 7d | mail -s 'last week' team@example.com\n",
		.run = report_run,
	},
	{
		.name = "export",
		.operands = "",
		.summary = "copy rows to another store, each call what is new",
		.opts = export_opts,
		.n_opts = COUNT(export_opts),
		.options_size = sizeof(struct export_options),
		.common = CLI_DB | CLI_STATE,
		.examples =
			"  # from cron\n"
			"  aiops-audit export --to loki --url https://loki.example/loki/api/v1/push --state loki.cursor\n"
			"  # all of it, to be checked elsewhere\n"
			"  aiops-audit export > log.ndjson\n",
		.run = export_run,
	},
	{
		.name = "stats",
		.operands = "",
		.summary =
			"count what is in the log: rows, runbooks by hand and by machine, hypotheses",
		.opts = stats_opts,
		.n_opts = COUNT(stats_opts),
		.options_size = sizeof(struct stats_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  # what to automate next\n"
			    "  aiops-audit stats --since 90d\n"
			    "  # for Prometheus, from cron\n"
			    "  aiops-audit stats --openmetrics /var/lib/node_exporter/aiops.prom\n",
		.run = stats_run,
	},
	{
		.name = "verify",
		.operands = "",
		.summary =
			"recompute the hash chain and the tree, and say what was proved and what not",
		.opts = verify_opts,
		.n_opts = COUNT(verify_opts),
		.options_size = sizeof(struct verify_options),
		.common = CLI_DB,
		.examples = "  # against a checkpoint that was kept on another machine\n"
			    "  aiops-audit verify --checkpoint monday.ckpt\n",
		.run = verify_run,
	},
	{
		.name = "checkpoint",
		.operands = "",
		.summary =
			"print size and root of the log as a note, signed or not, to be kept elsewhere",
		.opts = checkpoint_opts,
		.n_opts = COUNT(checkpoint_opts),
		.options_size = sizeof(struct checkpoint_options),
		.common = CLI_DB,
		.examples =
			"  aiops-audit checkpoint > monday.ckpt\n"
			"  # signed, from cron\n"
			"  aiops-audit checkpoint --sign audit.key --out /mnt/elsewhere/audit.ckpt\n",
		.run = checkpoint_run,
	},
	{
		.name = "prove",
		.operands = "[inclusion] SEQ | consistency SIZE",
		.summary =
			"write a proof for people without the database: of a row, or of an old size",
		.opts = prove_opts,
		.n_opts = COUNT(prove_opts),
		.options_size = sizeof(struct prove_options),
		.common = CLI_DB,
		.examples =
			"  aiops-audit prove 912 > row-912.tlog-proof\n"
			"  # and there\n"
			"  aiops-audit verify --proof row-912.tlog-proof --checkpoint monday.ckpt\n",
		.run = prove_run,
	},
	{
		.name = "keygen",
		.operands = "FILE",
		.summary = "make a key for signed checkpoints (0600) and print its public half",
		.opts = keygen_opts,
		.n_opts = COUNT(keygen_opts),
		.options_size = sizeof(struct keygen_options),
		.common = CLI_DB,
		.examples = "  aiops-audit keygen audit.key > audit.pub\n",
		.run = keygen_run,
	},
	{
		.name = "redact",
		.operands = "SEQ",
		.summary =
			"take out what a row says; that it was there, and who did this, stays proved",
		.opts = redact_opts,
		.n_opts = COUNT(redact_opts),
		.options_size = sizeof(struct redact_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-audit redact 912 --reason 'a customer name' --apply\n",
		.run = redact_run,
	},
	{
		.name = "prune",
		.operands = "",
		.summary =
			"take out what records of a kind say when they are old; they stay proved",
		.opts = prune_opts,
		.n_opts = COUNT(prune_opts),
		.options_size = sizeof(struct prune_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  # what would go, by --keep\n"
			    "  aiops-audit prune\n"
			    "  # everything else after a year\n"
			    "  aiops-audit prune --older-than 365d --apply\n",
		.run = prune_run,
	},
};

static const struct program program = {
	.name = "aiops-audit",
	.summary = "keep what was done in a tamper-evident log",
	.commands = commands,
	.n_commands = COUNT(commands),
	.exit_codes =
		"  77  the database is read-only, a symbolic link, or open to others\n"
		"  10  verify, report: the log was tampered with or damaged; checkpoint, prove: it is\n"
		"      not what a checkpoint says\n"
		"  11  verify: it could not be checked (no audit log, a newer one, a malformed\n"
		"      checkpoint, a promised signature is missing)\n",
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
