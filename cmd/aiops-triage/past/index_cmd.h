/*
 * aiops-triage index: makes the index of past incidents, or brings it up to date.
 */
#ifndef AIOPS_TRIAGE_INDEX_CMD_H
#define AIOPS_TRIAGE_INDEX_CMD_H

#include "aiops-triage/past/past_source.h"
#include "cli/cli.h"

enum index_format { INDEX_TEXT, INDEX_JSON };

struct index_options {
	struct past_source past;
	int format; /* enum index_format */
};

int index_run(struct cli *c);

#endif
