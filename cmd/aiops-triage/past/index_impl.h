/*
 * What the parts of the index of past incidents share.
 */
#ifndef AIOPS_TRIAGE_INDEX_IMPL_H
#define AIOPS_TRIAGE_INDEX_IMPL_H

#include <sqlite3.h>

#include "aiops-triage/past/index.h"
#include "aiops-triage/past/vectors.h"
#include "base/map.h"

#define VECTOR_ERROR_BYTES 1000 /* as struct err has */

struct index {
	sqlite3 *db;
	sqlite3_stmt *put_query, *clear_query, *terms, *search;
	size_t documents;
	/* in a file */
	char *path;                /* owned; NULL in memory */
	sqlite3_stmt *load;        /* one document */
	struct history *history;   /* what was found so far; borrowed */
	struct map loaded;         /* rowid, as its bytes, to the index into history->items */
	struct embedder *embedder; /* borrowed; NULL: none */
	enum vector_use vector_use;
	char vector_error[VECTOR_ERROR_BYTES];
};

extern const char index_schema[], index_sql_insert[];

/* e from SQLite's message; -1. */
int index_fail(const struct index *ix, struct err *e);
NODISCARD int index_do(struct index *ix, const char *sql, struct err *e);
NODISCARD int index_prepare(struct index *ix, const char *sql, sqlite3_stmt **out, struct err *e);
NODISCARD int index_bind(struct index *ix, sqlite3_stmt *st, int at, struct span s, struct err *e);
/* A document into the table of words, by index_sql_insert. */
NODISCARD int index_insert(struct index *ix, sqlite3_stmt *st, int64_t number, const struct past *p,
			   struct err *e);
/* The tables and statements of queries; once the table of words is there. */
NODISCARD int index_ready(struct index *ix, struct err *e);
/* Puts the document into the history, if it is not there, and its place there into *past. */
NODISCARD int index_load(struct index *ix, int64_t rowid, size_t *past, struct err *e);
/* Takes the lock of writers, waiting ten seconds at most. Returns the descriptor that holds it, or
 * -1. */
NODISCARD int index_lock(const struct index *ix, struct err *e);
/* Adds what vectors say to the matches of words, whose `past` is still the row's number. */
NODISCARD int index_join_vectors(struct index *ix, struct span text, struct match *out, size_t *n,
				 struct err *e);

#endif
