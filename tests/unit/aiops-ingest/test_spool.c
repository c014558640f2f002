/*
 * The spool: what is put comes back after every way of ending, in order.
 */
#include "aiops-ingest/live/spool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/digest.h"

static char dir[64], spool_dir[96];

static int make(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/aiops-spool-XXXXXX");
	if (!mkdtemp(dir) || crypto_init(&e) != 0)
		return -1;
	(void)snprintf(spool_dir, sizeof spool_dir, "%s/spool", dir);
	return 0;
}

static int drop(void **state)
{
	static const char *const names[] = {"spool.db", "spool.db-wal", "spool.db-shm",
					    "spool.db.lock", "listener.lock"};
	char path[160];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", spool_dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(spool_dir);
	return rmdir(dir);
}

static struct spool *open_spool(size_t max)
{
	struct spool *s = NULL;
	struct err e = ERR_INIT;

	if (spool_open(spool_dir, max, 1000, &s, &e) != 0)
		fail_msg("%s", e.text);
	return s;
}

static void close_spool(struct spool *s)
{
	struct err e = ERR_INIT;

	assert_int_equal(spool_close(s, &e), 0);
}

static int64_t put(struct spool *s, const char *events, int64_t received_ms)
{
	struct spool_item it = {span_cstr(events), received_ms, SPAN_NONE, 0};
	struct err e = ERR_INIT;

	assert_int_equal(spool_put(s, &it, 1, &e), 0);
	return it.seq;
}

/* All that comes behind number 0, in order, as one text. */
static void expect(struct spool *s, const char *want)
{
	struct buf all = BUF_INIT(1000);
	struct err e = ERR_INIT;
	int64_t seq = 0;

	while (spool_next(s, seq, &all, &seq, &e) > 0)
		continue;
	assert_int_equal(e.code, 0);
	assert_string_equal(buf_cstr(&all), want);
	buf_release(&all);
}

static void spool_keeps_what_is_put_in_order(void **state)
{
	struct spool *s = open_spool(100);
	struct spool_item two[] = {{SPAN("b\n"), 2, SPAN_NONE, 0}, {SPAN("c\n"), 3, SPAN_NONE, 0}};
	struct err e = ERR_INIT;
	int64_t oldest;

	(void)state;
	assert_int_equal(put(s, "a\n", 1), 1);
	assert_int_equal(spool_put(s, two, 2, &e), 0);
	assert_int_equal(two[1].seq, 3);
	assert_int_equal(spool_last(s), 3);
	close_spool(s);
	s = open_spool(100);
	expect(s, "a\nb\nc\n");
	assert_int_equal(spool_deliveries(s), 3);
	assert_int_equal(spool_bytes(s), 6);
	assert_int_equal(spool_oldest(s, &oldest, &e), 1);
	assert_int_equal(oldest, 1);
	close_spool(s);
}

static void spool_takes_out_what_is_written_only(void **state)
{
	struct spool *s = open_spool(100);
	struct err e = ERR_INIT;
	int64_t oldest;

	(void)state;
	(void)put(s, "a\n", 1);
	(void)put(s, "b\n", 2);
	spool_written(s, 1, 2);
	assert_true(spool_is_untidy(s));
	assert_int_equal(spool_oldest(s, &oldest, &e), 1);
	assert_int_equal(oldest, 2);
	assert_int_equal(spool_tidy(s, &e), 0);
	assert_false(spool_is_untidy(s));
	expect(s, "b\n");
	assert_int_equal(put(s, "c\n", 3), 3);
	spool_written(s, 2, 2);
	close_spool(s); /* takes it out */
	s = open_spool(100);
	expect(s, "c\n");
	assert_int_equal(spool_last(s), 3);
	close_spool(s);
}

static void spool_is_full_at_its_maximum(void **state)
{
	struct spool *s = open_spool(10);

	(void)state;
	assert_false(spool_is_full(s, 10));
	assert_true(spool_is_full(s, 11));
	assert_true(spool_is_full(s, (size_t)-1));
	(void)put(s, "123456\n", 1);
	assert_false(spool_is_full(s, 3));
	assert_true(spool_is_full(s, 4));
	spool_written(s, 1, 7);
	assert_false(spool_is_full(s, 10));
	close_spool(s);
}

static void spool_belongs_to_one(void **state)
{
	struct spool *s = open_spool(10), *other = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(spool_open(spool_dir, 10, 1000, &other, &e), -1);
	assert_int_equal(e.code, EX_TRYLATER);
	close_spool(s);
}

static void note(void *ctx, struct span digest, int64_t at_ms)
{
	buf_addf(ctx, "%.*s@%lld ", (int)digest.len, digest.data, (long long)at_ms);
}

static void spool_knows_digests_for_the_window(void **state)
{
	struct spool *s = open_spool(100);
	struct spool_item items[] = {{SPAN("a\n"), 1000, SPAN("d1"), 0},
				     {SPAN("b\n"), 1900, SPAN("d2"), 0},
				     {SPAN("c\n"), 2100, SPAN("d3"), 0}};
	struct buf seen = BUF_INIT(200);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(spool_put(s, items, 3, &e), 0);
	assert_int_equal(spool_seen(s, 0, note, &seen, &e), 0);
	assert_string_equal(buf_cstr(&seen), "d2@1900 d3@2100 "); /* d1 is older than the window */
	buf_clear(&seen);
	assert_int_equal(spool_seen(s, 2000, note, &seen, &e), 0);
	assert_string_equal(buf_cstr(&seen), "d3@2100 ");
	buf_release(&seen);
	close_spool(s);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(spool_keeps_what_is_put_in_order),
		CASE(spool_takes_out_what_is_written_only),
		CASE(spool_is_full_at_its_maximum),
		CASE(spool_belongs_to_one),
		CASE(spool_knows_digests_for_the_window),
	};

	return cmocka_run_group_tests_name("aiops-ingest/spool", tests, NULL, NULL);
}
