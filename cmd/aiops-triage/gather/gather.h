/*
 * aiops-triage gather: for each incident, goes and gets what stands around it.
 */
#ifndef AIOPS_TRIAGE_GATHER_H
#define AIOPS_TRIAGE_GATHER_H

#include "aiops-triage/gather/fetch.h"
#include "cli/cli.h"

struct gather_options {
	const char *context_dir, *path;
	struct endpoints endpoints;
	int64_t places;
	int64_t deadline_ms; /* for the queries of one incident */
};

int gather_run(struct cli *c);

#endif
