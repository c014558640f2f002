/*
 * aiops-triage classify: a filter that says what class and severity the words of alerts and
 * incidents are like.
 */
#ifndef AIOPS_TRIAGE_CLASSIFY_H
#define AIOPS_TRIAGE_CLASSIFY_H

#include "aiops-triage/classify/model.h"
#include "cli/cli.h"

struct classify_options {
	const char *model;
};

/* Loads the model of that path; NULL: the installed one. Errors: EX_UNREADABLE, EX_BADCONFIG. */
NODISCARD int classify_open(struct model *m, const char *path, struct err *e);

int classify_run(struct cli *c);

#endif
