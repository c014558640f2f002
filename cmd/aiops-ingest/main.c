/*
 * aiops-ingest: option table and wiring.
 */
#include "aiops-ingest/run.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AT(member)   offsetof(struct ingest_cli_options, member)

static const struct opt opts[] = {
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_TEXT,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .help = "what the input is (default: auto, by its shape)"},
	{.letter = 'l',
	 .name = "label",
	 .kind = OPT_TEXTS,
	 .offset = AT(labels),
	 .arg = "NAME=VALUE",
	 .help = "add this label to records that lack it"},
	{.name = "source-name",
	 .kind = OPT_TEXT,
	 .offset = AT(source_name),
	 .arg = "NAME",
	 .help = "source of the records (default: the format's name)"},
	{.letter = 'm',
	 .name = "map",
	 .kind = OPT_TEXTS,
	 .offset = AT(map),
	 .arg = "FIELD=PATH",
	 .help = "with ndjson: where a foreign object has what the record needs"},
	{.name = "map-timeout",
	 .kind = OPT_DURATION,
	 .offset = AT(map_timeout_ms),
	 .arg = "TIME",
	 .standard = "5s",
	 .min = 10,
	 .max = 600000,
	 .help = "what a format that is a map may take for one document"},
	{.name = "zone",
	 .kind = OPT_TEXT,
	 .offset = AT(zone),
	 .arg = "OFFSET",
	 .help = "zone of times that name none: +01:00 (default: UTC, flagged)"},
	{.name = "validate",
	 .kind = OPT_FLAG,
	 .offset = AT(validate),
	 .help = "check records against the schema, report, pass on; exit 1 if any breaks it"},
	{.name = "list-formats",
	 .kind = OPT_FLAG,
	 .offset = AT(list),
	 .help = "name the formats and exit",
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT},
	{.name = "explain-format",
	 .kind = OPT_TEXT,
	 .offset = AT(explain),
	 .arg = "FORMAT",
	 .help = "show what a format's fields become, with an example, and exit",
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT},
};

static const struct command commands[] = {
	{
		.operands = "[file ...]",
		.opts = opts,
		.n_opts = COUNT(opts),
		.options_size = sizeof(struct ingest_cli_options),
		.common = CLI_FILTER | CLI_NOW | CLI_FILES,
		.examples = "  # alerts that a webhook receiver kept, as events\n"
			    "  aiops-ingest webhooks.ndjson | aiops-correlate\n"
			    "  # a server's log, told which service it is\n"
			    "  aiops-ingest -f text --label service=orders-db postgresql.log\n",
		.run = ingest_run,
	},
};

static const struct program program = {
	.name = "aiops-ingest",
	.summary = "turn alerts, metrics and logs into event records",
	.commands = commands,
	.n_commands = COUNT(commands),
	.exit_codes = "   1  with --validate: a record breaks the schema\n",
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
