/*
 * Regular expressions from users: PCRE2 with limits on length, nesting, steps and
 * memory, so that no pattern and no text can hang a programme.
 */
#ifndef AIOPS_PATTERN_PATTERN_H
#define AIOPS_PATTERN_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

enum { PATTERN_MAX_BYTES = 1024, PATTERN_MAX_GROUPS = 32 };

struct pattern;

enum pattern_flags {
	/* Must match the whole text; else anywhere in it, ^ and $ at its lines. */
	PATTERN_WHOLE = 1u << 0,
	/* Only named groups capture. */
	PATTERN_NAMED = 1u << 1,
	/* It will be tried on very many texts: compiled to machine code where that can be. */
	PATTERN_FAST = 1u << 2,
	/* Texts are known to be UTF-8. */
	PATTERN_VALID = 1u << 3,
};

/* Compiles text (UTF-8). Errors: EX_BADCONFIG with the offset: too long, syntax, too complex, a
 * back-reference. */
NODISCARD int pattern_compile(struct span text, unsigned flags, struct pattern **out,
			      struct err *e);
void pattern_free(struct pattern *p);

enum pattern_result {
	PATTERN_NO,
	PATTERN_YES,
	PATTERN_GAVE_UP, /* it needs more steps or memory than are allowed */
	PATTERN_NOT_UTF8,
};

enum pattern_result pattern_try(const struct pattern *p, struct span text);
/* The number of the group of that name, or -1. */
int pattern_group(const struct pattern *p, struct span name);
/* What group number `group` (0: all of it) matched when the pattern last answered PATTERN_YES for
 * this text; SPAN_NONE if it took no part. */
struct span pattern_capture(const struct pattern *p, struct span text, int group);

/*
 * 1 it matches, 0 it does not, -1 a limit was exceeded or the text is no UTF-8 (EX_BADDATA).
 * *group (may be NULL) is the first group, or the whole match if the pattern has none; a span of
 * text.
 */
NODISCARD int pattern_match(const struct pattern *p, struct span text, struct span *group,
			    struct err *e);

#endif
