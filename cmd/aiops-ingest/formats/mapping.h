/*
 * --map FIELD=PATH: which member of a foreign JSON object is which field of the
 * record.
 */
#ifndef AIOPS_INGEST_MAPPING_H
#define AIOPS_INGEST_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

enum target {
	TARGET_KIND,
	TARGET_TIMESTAMP,
	TARGET_SOURCE_ID,
	TARGET_SIGNAL,
	TARGET_STATUS,
	TARGET_SEVERITY,
	TARGET_NAME,
	TARGET_TITLE,
	TARGET_DESCRIPTION,
	TARGET_COMPONENT,
	TARGET_SERVICE,
	TARGET_HOST,
	TARGET_ENV,
	TARGET_LAYER,
	TARGET_VALUE,
	TARGET_UNIT,
	TARGET_THRESHOLD,
	TARGET_CONDITION,
	TARGET_STARTS_AT,
	TARGET_ENDS_AT,
	TARGET_TRACE_ID,
	TARGET_SPAN_ID,
	TARGET_BODY,
	TARGET_LABEL,
	TARGET_ANNOTATION,
	TARGET_LINK, /* with a name: labels.NAME */
};

struct map_rule {
	enum target target;
	struct span name; /* of a label, annotation or link */
	const char *path; /* for record_get; NULL: the literal is the value */
	struct span literal;
};

struct mapping {
	struct map_rule *rules;
	size_t n;
};

/* Reads "FIELD=PATH" and "FIELD=\"text\"" (a constant); kind=log and the other kinds are constants
 * without quotes. Borrows texts. Errors: EX_BADUSAGE (unknown field, twice, no kind). */
NODISCARD int mapping_parse(const char *const *texts, size_t n, struct mapping *out, struct err *e);
void mapping_release(struct mapping *m);

const char *target_name(enum target t);

#endif
