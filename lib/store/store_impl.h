/*
 * What the files of lib/store share and nobody else sees.
 */
#ifndef AIOPS_STORE_STORE_IMPL_H
#define AIOPS_STORE_STORE_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/record.h"
#include "store/store.h"

/* "AIOP": what `file` and SQLite know our databases by. */
#define STORE_APPLICATION_ID 0x41494F50
/* PRAGMA user_version: the layout of the migrations table itself. */
#define STORE_LAYOUT 1

struct store {
	sqlite3 *db;
	char *path; /* as given, for messages */
	char *file; /* as SQLite opens it */
	char *lock_path;
	int lock_fd; /* -1: opened for reading */
	int64_t wait_ms;
	bool locked;
	bool in_transaction;
	bool broken; /* a commit failed */
	sqlite3_stmt **stmts;
	size_t n_stmts, cap_stmts;
	struct record *parser;       /* of audit bodies; made at first use */
	struct buf padded;           /* a body with the padding that the parser wants */
	struct audit_head_row *tail; /* where this transaction has brought the audit log */
	bool tail_known, tail_changed;
};

/* Ends all statements of the cache that still stand on a row. */
void store_reset_all(struct store *s);

/* Runs sql that gives no rows. */
NODISCARD int store_exec(struct store *s, const char *sql, struct err *e);
/* The integer that one pragma or query gives. */
NODISCARD int store_query_i64(struct store *s, const char *sql, int64_t *out, struct err *e);

/* ---- check.c: is it safe to open? ---- */

/* That path, if it is there, is a regular file, no symbolic link, ours, and writable by
 * nobody else, and that its file system is a local one. *missing says that it is not
 * there. Errors: EX_POLICY, EX_CANNOTCREATE. */
NODISCARD int store_check_writable(const char *path, bool *missing, struct err *e);
/* That path is a regular file on a local file system. Errors: EX_UNREADABLE, EX_POLICY. */
NODISCARD int store_check_readable(const char *path, struct err *e);
/* True for the f_type of statfs(2) of a file system on which other machines may write. */
bool store_is_network_fs(int64_t type);

/* ---- migrate.c ---- */

/* That the database is ours (else code) and its layout known (else EX_BADCONFIG). With empty given,
 * a database in which nothing is yet passes too, and *empty says so. */
NODISCARD int store_check_ours(struct store *s, bool *empty, int code, struct err *e);

/* Makes an empty database ours and applies what is missing; under the lock, outside a transaction.
 */
NODISCARD int store_migrate(struct store *s, bool empty, const struct migration *list, size_t n,
			    struct err *e);

#endif
