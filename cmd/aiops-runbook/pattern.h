/*
 * Regular expressions from runbooks: PCRE2 with limits on length,
 * nesting, matching and memory, so that no pattern and no output can hang a run.
 */
#ifndef AIOPS_RUNBOOK_PATTERN_H
#define AIOPS_RUNBOOK_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

#define PATTERN_MAX_BYTES 1024

struct pattern;

enum pattern_flags {
	PATTERN_WHOLE =
		1u << 0, /* must match the whole text; else anywhere in it, ^ and $ at its lines */
};

/* Compiles text (UTF-8). Errors: EX_BADCONFIG with the offset: too long, syntax, too complex. */
NODISCARD int pattern_compile(struct span text, unsigned flags, struct pattern **out,
			      struct err *e);
void pattern_free(struct pattern *p);

/*
 * 1 it matches, 0 it does not, -1 a limit was exceeded or the text is no UTF-8 (EX_BADDATA).
 * *group (may be NULL) is the first group, or the whole match if the pattern has none; a span of
 * text.
 */
NODISCARD int pattern_match(const struct pattern *p, struct span text, struct span *group,
			    struct err *e);

#endif
