/*
 * aiops-drift: option tables and wiring.
 */
#include "aiops-drift/compare.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const rules[] = {"default", "simple", NULL};
static const char *const missings[] = {"bin", "drop", NULL};
static const char *const formats[] = {"ndjson", "table", NULL};

#define AT(member) offsetof(struct compare_options, member)

static const struct opt compare_opts[] = {
	{.letter = 'r',
	 .name = "reference",
	 .kind = OPT_FILE,
	 .offset = AT(reference),
	 .arg = "FILE",
	 .help = "records of the window to compare against; - is standard input"},
	{.name = "value",
	 .kind = OPT_TEXT,
	 .offset = AT(value),
	 .arg = "PATH",
	 .help = "where the number stands; takes records of every kind, not metrics only"},
	{.name = "by",
	 .kind = OPT_TEXTS,
	 .offset = AT(by),
	 .arg = "PATH,...",
	 .help = "a feature is what agrees in these fields (default: name and labels)"},
	{.name = "alpha",
	 .kind = OPT_DOUBLE,
	 .offset = AT(alpha),
	 .arg = "P",
	 .standard = "0.05",
	 .help = "share of false findings that is accepted"},
	{.name = "rule",
	 .kind = OPT_CHOICE,
	 .offset = AT(rule),
	 .arg = "RULE",
	 .standard = "default",
	 .choices = rules,
	 .help = "default: significant and material; simple: KS p<.05 or PSI>.2 or JS>.1"},
	{.name = "na",
	 .kind = OPT_CHOICE,
	 .offset = AT(missing),
	 .arg = "HOW",
	 .standard = "bin",
	 .choices = missings,
	 .help = "missing values in PSI and JS: a bin of their own, or dropped"},
	{.letter = 'a',
	 .name = "alert",
	 .kind = OPT_FLAG,
	 .offset = AT(alert),
	 .help = "write an alert for each drifted feature instead of results"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = formats,
	 .help = "ndjson or table"},
	{.name = "max-features",
	 .kind = OPT_I64,
	 .offset = AT(max_features),
	 .arg = "N",
	 .standard = "10000",
	 .min = 1,
	 .max = 10000000,
	 .help = "records of further features are rejected"},
	{.name = "max-values",
	 .kind = OPT_I64,
	 .offset = AT(max_values),
	 .arg = "N",
	 .standard = "50000000",
	 .min = 1,
	 .max = 1000000000,
	 .help = "stop when more numbers than this would be kept (8 bytes each)"},
};

static const struct command commands[] = {
	{
		.name = "compare",
		.operands = "[file ...]",
		.summary = "compare a window of observations with a reference, feature by feature",
		.opts = compare_opts,
		.n_opts = COUNT(compare_opts),
		.options_size = sizeof(struct compare_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_NOW | CLI_FILES,
		.examples =
			"  # last week against the last hour, readable\n"
			"  aiops-drift compare -r last-week.ndjson -f table last-hour.ndjson\n"
			"  # drifted features as alerts, grouped into incidents\n"
			"  aiops-drift compare -r last-week.ndjson --alert last-hour.ndjson | aiops-correlate\n",
		.run = compare_run,
	},
};

static const struct program program = {
	.name = "aiops-drift",
	.summary = "tell whether numbers have changed more than chance allows",
	.commands = commands,
	.n_commands = COUNT(commands),
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
