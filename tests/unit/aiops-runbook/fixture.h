/*
 * A store in a folder of its own, with a clock and randomness that the test holds.
 */
#ifndef AIOPS_TESTS_RUNBOOK_FIXTURE_H
#define AIOPS_TESTS_RUNBOOK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aiops-runbook/runs/journal.h"
#include "aiops-runbook/runs/runstore.h"
#include "base/digest.h"
#include "base/env.h"
#include "base/instant.h"

#define T0 INT64_C(1795424400000000000) /* 2026-11-23T09:00:00Z */

struct fixture {
	char folder[40], db[64];
	int64_t now_ns;
	uint64_t random;
	struct env env;
	struct store *store;
	struct journal journal;
	struct pool pool;
	int lines;       /* records that were shown */
	char last[4096]; /* the last of them */
};

static inline int64_t fixture_now(void *ctx)
{
	return ((struct fixture *)ctx)->now_ns;
}

static inline int64_t fixture_ticks(void *ctx)
{
	return ((struct fixture *)ctx)->now_ns / NS_PER_MS;
}

/* Different at every call, the same in every run. */
static inline void fixture_random(void *ctx, uint8_t *out, size_t n)
{
	struct fixture *x = ctx;

	for (size_t i = 0; i < n; i++) {
		x->random =
			x->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		out[i] = (uint8_t)(x->random >> 56);
	}
}

static inline void fixture_sink(void *ctx, struct span line)
{
	struct fixture *x = ctx;
	size_t n = line.len < sizeof x->last - 1 ? line.len : sizeof x->last - 1;

	memcpy(x->last, line.data, n);
	x->last[n] = '\0';
	x->lines++;
}

static inline void fixture_open(struct fixture *x)
{
	struct err e = ERR_INIT;

	*x = (struct fixture){.now_ns = T0, .random = 7};
	(void)snprintf(x->folder, sizeof x->folder, "/tmp/runbook-test-XXXXXX");
	assert_non_null(mkdtemp(x->folder));
	(void)snprintf(x->db, sizeof x->db, "%s/db", x->folder);
	x->env = (struct env){x, fixture_now, fixture_ticks, fixture_random};
	if (crypto_init(&e) != 0 || runstore_open(x->db, &x->store, &e) != 0)
		fail_msg("%s", e.text);
	journal_init(&x->journal, x->store, &x->env, SPAN("ada"), fixture_sink, x);
}

static inline void fixture_close(struct fixture *x)
{
	static const char *const names[] = {"db", "db-wal", "db-shm", "db.lock"};
	char path[80];

	journal_release(&x->journal);
	store_close(x->store);
	pool_release(&x->pool);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", x->folder, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(x->folder), 0);
}

/* A number from the store. */
static inline int64_t fixture_count(struct fixture *x, const char *sql)
{
	struct err e = ERR_INIT;
	sqlite3_stmt *st = store_stmt(x->store, sql, &e);
	int64_t n;

	assert_non_null(st);
	assert_int_equal(store_step(x->store, st, &e), 1);
	n = sqlite3_column_int64(st, 0);
	(void)sqlite3_reset(st);
	return n;
}

/* Runs one statement in a transaction of its own: what an attacker or an accident would do. */
static inline void fixture_sql(struct fixture *x, const char *sql)
{
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(x->store, &e), 0);
	assert_int_equal(sqlite3_exec(store_db(x->store), sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_commit(x->store, &e), 0);
}

/* A run that waits for an approval, asked for by ada. */
static inline struct run_row fixture_run(struct fixture *x, const char *id)
{
	static const char source[] =
		"INSERT OR IGNORE INTO aiops_runbook VALUES ('d', 'demo', x'00', 0)";
	struct err e = ERR_INIT;
	struct run_row r = {
		.runbook = SPAN("demo"),
		.runbook_digest = SPAN("d"),
		.plan_id = SPAN("PLAN-1"),
		.plan_digest =
			SPAN("1111111111111111111111111111111111111111111111111111111111111111"),
		.plan = SPAN("{\"approval\":{\"approvers\":[\"site\"]}}"),
		.incident = SPAN("INC-1"),
		.key = SPAN("demo"),
		.requester = SPAN("ada"),
		.state = RUN_AWAITING,
		.needs_approval = true,
		.created_ns = x->now_ns,
		.expires_in_ms = 900000,
		.min_approvals = 1,
		.request_expires_ns = x->now_ns + 900 * NS_PER_S,
		.started_ns = RUN_NEVER,
		.ended_ns = RUN_NEVER};

	(void)snprintf(r.id, sizeof r.id, "%s", id);
	fixture_sql(x, source);
	assert_int_equal(store_begin(x->store, &e), 0);
	assert_int_equal(run_insert(x->store, &r, &e), 0);
	assert_int_equal(store_commit(x->store, &e), 0);
	return r;
}

#endif
