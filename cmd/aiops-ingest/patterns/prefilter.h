/*
 * Which of many literals a text holds, in one pass over it (A. V. Aho and M. J.
 * Corasick, "Efficient string matching", CACM 1975), ASCII letters without
 * regard to case. Pure.
 */
#ifndef AIOPS_INGEST_PREFILTER_H
#define AIOPS_INGEST_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { PREFILTER_MAX = 256 }; /* literals */

/* A set of literals, a bit for each. */
struct prefilter_hits {
	uint64_t bits[PREFILTER_MAX / 64];
};

struct prefilter;

/* literals: folded to lower case, not empty, at most PREFILTER_MAX. Copied. */
struct prefilter *prefilter_new(const struct span *literals, size_t n);
void prefilter_free(struct prefilter *f);

/* O(text). */
void prefilter_scan(const struct prefilter *f, struct span text, struct prefilter_hits *out);

static inline bool prefilter_hit(const struct prefilter_hits *h, size_t literal)
{
	return h->bits[literal / 64] >> (literal % 64) & 1;
}

#endif
