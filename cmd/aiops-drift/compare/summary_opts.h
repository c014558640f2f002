/*
 * The option tables of importance and summary, for main.c alone.
 */
#ifndef AIOPS_DRIFT_SUMMARY_OPTS_H
#define AIOPS_DRIFT_SUMMARY_OPTS_H

#include "aiops-drift/compare/importance.h"
#include "aiops-drift/compare/summary.h"
#include "cli/cli.h"

static const char *const plain_formats[] = {"ndjson", "table", NULL};
static const char *const families[] = {"bh", "by", "holm", "none", NULL};

#define AT(member) offsetof(struct importance_options, member)

static const struct opt importance_opts[] = {
	{.letter = 'r',
	 .name = "reference",
	 .kind = OPT_FILE,
	 .offset = AT(reference),
	 .arg = "FILE",
	 .help = "records of the window to compare against"},
	{.letter = 't',
	 .name = "target",
	 .kind = OPT_TEXT,
	 .offset = AT(target),
	 .arg = "PATH",
	 .help = "what the features are to explain: a number, or two classes"},
	{.name = "features",
	 .kind = OPT_TEXTS,
	 .offset = AT(features),
	 .arg = "PATH,...",
	 .help = "the features, numbers or booleans; may be repeated"},
	{.name = "importances",
	 .kind = OPT_TEXT,
	 .offset = AT(list),
	 .arg = "PATH",
	 .standard = "importances",
	 .help = "without --target: where a record has its importances by feature"},
	{.name = "alpha",
	 .kind = OPT_DOUBLE,
	 .offset = AT(alpha),
	 .arg = "P",
	 .standard = "0.05",
	 .help = "share of false findings that is accepted"},
	{.name = "fdr",
	 .kind = OPT_CHOICE,
	 .offset = AT(fdr),
	 .arg = "METHOD",
	 .standard = "bh",
	 .choices = families,
	 .help = "adjustment for many features: bh, by, holm, none"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = plain_formats,
	 .help = "ndjson or table"},
	{.name = "max-values",
	 .kind = OPT_I64,
	 .offset = AT(max_values),
	 .arg = "N",
	 .standard = "50000000",
	 .min = 1,
	 .max = 1000000000,
	 .help = "stop when more numbers than this would be kept (8 bytes each)"},
};

#undef AT
#define AT(member) offsetof(struct summary_options, member)

static const struct opt summary_opts[] = {
	{.name = "within",
	 .kind = OPT_DURATION,
	 .offset = AT(last_ms),
	 .arg = "TIME",
	 .standard = "24h",
	 .help = "results of so much event time before the newest, or --now"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = plain_formats,
	 .help = "ndjson or table"},
	{.name = "max-results",
	 .kind = OPT_I64,
	 .offset = AT(max_results),
	 .arg = "N",
	 .standard = "1000000",
	 .min = 1,
	 .max = 100000000,
	 .help = "results kept at most (40 bytes each)"},
};

#undef AT

#endif
