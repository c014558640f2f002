/*
 * The one SQLite file that holds what acts or must be proved.
 *
 * Opening checks that the file is ours (application_id), not a symlink, not
 * group- or world-writable, not on a network file system, not of a newer
 * version, and applies the numbered migrations of the modules that the
 * programme uses. Every write happens inside store_begin ... store_commit:
 * flock on "<db>.lock" (bounded wait, then EX_TRYLATER; a checkpoint in one
 * process racing a write in another can lose commits in SQLite 3.7.0-3.51.2),
 * BEGIN IMMEDIATE, synchronous=FULL. A failed COMMIT is final (EX_IO).
 */
#ifndef AIOPS_STORE_STORE_H
#define AIOPS_STORE_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define STORE_LOCK_WAIT_MS 10000

struct store;

/* A migration: applied once, in order of number, each in a transaction of its own. */
struct migration {
	int number; /* 1-9 audit, 10-19 breaker, 20-29 runs and approvals, 40-49 spool, 50-52
		       feedback, 53-55 language model, 56-59 vectors, 60-69 incidents */
	const char *sql;
};

/* Opens path for writing, made if missing (0600, its folder 0700), and applies what is missing of
 * list (n of them, ascending; a programme lists whole modules). What other modules have applied is
 * left alone. Errors: EX_CANNOTCREATE, EX_IO, EX_TRYLATER, EX_POLICY (permissions, symlink, network
 * file system, not ours), EX_BADCONFIG (a listed module is newer there), EX_BADDATA (damaged). */
NODISCARD int store_open(const char *path, const struct migration *list, size_t n,
			 struct store **out, struct err *e);
/* The same with a wait for the lock other than STORE_LOCK_WAIT_MS, here and in store_begin. */
NODISCARD int store_open_waiting(const char *path, const struct migration *list, size_t n,
				 int64_t wait_ms, struct store **out, struct err *e);
/* Opens for reading only: no lock, no checkpoint on close, no database made (SQLite may make its
 * -shm file beside it). Who owns it and its mode do not matter: a copy can be read too. Errors:
 * EX_UNREADABLE if it is missing or unreadable, EX_BADCONFIG if not ours or newer, EX_BADDATA if it
 * is no database, EX_POLICY on a network file system. */
NODISCARD int store_open_readonly(const char *path, struct store **out, struct err *e);
/* For a reader: how many of list, counted from its first, are there. Errors: EX_BADCONFIG if there
 * is one that is newer than list. */
NODISCARD int store_count_applied(struct store *s, const struct migration *list, size_t n,
				  size_t *out, struct err *e);
/* Closes under the lock (the last close checkpoints). NULL is accepted. */
void store_close(struct store *s);

/* Transactions do not nest. store_begin queues for the lock: never hold a transaction over a child,
 * the network or a read that may block. After a failed store_commit nothing was written, the
 * transaction is over, and so is this store: store_begin fails from then on (the kernel may have
 * dropped the pages of a failed sync, so trying again proves nothing). */
NODISCARD int store_begin(struct store *s, struct err *e);
NODISCARD int store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s); /* harmless outside a transaction */

/* Copies the write-ahead log into the database and cuts it to nothing, so that what was
 * overwritten stands nowhere; outside a transaction. Errors: EX_TRYLATER (somebody reads). */
NODISCARD int store_checkpoint(struct store *s, struct err *e);

sqlite3 *store_db(struct store *s);
/* The path that it was opened by. Borrowed. */
const char *store_path(const struct store *s);

/* A prepared statement, cached by its text until close, reset and unbound. NULL on error.
 * store_commit and store_rollback reset them all, so a row must not be used past them. */
sqlite3_stmt *store_stmt(struct store *s, const char *sql, struct err *e);
/* Runs one step: 1 row, 0 done (and reset), -1 error. */
NODISCARD int store_step(struct store *s, sqlite3_stmt *st, struct err *e);
/* Binds (index from 1; spans are copied by SQLite: SQLITE_TRANSIENT). */
void store_bind_text(sqlite3_stmt *st, int index, struct span s); /* SPAN_NONE binds NULL */
void store_bind_i64(sqlite3_stmt *st, int index, int64_t n);
/* A column of the current row, borrowed until the next step. */
struct span store_text(sqlite3_stmt *st, int column);

/* Turns the last SQLite error into words and an exit code (EX_IO for full disk and I/O,
 * EX_TRYLATER for busy, EX_BADDATA for corrupt, EX_POLICY for read-only, EX_SYSTEM for
 * memory, EX_BUG else). The words may hold bytes of a damaged file. Always -1. */
int store_err(struct store *s, struct err *e, const char *doing);
/* The exit code (base/err.h) that stands for a result code of SQLite's, extended or not. */
int store_exit_of(int sqlite_code);

#endif
