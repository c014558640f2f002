/*
 * aiops-triage classify: a filter that says what class and severity the words of alerts and
 * incidents are like.
 */
#ifndef AIOPS_TRIAGE_CLASSIFY_H
#define AIOPS_TRIAGE_CLASSIFY_H

#include "cli/cli.h"

struct classify_options {
	const char *model;
};

/* The command's run function. */
int classify_run(struct cli *c);

#endif
