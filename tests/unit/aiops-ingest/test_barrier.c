/*
 * The last barrier of a file, wherever it stands, whatever stands behind it, and across rotation.
 */
#include "aiops-ingest/live/barrier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

#define CHUNK ((size_t)64 << 10) /* what is read at a time */

static char dir[64], path[96], older[100];

static int make(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/aiops-barrier-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	(void)snprintf(path, sizeof path, "%s/out", dir);
	(void)snprintf(older, sizeof older, "%s.1", path);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)unlink(older);
	return rmdir(dir);
}

static void add_barrier(struct buf *b, int n)
{
	buf_addf(b, "{\"_barrier\":{\"kind\":\"aiops-ingest state\",\"v\":1,\"n\":%d}}\n", n);
}

/* Lines of records, n bytes together. */
static void add_records(struct buf *b, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		buf_add_char(b, i % 97 == 96 ? '\n' : 'x');
	if (n > 0)
		buf_add_char(b, '\n');
}

static void put(const char *name, const struct buf *b)
{
	struct err e = ERR_INIT;

	assert_int_equal(file_write_atomic(name, buf_span(b), 0600, &e), 0);
}

/* The number of the barrier that is found, 0 for none. */
static int found(void)
{
	struct buf out = BUF_INIT(4096);
	struct err e = ERR_INIT;
	int rc = barrier_last(path, &out, &e), n = 0;

	assert_int_equal(e.code, 0);
	if (rc > 0) {
		const char *at = strstr(buf_cstr(&out), "\"n\":");

		assert_memory_equal(buf_cstr(&out), "{\"kind\":", 8);
		assert_string_equal(out.data + out.len - 1, "}");
		assert_non_null(at);
		for (at += 4; *at >= '0' && *at <= '9'; at++)
			n = 10 * n + (*at - '0');
		assert_string_equal(at, "}");
	}
	buf_release(&out);
	return n;
}

/* Behind it up to two chunks of records, so that it lies across each kind of boundary. */
static void barrier_is_found_at_any_place(void **state)
{
	static const size_t behind[] = {0, 1, 97, CHUNK - 1, CHUNK, 2 * CHUNK};

	(void)state;
	for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
		for (size_t shift = 0; shift < 90; shift++) {
			struct buf b = BUF_INIT(1 << 20);

			add_barrier(&b, 1);
			add_records(&b, 100);
			add_barrier(&b, 2);
			add_records(&b, behind[i] > shift ? behind[i] - shift : shift);
			put(path, &b);
			if (found() != 2)
				fail_msg("%zu bytes behind it", behind[i] - shift);
			buf_release(&b);
		}
	}
}

static void barrier_that_was_cut_off_does_not_count(void **state)
{
	struct buf whole = BUF_INIT(1 << 20);
	size_t front;

	(void)state;
	add_records(&whole, CHUNK + 50);
	add_barrier(&whole, 1);
	add_records(&whole, CHUNK - 60);
	front = whole.len;
	add_barrier(&whole, 2);
	for (size_t len = front; len < whole.len; len++) {
		struct buf b = BUF_INIT(1 << 20);

		buf_add(&b, whole.data, len);
		put(path, &b);
		assert_int_equal(found(), 1);
		buf_release(&b);
	}
	buf_release(&whole);
}

static void barrier_of_others_does_not_count(void **state)
{
	struct buf b = BUF_INIT(1 << 20);

	(void)state;
	add_barrier(&b, 1);
	buf_add_span(&b, SPAN("{\"_barrier\":7}\n{\"a\":\""));
	add_barrier(&b, 2); /* in the middle of a line */
	put(path, &b);
	assert_int_equal(found(), 1);
	buf_release(&b);
}

static void barrier_is_looked_for_in_rotated_files(void **state)
{
	struct buf old = BUF_INIT(1 << 20), now = BUF_INIT(1 << 20);

	(void)state;
	assert_int_equal(found(), 0);
	add_barrier(&old, 1);
	put(older, &old);
	assert_int_equal(found(), 1);
	add_records(&now, 100);
	put(path, &now);
	assert_int_equal(found(), 1);
	add_barrier(&now, 2);
	put(path, &now);
	assert_int_equal(found(), 2);
	buf_release(&old);
	buf_release(&now);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(barrier_is_found_at_any_place),
		CASE(barrier_that_was_cut_off_does_not_count),
		CASE(barrier_of_others_does_not_count),
		CASE(barrier_is_looked_for_in_rotated_files),
	};

	return cmocka_run_group_tests_name("aiops-ingest/barrier", tests, NULL, NULL);
}
