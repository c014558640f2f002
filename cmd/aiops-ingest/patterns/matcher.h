/*
 * One regular expression of --patterns: PCRE2, compiled to machine code where
 * the library can, with limits on its size, on steps, nesting and memory, so that
 * no pattern and no line can hang the programme.
 */
#ifndef AIOPS_INGEST_MATCHER_H
#define AIOPS_INGEST_MATCHER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

enum { MATCHER_MAX_BYTES = 1024, MATCHER_MAX_GROUPS = 32 };

struct matcher;

/* NULL on failure: EX_BADCONFIG, the offset in the text. */
struct matcher *matcher_new(struct span pattern, struct err *e);
void matcher_free(struct matcher *m);

/* The number of the capture of that name, or -1. */
int matcher_group(const struct matcher *m, struct span name);

enum match { MATCH_NO, MATCH_YES, MATCH_LIMIT };

/* text is valid UTF-8. MATCH_LIMIT: given up, it needs more steps or memory than are allowed. */
enum match matcher_try(struct matcher *m, struct span text);
/* Of the last MATCH_YES, of the same text; SPAN_NONE if the capture took no part. */
struct span matcher_capture(const struct matcher *m, struct span text, int group);

#endif
