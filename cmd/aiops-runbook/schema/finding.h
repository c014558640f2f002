/*
 * What lint found in one file, and the numbers and names of its rules.
 */
#ifndef AIOPS_RUNBOOK_FINDING_H
#define AIOPS_RUNBOOK_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/* A place in a file; line and column from 1, line 0 = the file as a whole. */
struct pos {
	size_t line, col;
};

enum finding_severity { FINDING_WARNING, FINDING_ERROR };

/* A rule's number is what is printed behind RB: 1 is RB001. */
enum rule_number {
	RB001 = 1, /* syntax */
	RB002 = 2, /* schema */
	RB003 = 3, /* unknown-key */
	RB004 = 4, /* duplicate-key */
	RB005 = 5, /* implicit-type */
	RB006 = 6, /* undefined-ref */
	RB008 = 8, /* unreachable-or-cycle */
};

struct finding {
	unsigned rule;
	enum finding_severity severity;
	struct pos at;
	char *text;       /* lower case, no full stop */
	char *suppressed; /* the reason why it does not count; NULL: it counts */
	bool external;    /* suppressed by a baseline, not in the file */
};

struct findings {
	struct finding *items;
	size_t n, cap;
	size_t errors, warnings; /* how many of each count */
};

void finding_add(struct findings *f, unsigned rule, struct pos at, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* In order of position, then rule. */
void findings_sort(struct findings *f);
/* Takes the finding with that index out. */
void findings_drop(struct findings *f, size_t index);
/* It stays, but no longer counts. */
void finding_suppress(struct findings *f, struct finding *x, struct span reason, bool external);
void findings_release(struct findings *f);

#endif
