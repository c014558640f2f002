/*
 * What must not depend on how a stream arrives: in which order within the
 * lateness, and in how many runs.
 */
#include "stream_test.h"

static struct stream_event events[STREAM];
static const struct stream_event *order[STREAM];

static void correlate_any_order_within_the_lateness_is_the_same(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 5; seed++) {
		struct buf want = BUF_INIT(1 << 26), got = BUF_INIT(1 << 26);

		stream_make(events, seed);
		stream_shuffle(events, order, 0, 0);
		stream_run(order, 0, STREAM, NULL, &want);
		assert_true(want.len > 0);
		for (uint32_t s = 1; s <= 5; s++) {
			buf_clear(&got);
			stream_shuffle(events, order, 30, s);
			stream_run(order, 0, STREAM, NULL, &got);
			stream_compare(buf_span(&want), buf_span(&got), false);
		}
		buf_release(&want);
		buf_release(&got);
	}
}

static void in_runs(uint32_t seed, size_t runs, struct buf *out)
{
	struct buf kept = BUF_INIT(1 << 26);
	size_t from = 0;

	for (size_t i = 1; i <= runs; i++) {
		size_t to =
			i == runs ? STREAM : from + 1 + stream_random(&seed) % (2 * STREAM / runs);

		if (to > STREAM)
			to = STREAM;
		stream_run(order, from, to, &kept, out);
		from = to;
	}
	buf_release(&kept);
}

static void correlate_split_over_runs_is_the_same(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 4; seed++) {
		struct buf want = BUF_INIT(1 << 26), got = BUF_INIT(1 << 26);

		stream_make(events, seed);
		stream_shuffle(events, order, 0, 0);
		in_runs(seed, 1, &want);
		in_runs(seed, 2, &got);
		stream_compare(buf_span(&want), buf_span(&got), false);
		buf_clear(&got);
		in_runs(seed, 25, &got);
		stream_compare(buf_span(&want), buf_span(&got), false);
		buf_release(&want);
		buf_release(&got);
	}
}

static void correlate_split_says_nothing_twice(void **state)
{
	struct buf out = BUF_INIT(1 << 26);
	struct map seen;
	struct span text;

	(void)state;
	stream_make(events, 9);
	stream_shuffle(events, order, 0, 0);
	in_runs(9, 25, &out);
	map_init(&seen);
	for (text = buf_span(&out); text.len;) {
		size_t n = (size_t)((const char *)memchr(text.data, '\n', text.len) - text.data);
		bool added;

		(void)map_put(&seen, stream_field(span_of(text.data, n), "id"), &added);
		if (!added)
			fail_msg("twice: %.*s", (int)n, text.data);
		text = span_of(text.data + n + 1, text.len - n - 1);
	}
	map_release(&seen);
	buf_release(&out);
}

static void correlate_shuffled_and_split_comes_to_the_same_incidents(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 4; seed++) {
		struct buf want = BUF_INIT(1 << 26), got = BUF_INIT(1 << 26);

		stream_make(events, seed);
		stream_shuffle(events, order, 0, 0);
		in_runs(seed, 1, &want);
		stream_shuffle(events, order, 30, seed);
		in_runs(seed, 20, &got);
		stream_compare(buf_span(&want), buf_span(&got), true);
		buf_release(&want);
		buf_release(&got);
	}
}

static void correlate_run_without_news_is_silent(void **state)
{
	struct buf kept = BUF_INIT(1 << 26), out = BUF_INIT(1 << 26);

	(void)state;
	stream_make(events, 3);
	stream_shuffle(events, order, 0, 0);
	stream_run(order, 0, STREAM, &kept, &out);
	assert_true(out.len > 0);
	for (int i = 0; i < 3; i++) {
		buf_clear(&out);
		stream_run(order, 0, 0, &kept, &out);
		assert_int_equal(out.len, 0);
	}
	buf_release(&kept);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(correlate_any_order_within_the_lateness_is_the_same),
		cmocka_unit_test(correlate_split_over_runs_is_the_same),
		cmocka_unit_test(correlate_split_says_nothing_twice),
		cmocka_unit_test(correlate_shuffled_and_split_comes_to_the_same_incidents),
		cmocka_unit_test(correlate_run_without_news_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
