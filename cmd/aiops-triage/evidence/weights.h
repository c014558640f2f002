/*
 * How much each source of evidence counts: data (share/weights/triage.yaml,
 * schema share/schema/weights.schema.json).
 */
#ifndef AIOPS_TRIAGE_WEIGHTS_H
#define AIOPS_TRIAGE_WEIGHTS_H

#include "aiops-triage/evidence/source.h"
#include "base/err.h"
#include "base/span.h"

#define WEIGHT_MAX 100.0

struct weights {
	double of[SOURCES]; /* 0 to WEIGHT_MAX; not all 0 */
};

/* Reads the file, or the text of one: every source is named. Errors: EX_UNREADABLE,
 * EX_BADCONFIG with position. */
NODISCARD int weights_load(struct weights *w, const char *path, struct err *e);
NODISCARD int weights_parse(struct weights *w, struct span text, struct err *e);

#endif
