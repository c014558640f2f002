/*
 * Full-text search over past incidents: SQLite FTS5 with BM25, in memory and built
 * at start, or in a file that follows the files it was built of.
 *
 * Source of the ranking function: Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework: BM25 and Beyond", as in SQLite's FTS5 (k1 = 1.2, b = .75).
 */
#ifndef AIOPS_TRIAGE_INDEX_H
#define AIOPS_TRIAGE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/past/past.h"
#include "base/err.h"
#include "base/span.h"

/* Candidates that are fetched and then ranked anew. */
#define INDEX_CANDIDATES 50
/* With those that vectors alone bring in. */
#define MATCHES_MAX (2 * INDEX_CANDIDATES)
/* The rarest words of a query that are searched for. */
#define QUERY_TERMS 12

struct index;

/* An index of h, which is borrowed. NULL on failure. Errors: EX_SYSTEM. */
struct index *index_build(const struct history *h, struct err *e);
void index_free(struct index *ix);

size_t index_documents(const struct index *ix);

/* ---- in a file ---- */

/*
 * Opens the index in path; with make it is made anew where it is missing, damaged or of another
 * version. What a search finds is put into h, which is borrowed and empty. NULL on failure:
 * EX_UNREADABLE (missing), EX_BADCONFIG (damaged, of another version, no index), EX_CANNOTCREATE,
 * EX_SYSTEM.
 */
struct index *index_open(const char *path, bool make, struct history *h, struct err *e);

/* What an index is made of: files and directories, as absolute paths. Replaces what was there
 * before. Errors: EX_UNREADABLE (no such file), EX_SYSTEM, EX_TRYLATER. */
NODISCARD int index_set_roots(struct index *ix, const char *const *paths, size_t n, struct err *e);

struct index_change {
	size_t files, added, changed, removed; /* files of past incidents */
	size_t documents, skipped;             /* in the index; what is no past incident */
	int64_t written_ns;                    /* when something last changed; 0: never */
};

/*
 * Brings the index up to date with its files: new ones are read, changed ones read again, those
 * that are gone leave. What is no past incident is told to skipped when its file is read. A root
 * that cannot be read is told too, and keeps what it had. Errors: EX_TRYLATER (another writes for
 * ten seconds), EX_CANNOTCREATE (cannot be written), EX_SYSTEM.
 */
NODISCARD int index_sync(struct index *ix, int64_t now_ns,
			 void (*skipped)(void *ctx, const char *where, const char *why), void *ctx,
			 struct index_change *out, struct err *e);

/* ---- searching ---- */

struct match {
	size_t past;  /* index into history.items */
	double score; /* 0 to 1: share of the best that any document could reach for the query */
};

/* Fills out with the matches of free text, by words best first; returns how many in *n. text is
 * words, never query syntax. Errors: EX_SYSTEM. */
NODISCARD int index_search(struct index *ix, struct span text, struct match out[MATCHES_MAX],
			   size_t *n, struct err *e);

#endif
