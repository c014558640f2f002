/*
 * The part of JSONPath (RFC 9535) that names one value: $ .name ['name'] [n].
 */
#ifndef AIOPS_RUNBOOK_JSONPATH_H
#define AIOPS_RUNBOOK_JSONPATH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Errors: EX_BADCONFIG with the offset. */
NODISCARD int jsonpath_check(struct span path, struct err *e);

/* Appends, behind prefix, the same path as lib/record writes it: "prefix.spec.replicas". path must
 * have passed jsonpath_check. */
void jsonpath_to_record(struct span path, const char *prefix, struct buf *out);

#endif
