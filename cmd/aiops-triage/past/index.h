/*
 * Full-text search over past incidents: SQLite FTS5 with BM25, in memory, built
 * at start. (A file that outlives the process comes with `aiops-triage index`.)
 *
 * Source of the ranking function: Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework: BM25 and Beyond", as in SQLite's FTS5 (k1 = 1.2, b = .75).
 */
#ifndef AIOPS_TRIAGE_INDEX_H
#define AIOPS_TRIAGE_INDEX_H

#include <stddef.h>

#include "aiops-triage/past/past.h"
#include "base/err.h"
#include "base/span.h"

/* Candidates that are fetched and then ranked anew. */
#define INDEX_CANDIDATES 50
/* The rarest words of a query that are searched for. */
#define QUERY_TERMS 12

struct index;

/* An index of h, which is borrowed. NULL on failure. Errors: EX_SYSTEM. */
struct index *index_build(const struct history *h, struct err *e);
void index_free(struct index *ix);

struct match {
	size_t past;  /* index into history.items */
	double score; /* 0 to 1: share of the best that any document could reach for the query */
};

/* Fills out with the matches of free text, best first; returns how many in *n. text is
 * words, never query syntax. Errors: EX_SYSTEM. */
NODISCARD int index_search(struct index *ix, struct span text, struct match out[INDEX_CANDIDATES],
			   size_t *n, struct err *e);

#endif
