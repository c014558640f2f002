/*
 * aiops-triage: option tables and wiring.
 */
#include "aiops-triage/explain/explain.h"
#include "aiops-triage/past/lookup.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Words of enum explain_format and of enum lookup_format: the same, since one setting in the
 * configuration file is for both. */
static const char *const formats[] = {"ndjson", "text", NULL};

static const char history_help[] =
	"past incidents: Markdown with a YAML head, or NDJSON; may be repeated";

#define AT(member) offsetof(struct explain_options, member)

static const struct opt explain_opts[] = {
	{.name = "history",
	 .kind = OPT_TEXTS,
	 .offset = AT(history),
	 .arg = "FILE|DIR",
	 .help = history_help},
	{.name = "runbooks",
	 .kind = OPT_DIR,
	 .offset = AT(runbooks),
	 .arg = "DIR",
	 .help = "runbooks to choose from"},
	{.name = "signatures",
	 .kind = OPT_DIR,
	 .offset = AT(signatures),
	 .arg = "DIR",
	 .help = "what each class of incident looks like (default: the installed ones)"},
	{.name = "context",
	 .kind = OPT_TEXTS,
	 .offset = AT(context),
	 .arg = "FILE",
	 .help = "records to read before the input, not passed on; may be repeated"},
	{.name = "context-records",
	 .kind = OPT_I64,
	 .offset = AT(context_records),
	 .arg = "N",
	 .standard = "20000",
	 .min = 1,
	 .max = 10000000,
	 .help = "alerts, logs, metrics and changes kept, of each"},
	{.name = "context-bytes",
	 .kind = OPT_SIZE,
	 .offset = AT(context_bytes),
	 .arg = "SIZE",
	 .standard = "8M",
	 .min = 1 << 16,
	 .max = INT64_C(1) << 40,
	 .help = "memory for all of them"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = formats,
	 .help = "ndjson, or text: a page for each incident and nothing else"},
};

#undef AT
#define AT(member) offsetof(struct lookup_options, member)

static const struct opt similar_opts[] = {
	{.name = "history",
	 .kind = OPT_TEXTS,
	 .offset = AT(history),
	 .arg = "FILE|DIR",
	 .help = history_help},
	{.name = "top",
	 .kind = OPT_I64,
	 .offset = AT(top),
	 .arg = "N",
	 .standard = "3",
	 .min = 1,
	 .max = 50,
	 .help = "how many at most"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = formats,
	 .help = "ndjson, or text: a line or two for each"},
};

static const struct command commands[] = {
	{
		.name = "explain",
		.operands = "[file ...]",
		.summary = "answer incidents: what is wrong, why, what to look at first, which "
			   "runbook",
		.opts = explain_opts,
		.n_opts = COUNT(explain_opts),
		.options_size = sizeof(struct explain_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_NOW | CLI_FILES,
		.examples =
			"  # incidents with hypotheses, similar past ones, and a runbook\n"
			"  aiops-correlate events.ndjson | aiops-triage explain --history "
			"postmortems --runbooks runbooks\n"
			"  # the same for a person\n"
			"  aiops-correlate events.ndjson | aiops-triage explain --format text\n",
		.run = explain_run,
	},
	{
		.name = "similar",
		.operands = "TEXT|-",
		.summary = "past incidents like a text",
		.opts = similar_opts,
		.n_opts = COUNT(similar_opts),
		.options_size = sizeof(struct lookup_options),
		.common = CLI_EXIT_STATUS,
		.examples = "  aiops-triage similar --history postmortems --format text 'disk full "
			    "on orders-db'\n",
		.run = lookup_run,
	},
};

static const struct program program = {
	.name = "aiops-triage",
	.summary = "a first hypothesis about an incident, with its evidence",
	.commands = commands,
	.n_commands = COUNT(commands),
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
