/*
 * sql: fails the n-th thing that a programme asks of SQLite: a statement to
 * prepare, a step, a text to execute, a file to open. Preloaded by
 * tests/torture/fault-sql.
 *
 *	SQL_AT    n, from 1; 0 or nothing counts only
 *	SQL_EVER  1: every one from the n-th on fails, not that one alone
 *	SQL_CODE  the result code it fails with (10, SQLITE_IOERR)
 *	SQL_COUNT a file: two native 64-bit numbers, what was asked so far and what failed
 *
 * The call does nothing and answers with the code; errmsg and the like tell
 * of it until the connection is asked again, as SQLite's do. What SQLite asks
 * of itself is left alone: it has tests of its own.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t tally[2], at;
static bool ever;
static int code = SQLITE_IOERR;
static sqlite3 *sick; /* of whom the last answer was a made one */

static __attribute__((constructor)) void begin(void)
{
	const char *n = getenv("SQL_AT"), *as = getenv("SQL_CODE"), *all = getenv("SQL_EVER");

	at = n ? strtoull(n, NULL, 10) : 0;
	ever = all && *all == '1';
	if (as)
		code = atoi(as);
	(void)unsetenv("LD_PRELOAD"); /* what is executed counts for nothing */
}

/* At every call: the process may end in many ways. */
static void tell(void)
{
	const char *path = getenv("SQL_COUNT");
	int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	if (write(fd, tally, sizeof tally) != sizeof tally)
		abort();
	(void)close(fd);
}

static bool is_sqlite(const void *caller)
{
	Dl_info who;

	return dladdr(caller, &who) != 0 && who.dli_fname && strstr(who.dli_fname, "libsqlite3");
}

static bool strikes(sqlite3 *db, const void *caller)
{
	bool hit;

	if (is_sqlite(caller))
		return false;
	tally[0]++;
	hit = at && (ever ? tally[0] >= at : tally[0] == at);
	tally[1] += hit;
	sick = hit ? db : NULL;
	tell();
	return hit;
}

/* The next of that name, as what it is. */
#define NEXT(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **out, const char **tail)
{
	if (strikes(db, __builtin_return_address(0))) {
		*out = NULL;
		return code;
	}
	return NEXT(int, "sqlite3_prepare_v2", sqlite3 *, const char *, int, sqlite3_stmt **,
		    const char **)(db, sql, n, out, tail);
}

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **out,
		       const char **tail)
{
	if (strikes(db, __builtin_return_address(0))) {
		*out = NULL;
		return code;
	}
	return NEXT(int, "sqlite3_prepare_v3", sqlite3 *, const char *, int, unsigned,
		    sqlite3_stmt **, const char **)(db, sql, n, flags, out, tail);
}

int sqlite3_step(sqlite3_stmt *st)
{
	if (strikes(sqlite3_db_handle(st), __builtin_return_address(0)))
		return code;
	return NEXT(int, "sqlite3_step", sqlite3_stmt *)(st);
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *ctx,
		 char **why)
{
	if (strikes(db, __builtin_return_address(0))) {
		if (why)
			*why = NULL;
		return code;
	}
	return NEXT(int, "sqlite3_exec", sqlite3 *, const char *,
		    int (*)(void *, int, char **, char **), void *, char **)(db, sql, fn, ctx, why);
}

int sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs)
{
	int rc = NEXT(int, "sqlite3_open_v2", const char *, sqlite3 **, int,
		      const char *)(path, out, flags, vfs);

	return strikes(*out, __builtin_return_address(0)) ? code : rc;
}

int sqlite3_errcode(sqlite3 *db)
{
	return db == sick ? code : NEXT(int, "sqlite3_errcode", sqlite3 *)(db);
}

int sqlite3_extended_errcode(sqlite3 *db)
{
	return db == sick ? code : NEXT(int, "sqlite3_extended_errcode", sqlite3 *)(db);
}

const char *sqlite3_errmsg(sqlite3 *db)
{
	return db == sick ? sqlite3_errstr(code)
			  : NEXT(const char *, "sqlite3_errmsg", sqlite3 *)(db);
}
