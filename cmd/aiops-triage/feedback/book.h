/*
 * The store as triage uses it: opened with the tables of all its parts, and notes
 * in its audit log, which commit together with what they tell of.
 */
#ifndef AIOPS_TRIAGE_BOOK_H
#define AIOPS_TRIAGE_BOOK_H

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/span.h"
#include "cli/cli.h"
#include "record/jsonw.h"
#include "store/store.h"

#define BOOK_NOTE_BYTES (64u << 10)

struct book {
	struct store *store;
	const struct env *env;
	struct span actor;
};

/* Opens the store of --db (or its standing place). Errors: those of store_open, EX_BADCONFIG (a
 * user's name that no audit record may carry). Close with book_close. */
NODISCARD int book_open(struct book *b, struct cli *c, struct err *e);
void book_close(struct book *b);

/* The wall clock, milliseconds. */
int64_t book_now_ms(const struct book *b);

/* Begins a record of kind notice, {...,"notice":{"event":EVENT; the caller writes more members
 * of the notice and ends both objects with book_note_end. about tells notes of one millisecond
 * apart; incident may be SPAN_NONE. */
struct jsonw book_note_begin(const struct book *b, struct buf *out, const char *event,
			     struct span incident, struct span about, struct span title);
void book_note_end(struct jsonw *w);

/* Appends the note to the audit log, inside the caller's transaction. out, what is then there
 * (secrets taken out), may be NULL. Errors: EX_IO and the like; roll back. */
NODISCARD int book_append(struct book *b, struct span note, struct buf *out, struct err *e);

#endif
