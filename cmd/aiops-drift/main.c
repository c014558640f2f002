/*
 * aiops-drift: option tables and wiring.
 */
#include "aiops-drift/compare/compare_opts.h"
#include "aiops-drift/compare/summary_opts.h"
#include "aiops-drift/forecast/forecast_opts.h"
#include "aiops-drift/profile/sketch_opts.h"
#include "aiops-drift/watch/watch_opts.h"
#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct command commands[] = {
	{
		.name = "compare",
		.operands = "[file ...]",
		.summary = "compare a window of observations with a reference, feature by feature",
		.opts = compare_opts,
		.n_opts = COUNT(compare_opts),
		.options_size = sizeof(struct compare_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_STATE | CLI_NOW | CLI_FILES,
		.examples =
			"  # last week against the last hour, readable\n"
			"  aiops-drift compare -r last-week.ndjson -f table last-hour.ndjson\n"
			"  # every hour against the seven days before it, as alerts that also resolve\n"
			"  aiops-drift compare --reference-window 7d --window 1h --alert metrics.ndjson\n",
		.run = compare_run,
	},
	{
		.name = "sketch",
		.operands = "[file ...]",
		.summary = "write a mergeable profile of each feature, in bounded memory",
		.opts = sketch_opts,
		.n_opts = COUNT(sketch_opts),
		.options_size = sizeof(struct sketch_options),
		.common = CLI_FILTER | CLI_NOW | CLI_FILES,
		.examples =
			"  # the reference once, then each host's current window at its knots\n"
			"  aiops-drift sketch last-week.ndjson > reference.profile\n"
			"  aiops-drift sketch --against reference.profile now.ndjson > host.profile\n",
		.run = sketch_run,
	},
	{
		.name = "merge",
		.operands = "[profile ...]",
		.summary = "add profiles of the same features up, in any order",
		.opts = merge_opts,
		.n_opts = COUNT(merge_opts),
		.options_size = sizeof(struct sketch_options),
		.common = CLI_FILTER | CLI_NOW | CLI_FILES,
		.examples =
			"  # a fleet as one current window\n"
			"  aiops-drift merge host-*.profile | aiops-drift compare -r reference.profile\n",
		.run = merge_run,
	},
	{
		.name = "watch",
		.operands = "[file ...]",
		.summary = "annotate a stream of metrics and tell what is odd in it",
		.opts = watch_opts,
		.n_opts = COUNT(watch_opts),
		.options_size = sizeof(struct watch_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_STATE | CLI_NOW | CLI_FILES,
		.examples =
			"  # alerts alone, with a memory, grouped into incidents\n"
			"  aiops-drift watch --alert --state watch.state metrics.ndjson | aiops-correlate\n"
			"  # what is being watched, drawn\n"
			"  aiops-drift watch --plot metrics.ndjson\n",
		.run = watch_run,
	},
	{
		.name = "forecast",
		.operands = "[file ...]",
		.summary = "tell when a series will cross its threshold, if it will",
		.opts = forecast_opts,
		.n_opts = COUNT(forecast_opts),
		.options_size = sizeof(struct forecast_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_NOW | CLI_FILES,
		.examples =
			"  # which disks are full within three days, by what the last week shows\n"
			"  aiops-drift forecast -t 0.95 -H 3d -f table disks.ndjson\n"
			"  # alerts only\n"
			"  aiops-drift forecast --alert metrics.ndjson | aiops-correlate\n",
		.run = forecast_run,
	},
	{
		.name = "importance",
		.operands = "[file ...]",
		.summary = "tell which features' relation to a target moved",
		.opts = importance_opts,
		.n_opts = COUNT(importance_opts),
		.options_size = sizeof(struct importance_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_NOW | CLI_FILES,
		.examples =
			"  # does latency still depend on load as it did last week?\n"
			"  aiops-drift importance -r last-week.ndjson -t latency_ms --features load,size now.ndjson\n",
		.run = importance_run,
	},
	{
		.name = "summary",
		.operands = "[file ...]",
		.summary = "sum up the drift records of the last day",
		.opts = summary_opts,
		.n_opts = COUNT(summary_opts),
		.options_size = sizeof(struct summary_options),
		.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_NOW | CLI_FILES,
		.examples = "  # what drifted since yesterday\n"
			    "  aiops-drift summary -f table drift.ndjson\n",
		.run = summary_run,
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
