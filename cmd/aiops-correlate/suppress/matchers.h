/*
 * Label matchers in Alertmanager's syntax: name=value, name!=value,
 * name=~regex, name!~regex, the value plain or in double quotes. A label that is
 * not there has the empty value, and an expression has to match the whole value
 * (prometheus/alertmanager pkg/labels). Expressions are PCRE2, with limits on
 * size, steps, nesting and memory, so that no value can hang the programme.
 */
#ifndef AIOPS_CORRELATE_MATCHERS_H
#define AIOPS_CORRELATE_MATCHERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct yaml_node;

enum { MATCHER_MAX_BYTES = 1024 };

struct matcher;

struct matchers {
	struct matcher *items;
	size_t n, cap;
};

/* What is matched: get gives the value of a label, SPAN_NONE if there is none. */
struct subject {
	const void *ctx;
	struct span (*get)(const void *ctx, struct span name);
};

/* Adds one matcher. Errors: EX_BADCONFIG. */
NODISCARD int matchers_add(struct matchers *ms, struct span text, struct err *e);
/* Adds those of a list of texts, or of one text. Errors: EX_BADCONFIG with position. */
NODISCARD int matchers_read(struct matchers *ms, const struct yaml_node *n, struct err *e);
void matchers_release(struct matchers *ms);

/* True if all of them match; no matchers match everything. One that needs more steps than
 * are allowed does not match. */
bool matchers_match(const struct matchers *ms, struct subject s);

#endif
