/*
 * aiops-triage train: a model from labelled records, and from feedback.
 */
#ifndef AIOPS_TRIAGE_TRAIN_H
#define AIOPS_TRIAGE_TRAIN_H

#include "cli/cli.h"

struct train_options {
	const char *class_path, *severity_path, *group_path;
	const char *output;
	int method; /* enum linear_method */
	bool feedback;
};

int train_run(struct cli *c);

#endif
