/*
 * aiops-triage: option tables and wiring.
 */
#include "aiops-triage/classify/classify_opts.h"
#include "aiops-triage/explain/explain.h"
#include "aiops-triage/feedback/feedback_opts.h"
#include "aiops-triage/gather/gather_opts.h"
#include "aiops-triage/past/lookup.h"
#include "aiops-triage/past/past_opts.h"
#include "aiops-triage/templates/templates_opts.h"
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
	PAST_SOURCE_OPTS(AT(past)),
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
	{.name = "topology",
	 .kind = OPT_FILE,
	 .offset = AT(topology),
	 .arg = "FILE",
	 .help = "who depends on whom (JSON or YAML)"},
	{.name = "weights",
	 .kind = OPT_FILE,
	 .offset = AT(weights),
	 .arg = "FILE",
	 .help = "how much each source of evidence counts (default: the installed one)"},
	{.name = "metric-kinds",
	 .kind = OPT_FILE,
	 .offset = AT(metric_kinds),
	 .arg = "FILE",
	 .help = "what names of metrics mean (default: the installed table)"},
	{.name = "metric-bytes",
	 .kind = OPT_SIZE,
	 .offset = AT(metric_bytes),
	 .arg = "SIZE",
	 .standard = "64M",
	 .min = 1 << 16,
	 .max = INT64_C(1) << 40,
	 .help = "memory for the course of metrics; as much for spans, and for log rates"},
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
	{.name = "model",
	 .kind = OPT_FILE,
	 .offset = AT(judge.model),
	 .arg = "FILE",
	 .help = "learned by train (classify's default: the installed one; explain's: none)"},
	{.name = "ready-above",
	 .kind = OPT_DOUBLE,
	 .offset = AT(judge.ready_above),
	 .arg = "SHARE",
	 .standard = "0.99",
	 .help = "calibrated confidence above which automation may be ready; at least 0.95"},
	{.name = "llm-url",
	 .kind = OPT_TEXT,
	 .offset = AT(judge.llm_url),
	 .arg = "URL",
	 .help = "ask the language model of this OpenAI-compatible endpoint too (.../v1)"},
	{.name = "llm-model",
	 .kind = OPT_TEXT,
	 .offset = AT(judge.llm_model),
	 .arg = "NAME",
	 .help = "the language model's name there"},
	{.name = "llm-key-file",
	 .kind = OPT_FILE,
	 .offset = AT(judge.llm_key_file),
	 .arg = "FILE",
	 .help = "the key in FILE (mode 0600) for it"},
	{.name = "llm-ca-file",
	 .kind = OPT_FILE,
	 .offset = AT(judge.llm_ca_file),
	 .arg = "FILE",
	 .help = "certificates to trust instead of the system's for it"},
	{.name = "llm-deadline",
	 .kind = OPT_DURATION,
	 .offset = AT(judge.llm_deadline_ms),
	 .arg = "TIME",
	 .standard = "20s",
	 .min = 100,
	 .max = 600000,
	 .help = "for all that it is asked about an incident's revision"},
	{.name = "token-budget",
	 .kind = OPT_I64,
	 .offset = AT(judge.token_budget),
	 .arg = "N",
	 .standard = "30000",
	 .min = 1,
	 .max = 100000000,
	 .help = "tokens for one incident, all its revisions together"},
	{.name = "token-budget-call",
	 .kind = OPT_I64,
	 .offset = AT(judge.token_budget_call),
	 .arg = "N",
	 .standard = "8000",
	 .min = 500,
	 .max = 10000000,
	 .help = "tokens for one call, answer included; a longer prompt is trimmed"},
	{.name = "token-budget-day",
	 .kind = OPT_I64,
	 .offset = AT(judge.token_budget_day),
	 .arg = "N",
	 .standard = "500000",
	 .min = 1,
	 .max = 10000000000,
	 .help = "tokens for all incidents of 24 hours"},
	{.name = "step-budget",
	 .kind = OPT_I64,
	 .offset = AT(judge.step_budget),
	 .arg = "N",
	 .standard = "6",
	 .min = 1,
	 .max = 1000,
	 .help = "calls for one incident, those that failed included"},
};

#undef AT
#define AT(member) offsetof(struct lookup_options, member)

static const struct opt similar_opts[] = {
	{.name = "history",
	 .kind = OPT_TEXTS,
	 .offset = AT(history),
	 .arg = "FILE|DIR",
	 .help = history_help},
	PAST_SOURCE_OPTS(AT(past)),
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
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_NOW | CLI_FILES | CLI_DB,
		.examples =
			"  # incidents with hypotheses, similar past ones, and a runbook\n"
			"  aiops-correlate events.ndjson | aiops-triage explain --history "
			"postmortems --runbooks runbooks\n"
			"  # the same for a person\n"
			"  aiops-correlate events.ndjson | aiops-triage explain --format text\n",
		.run = explain_run,
	},
	{
		.name = "gather",
		.operands = "[file ...]",
		.summary = "go and get logs, metrics, alerts and changes around each incident",
		.opts = gather_opts,
		.n_opts = COUNT(gather_opts),
		.options_size = sizeof(struct gather_options),
		.common = CLI_FILTER | CLI_NOW | CLI_FILES,
		.examples =
			"  # metrics of a Prometheus in front of each incident, for explain to quote\n"
			"  aiops-correlate events.ndjson |\n"
			"      aiops-triage gather --endpoint prometheus=http://127.0.0.1:9090 | "
			"aiops-triage explain\n",
		.run = gather_run,
	},
	{
		.name = "index",
		.operands = "[file|dir ...]",
		.summary = "make the index of past incidents, or bring it up to date",
		.opts = index_opts,
		.n_opts = COUNT(index_opts),
		.options_size = sizeof(struct index_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  # from now on explain and similar know these, and follow them\n"
			    "  aiops-triage index postmortems\n",
		.run = index_run,
	},
	{
		.name = "similar",
		.operands = "TEXT|-",
		.summary = "past incidents like a text",
		.opts = similar_opts,
		.n_opts = COUNT(similar_opts),
		.options_size = sizeof(struct lookup_options),
		.common = CLI_EXIT_STATUS | CLI_DB | CLI_NOW,
		.examples = "  aiops-triage similar --history postmortems --format text 'disk full "
			    "on orders-db'\n",
		.run = lookup_run,
	},
	{
		.name = "templates",
		.operands = "[file ...]",
		.summary = "mine log templates: which lines are one message",
		.opts = templates_opts,
		.n_opts = COUNT(templates_opts),
		.options_size = sizeof(struct templates_options),
		.common = CLI_FILTER | CLI_STATE | CLI_FILES,
		.examples = "  # what a log says, the most frequent first\n"
			    "  aiops-triage templates --format table /var/log/syslog\n"
			    "  # log records with their templates\n"
			    "  aiops-ingest -f text app.log | aiops-triage templates\n",
		.run = templates_run,
	},
	{
		.name = "train",
		.operands = "[file ...]",
		.summary = "learn classes and severities from labelled records and from feedback",
		.opts = train_opts,
		.n_opts = COUNT(train_opts),
		.options_size = sizeof(struct train_options),
		.common = CLI_FILTER | CLI_FILES | CLI_DB | CLI_NOW,
		.examples = "  aiops-triage train --class label.class -o site.model "
			    "labelled.ndjson\n",
		.run = train_run,
	},
	{
		.name = "classify",
		.operands = "[file ...]",
		.summary = "say what class and severity alerts and incidents are like",
		.opts = classify_opts,
		.n_opts = COUNT(classify_opts),
		.options_size = sizeof(struct classify_options),
		.common = CLI_FILTER | CLI_FILES,
		.examples = "  aiops-triage classify --model site.model alerts.ndjson\n",
		.run = classify_run,
	},
	{
		.name = "feedback",
		.operands = "INCIDENT",
		.summary = "say what an incident's cause was",
		.opts = feedback_opts,
		.n_opts = COUNT(feedback_opts),
		.options_size = sizeof(struct feedback_options),
		.common = CLI_DB | CLI_NOW,
		.examples = "  aiops-triage feedback INC-7Q2M1V0KZ8P4R6TA --cause "
			    "orders-db:connection_exhaustion\n",
		.run = feedback_run,
	},
	{
		.name = "eval",
		.operands = "",
		.summary = "how often hypotheses were right, and whether their confidence says so",
		.opts = eval_opts,
		.n_opts = COUNT(eval_opts),
		.options_size = sizeof(struct eval_options),
		.common = CLI_DB | CLI_NOW | CLI_EXIT_STATUS,
		.examples = "  aiops-triage eval --since 7d --format table\n",
		.run = eval_run,
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
