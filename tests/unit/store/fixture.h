/*
 * A folder of its own for each test, and a log in it.
 */
#ifndef AIOPS_TESTS_STORE_FIXTURE_H
#define AIOPS_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/audit.h"

struct fixture {
	char dir[64], db[96];
	struct err err;
};

static inline int fixture_make(void **state)
{
	struct fixture *f = mem_zalloc(sizeof *f);
	struct err e = ERR_INIT;

	(void)snprintf(f->dir, sizeof f->dir, "/tmp/aiops-store-XXXXXX");
	if (crypto_init(&e) != 0 || !mkdtemp(f->dir)) {
		free(f);
		return -1;
	}
	(void)snprintf(f->db, sizeof f->db, "%s/log.db", f->dir);
	*state = f;
	return 0;
}

static inline int fixture_remove_one(const char *path, const struct stat *st, int type,
				     struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int fixture_drop(void **state)
{
	struct fixture *f = *state;

	(void)nftw(f->dir, fixture_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

#define with_fixture(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_drop)

static inline struct store *fixture_open(struct fixture *f)
{
	struct store *s = NULL;

	if (store_open(f->db, audit_migrations, audit_migration_count, &s, &f->err) != 0)
		fail_msg("%s", f->err.text);
	return s;
}

static inline struct store *fixture_read(struct fixture *f)
{
	struct store *s = NULL;

	if (store_open_readonly(f->db, &s, &f->err) != 0)
		fail_msg("%s", f->err.text);
	return s;
}

#define fixture_ok(f, call)                                                                        \
	do {                                                                                       \
		if ((call) != 0)                                                                   \
			fail_msg("%s: %s", #call, (f)->err.text);                                  \
	} while (0)

/* Appends one record in an open transaction; its salt is made of its number. */
static inline int fixture_append(struct fixture *f, struct store *s, const char *id,
				 const char *body, struct audit_ref *ref)
{
	uint8_t salt[AUDIT_SALT_BYTES] = {0};
	struct instant ts = {.ns = INT64_C(1795252159095000000), .fraction = 9};

	memcpy(salt, id ? id : "", id ? strlen(id) % AUDIT_SALT_BYTES : 0);
	return audit_append(s, ts, SPAN("run"), SPAN("alice"), span_cstr(id), SPAN_NONE, SPAN_NONE,
			    span_cstr(body), salt, ref, &f->err);
}

/* A log of n rows r1, r2, ... */
static inline void fixture_fill(struct fixture *f, int n)
{
	struct store *s = fixture_open(f);
	struct audit_ref ref;

	fixture_ok(f, store_begin(s, &f->err));
	for (int i = 1; i <= n; i++) {
		char id[16], body[80];

		(void)snprintf(id, sizeof id, "r%d", i);
		(void)snprintf(body, sizeof body, "{\"kind\":\"run\",\"id\":\"%s\",\"n\":%d}", id,
			       i);
		fixture_ok(f, fixture_append(f, s, id, body, &ref));
		assert_int_equal(ref.seq, i);
	}
	fixture_ok(f, store_commit(s, &f->err));
	store_close(s);
}

/* What a person with sqlite3 does to the file: no triggers of ours in the way. */
static inline void fixture_sql(struct fixture *f, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(f->db, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#endif
