/*
 * aiops-triage explain: a filter that answers incident records.
 */
#ifndef AIOPS_TRIAGE_EXPLAIN_H
#define AIOPS_TRIAGE_EXPLAIN_H

#include "aiops-triage/judge/judge.h"
#include "aiops-triage/past/past_source.h"
#include "cli/cli.h"

enum explain_format { EXPLAIN_NDJSON, EXPLAIN_TEXT };

struct explain_options {
	struct opt_texts history, context;
	struct past_source past;
	const char *runbooks, *signatures, *topology, *weights, *metric_kinds;
	int format; /* enum explain_format */
	int64_t context_records;
	size_t context_bytes, metric_bytes;
	struct judge_options judge;
};

int explain_run(struct cli *c);

#endif
