/*
 * aiops-triage similar: past incidents like a text.
 */
#ifndef AIOPS_TRIAGE_LOOKUP_H
#define AIOPS_TRIAGE_LOOKUP_H

#include "aiops-triage/past/past_source.h"
#include "cli/cli.h"

enum lookup_format { LOOKUP_NDJSON, LOOKUP_TEXT };

struct lookup_options {
	struct opt_texts history;
	struct past_source past;
	int64_t top;
	int format; /* enum lookup_format */
};

int lookup_run(struct cli *c);

#endif
