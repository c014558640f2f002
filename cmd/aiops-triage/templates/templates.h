/*
 * aiops-triage templates: which lines of a log are one message.
 */
#ifndef AIOPS_TRIAGE_TEMPLATES_H
#define AIOPS_TRIAGE_TEMPLATES_H

#include "cli/cli.h"

enum templates_format { TEMPLATES_NDJSON, TEMPLATES_TABLE, TEMPLATES_LIST };

enum templates_input { TEMPLATES_AUTO, TEMPLATES_RECORDS, TEMPLATES_LINES };

struct templates_options {
	int input;  /* enum templates_input */
	int format; /* enum templates_format */
	int64_t max_templates;
};

int templates_run(struct cli *c);

#endif
