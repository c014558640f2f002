/*
 * aiops-correlate: option table and wiring.
 */
#include "aiops-correlate/stream.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Words of enum emit. */
static const char *const emits[] = {"all", "incidents", "events", NULL};

/* Words of enum summary_format. */
static const char *const formats[] = {"ndjson", "table", NULL};

#define AT(member) offsetof(struct correlate_options, member)
#define YEAR_MS    INT64_C(31622400000)

static const struct opt opts[] = {
	{.letter = 'w',
	 .name = "window",
	 .kind = OPT_DURATION,
	 .offset = AT(window_ms),
	 .arg = "GAP",
	 .standard = "2m",
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "alerts further apart in event time are never joined"},
	{.name = "dedup",
	 .kind = OPT_DURATION,
	 .offset = AT(dedup_ms),
	 .arg = "TIME",
	 .standard = "15m",
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "an alert not seen for so long has left; until then repeats are duplicates"},
	{.name = "lateness",
	 .kind = OPT_DURATION,
	 .offset = AT(lateness_ms),
	 .arg = "TIME",
	 .standard = "30s",
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "how far out of order alerts may come; incidents open so much later"},
	{.letter = 't',
	 .name = "topology",
	 .kind = OPT_FILE,
	 .offset = AT(topology),
	 .arg = "FILE",
	 .help = "who depends on whom (JSON or YAML): neighbours are joined"},
	{.name = "topology-age",
	 .kind = OPT_DURATION,
	 .offset = AT(topology_age_ms),
	 .arg = "TIME",
	 .standard = "1d",
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "what no topology record named for so long leaves; 0: nothing does"},
	{.name = "changes",
	 .kind = OPT_DURATION,
	 .offset = AT(changes_ms),
	 .arg = "TIME",
	 .standard = "1h",
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "changes so long before an alert are context of it; 0: none"},
	{.name = "maintenance",
	 .kind = OPT_FILE,
	 .offset = AT(maintenance),
	 .arg = "FILE",
	 .help = "announced work (YAML): alerts that it covers open no incident"},
	{.name = "rules",
	 .kind = OPT_FILE,
	 .offset = AT(rules),
	 .arg = "FILE",
	 .help = "rules of the site (YAML): inhibition, severity, limits"},
	{.name = "cooldown",
	 .kind = OPT_DURATION,
	 .offset = AT(cooldown_ms),
	 .arg = "TIME",
	 .standard = "5m",
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "repeats of an alert are marked as held back for so long, then told again"},
	{.name = "max-per-hour",
	 .kind = OPT_I64,
	 .offset = AT(max_per_hour),
	 .arg = "N",
	 .standard = "100",
	 .min = 0,
	 .max = 100000,
	 .help = "alerts told in any hour, others are marked; 0: no cap"},
	{.name = "emit",
	 .kind = OPT_CHOICE,
	 .offset = AT(emit),
	 .arg = "WHAT",
	 .standard = "all",
	 .choices = emits,
	 .help = "all, incidents (only these records), or events (the input with notices)"},
	{.name = "summary",
	 .kind = OPT_FLAG,
	 .offset = AT(summary),
	 .help = "a record of kind summary at the end, and on USR1"},
	{.name = "summary-every",
	 .kind = OPT_DURATION,
	 .offset = AT(summary_every_ms),
	 .arg = "TIME",
	 .min = 0,
	 .max = YEAR_MS,
	 .help = "the same each TIME of event time, too"},
	{.name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = formats,
	 .help = "ndjson, or table: nothing but the summary, for a person"},
	{.name = "max-group",
	 .kind = OPT_I64,
	 .offset = AT(max_group),
	 .arg = "N",
	 .standard = "1000",
	 .min = 1,
	 .max = 1000000,
	 .help = "alerts remembered in one incident; further ones are counted"},
	{.name = "max-active",
	 .kind = OPT_I64,
	 .offset = AT(max_active),
	 .arg = "N",
	 .standard = "200000",
	 .min = 1,
	 .max = 16777216,
	 .help = "alerts in memory; beyond it the oldest are dropped, with a warning"},
};

static const struct command commands[] = {
	{
		.operands = "[file ...]",
		.summary = "join alerts that belong together into incidents and rank their causes",
		.opts = opts,
		.n_opts = COUNT(opts),
		.options_size = sizeof(struct correlate_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_STATE | CLI_FILES,
		.examples =
			"  # a storm of alerts as a few incidents, the last revision of each\n"
			"  aiops-correlate --emit incidents alerts.ndjson | jq -s 'group_by(.incident)[] | last'\n"
			"  # from cron: incidents stay open from run to run\n"
			"  aiops-ingest alerts.json | aiops-correlate --state correlate.state | aiops-triage explain\n",
		.run = correlate_run,
	},
};

static const struct program program = {
	.name = "aiops-correlate",
	.summary = "join alerts that belong together into incidents and rank their causes",
	.commands = commands,
	.n_commands = COUNT(commands),
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
