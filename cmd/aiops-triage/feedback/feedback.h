/*
 * aiops-triage feedback: what an incident's cause was, beside what was thought.
 */
#ifndef AIOPS_TRIAGE_FEEDBACK_H
#define AIOPS_TRIAGE_FEEDBACK_H

#include "aiops-triage/feedback/book.h"
#include "cli/cli.h"

enum helpful { HELPFUL_AUTO, HELPFUL_YES, HELPFUL_NO };

struct feedback_options {
	const char *cause, *signatures;
	int helpful; /* enum helpful */
};

int feedback_run(struct cli *c);

/* So many wrong answers in a row are told of. */
#define WRONG_IN_A_ROW 3
/* Writes the notice about n wrong answers in a row. */
void feedback_write_warning(const struct book *b, int64_t n, struct buf *out);

#endif
