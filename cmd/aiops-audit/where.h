/*
 * Conditions on records, as query's --where takes them: PATH OP VALUE.
 *
 *	state=failed   exit!=0   risk~high   approval.approver=maria   severity>=high
 *
 * PATH is a dotted path (record_get); a path alone asks whether it is there, !PATH whether it is
 * not. = and != compare the value's text; < <= > >= compare numbers as numbers, the six severities
 * by rank, all else as bytes, which orders times; ~ asks whether the text holds VALUE, upper and
 * lower case alike. A record without the path fits only != and !PATH.
 */
#ifndef AIOPS_AUDIT_WHERE_H
#define AIOPS_AUDIT_WHERE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "record/record.h"

enum where_op {
	WHERE_THERE,
	WHERE_ABSENT,
	WHERE_EQ,
	WHERE_NE,
	WHERE_LT,
	WHERE_LE,
	WHERE_GT,
	WHERE_GE,
	WHERE_HAS
};

struct where {
	char *path; /* owned */
	enum where_op op;
	struct span value; /* of the text that was parsed */
};

/* text is borrowed for as long as *out is used. Errors: EX_BADUSAGE. */
NODISCARD int where_parse(const char *text, struct where *out, struct err *e);
void where_release(struct where *w);

bool where_fits(const struct where *w, const struct record *r);

#endif
