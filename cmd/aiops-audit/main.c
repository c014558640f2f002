/*
 * aiops-audit: option tables and wiring.
 */
#include "aiops-audit/commands.h"
#include "aiops-audit/proving.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Words of enum query_format. */
static const char *const formats[] = {"ndjson", "table", "csv", "timeline", NULL};

static const struct opt append_opts[] = {
	{.letter = 'a',
	 .name = "actor",
	 .kind = OPT_TEXT,
	 .offset = offsetof(struct append_options, actor),
	 .arg = "NAME",
	 .help = "who did what the records say (default: the user who runs this)"},
	{.name = "lock-wait",
	 .kind = OPT_DURATION,
	 .offset = offsetof(struct append_options, lock_wait_ms),
	 .arg = "TIME",
	 .standard = "10s",
	 .min = 0,
	 .max = 86400000,
	 .help = "how long to queue for other writers before giving up (75)"},
};

#define AT(member) offsetof(struct query_options, member)

static const struct opt query_opts[] = {
	{.letter = 'i',
	 .name = "incident",
	 .kind = OPT_TEXT,
	 .offset = AT(incident),
	 .arg = "ID",
	 .flags = OPT_ARGV_ONLY,
	 .help = "records of this incident"},
	{.letter = 'r',
	 .name = "run",
	 .kind = OPT_TEXT,
	 .offset = AT(run),
	 .arg = "ID",
	 .flags = OPT_ARGV_ONLY,
	 .help = "records of this run"},
	{.letter = 'a',
	 .name = "actor",
	 .kind = OPT_TEXT,
	 .offset = AT(actor),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "by this actor"},
	{.letter = 'k',
	 .name = "kind",
	 .kind = OPT_TEXT,
	 .offset = AT(kind),
	 .arg = "KIND",
	 .flags = OPT_ARGV_ONLY,
	 .help = "of this kind: run, plan, incident, alert, ..."},
	{.letter = 's',
	 .name = "since",
	 .kind = OPT_TEXT,
	 .offset = AT(since),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "logged at or after this time, or so long ago: 2026-11-21T09:00:00Z, 2026-11-21, today, 2h, 7d"},
	{.name = "until",
	 .kind = OPT_TEXT,
	 .offset = AT(until),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "logged before this time"},
	{.letter = 'n',
	 .name = "limit",
	 .kind = OPT_I64,
	 .offset = AT(limit),
	 .arg = "N",
	 .standard = "0",
	 .min = 0,
	 .max = INT64_MAX,
	 .flags = OPT_ARGV_ONLY,
	 .help = "the last N of them; 0 is all"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = formats,
	 .help = "ndjson (the records as append wrote them out), table, csv, or timeline: what happened, in the order of event times"},
	{.name = "search",
	 .kind = OPT_TEXT,
	 .offset = AT(search),
	 .arg = "WORDS",
	 .flags = OPT_ARGV_ONLY,
	 .help = "that hold all these words; \"two words\" in quotes together, word* for beginnings"},
	{.letter = 'w',
	 .name = "where",
	 .kind = OPT_TEXTS,
	 .offset = AT(where),
	 .arg = "EXPR",
	 .flags = OPT_ARGV_ONLY,
	 .help = "PATH, !PATH, or PATH with = != < <= > >= ~ and a value: state=failed (may be repeated)"},
	{.letter = 'F',
	 .name = "follow",
	 .kind = OPT_FLAG,
	 .offset = AT(follow),
	 .flags = OPT_ARGV_ONLY,
	 .help = "go on and print what is logged from now on"},
};

#undef AT
#define AT(member) offsetof(struct report_options, member)

/* Words of enum report_format. */
static const char *const report_formats[] = {"markdown", "html", "json", NULL};

static const struct opt report_opts[] = {
	{.letter = 'i',
	 .name = "incident",
	 .kind = OPT_TEXT,
	 .offset = AT(incident),
	 .arg = "ID",
	 .flags = OPT_ARGV_ONLY,
	 .help = "the page of this incident (default: of a span of time)"},
	{.letter = 's',
	 .name = "since",
	 .kind = OPT_TEXT,
	 .offset = AT(since),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what was logged at or after this time, or so long ago (default: 7d)"},
	{.name = "until",
	 .kind = OPT_TEXT,
	 .offset = AT(until),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what was logged before this time"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "markdown",
	 .choices = report_formats,
	 .flags = OPT_OWN_PART | OPT_ARGV_ONLY,
	 .help = "markdown, html (one file, no script) or json"},
};

#undef AT
#define AT(member) offsetof(struct export_options, member)

/* Words of enum export_to. */
static const char *const stores[] = {"ndjson", "loki", "elasticsearch", "csv", NULL};

static const struct opt export_opts[] = {
	{.letter = 't',
	 .name = "to",
	 .kind = OPT_CHOICE,
	 .offset = AT(to),
	 .arg = "FORM",
	 .standard = "ndjson",
	 .choices = stores,
	 .flags = OPT_ARGV_ONLY,
	 .help = "ndjson (with what a check of each row needs), loki, elasticsearch or csv"},
	{.letter = 's',
	 .name = "since",
	 .kind = OPT_I64,
	 .offset = AT(since),
	 .arg = "SEQ",
	 .standard = "0",
	 .min = 0,
	 .max = INT64_MAX,
	 .flags = OPT_ARGV_ONLY,
	 .help = "from this row on, where no cursor says otherwise"},
	{.letter = 'U',
	 .name = "url",
	 .kind = OPT_TEXT,
	 .offset = AT(url),
	 .arg = "URL",
	 .flags = OPT_OWN_PART,
	 .help = "push there (Loki: .../loki/api/v1/push, Elasticsearch: .../INDEX/_bulk); default: standard output"},
	{.name = "token-file",
	 .kind = OPT_FILE,
	 .offset = AT(token_file),
	 .arg = "FILE",
	 .flags = OPT_OWN_PART,
	 .help = "bearer token for --url (mode 0600)"},
	{.name = "basic-file",
	 .kind = OPT_FILE,
	 .offset = AT(basic_file),
	 .arg = "FILE",
	 .flags = OPT_OWN_PART,
	 .help = "USER:PASSWORD for --url (mode 0600)"},
	{.name = "ca-file",
	 .kind = OPT_FILE,
	 .offset = AT(ca_file),
	 .arg = "FILE",
	 .flags = OPT_OWN_PART,
	 .help = "certificates to trust instead of the system's"},
	{.name = "timeout",
	 .kind = OPT_DURATION,
	 .offset = AT(timeout_ms),
	 .arg = "TIME",
	 .standard = "30s",
	 .min = 100,
	 .max = 600000,
	 .flags = OPT_OWN_PART,
	 .help = "for one request; three are made where that may help"},
	{.name = "batch",
	 .kind = OPT_I64,
	 .offset = AT(batch),
	 .arg = "N",
	 .standard = "1000",
	 .min = 1,
	 .max = 100000,
	 .flags = OPT_OWN_PART,
	 .help = "rows in one request, at most 4 MB of them"},
};

#undef AT
#define AT(member) offsetof(struct stats_options, member)

static const struct opt stats_opts[] = {
	{.letter = 's',
	 .name = "since",
	 .kind = OPT_TEXT,
	 .offset = AT(since),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "of what was logged at or after this time, or so long ago (default: of everything)"},
	{.letter = 'o',
	 .name = "openmetrics",
	 .kind = OPT_FILE,
	 .offset = AT(openmetrics),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "write metrics into this file, for the node exporter's textfile folder"},
};

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
