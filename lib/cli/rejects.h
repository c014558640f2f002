/*
 * What the filter loop needs of rejects beside filter.h.
 */
#ifndef AIOPS_CLI_REJECTS_H
#define AIOPS_CLI_REJECTS_H

#include "base/buf.h"
#include "cli/filter.h"

int64_t rejects_count(const struct rejects *j);
/* Appends ,"rejects":{"syntax":2,...} in order of first appearance. */
void rejects_add_stats(const struct rejects *j, struct buf *json);

/* --tolerate: "12" or "0.5%". Errors: EX_BADUSAGE. */
struct tolerance {
	bool percent;
	double limit;
};
NODISCARD int tolerance_parse(const char *text, struct tolerance *out, struct err *e);
/* Whether rejected of rejected + accepted records are more than the tolerance. */
bool tolerance_exceeded(const struct tolerance *t, int64_t accepted, int64_t rejected);

#endif
