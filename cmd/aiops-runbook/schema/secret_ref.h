/*
 * A secret by reference: a file that holds it, or a variable of the runner's
 * environment. The reference may be seen by all; what it names is read when a
 * step is run, and stands in no plan, record or argument.
 */
#ifndef AIOPS_RUNBOOK_SECRET_REF_H
#define AIOPS_RUNBOOK_SECRET_REF_H

#include <stdbool.h>

#include "base/span.h"

struct secret_ref {
	bool is_file;     /* else a variable */
	struct span name; /* its path, absolute, or its name; borrowed from the text */
};

/* "file:/PATH" or "env:NAME". False if text is neither. */
bool secret_ref_parse(struct span text, struct secret_ref *out);

#endif
