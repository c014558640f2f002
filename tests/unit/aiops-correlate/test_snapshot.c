#include "aiops-correlate/state/snapshot.h"

#include "stream_test.h"

static struct stream_event events[STREAM];
static const struct stream_event *order[STREAM];

static void make_state(struct buf *kept)
{
	struct buf out = BUF_INIT(1 << 26);

	stream_make(events, 5);
	stream_shuffle(events, order, 0, 0);
	stream_run(order, 0, 150, kept, &out);
	buf_release(&out);
}

static int load(struct span text, struct err *e)
{
	struct settings set = usual();
	struct engine en;
	struct ahead told;
	int rc;

	engine_init(&en, &set, NULL, (struct sink){NULL, NULL});
	ahead_init(&told);
	rc = stream_load(&en, &told, text, e);
	ahead_release(&told);
	engine_release(&en);
	return rc;
}

static void snapshot_save_of_a_load_is_the_same(void **state)
{
	struct buf kept = BUF_INIT(1 << 26), again = BUF_INIT(1 << 26);
	struct settings set = usual();
	struct engine en;
	struct ahead told;
	struct err e = ERR_INIT;
	size_t rows;

	(void)state;
	make_state(&kept);
	engine_init(&en, &set, NULL, (struct sink){NULL, NULL});
	ahead_init(&told);
	assert_int_equal(stream_load(&en, &told, buf_span(&kept), &e), 0);
	assert_true(heap_count(&en.pending) > 0 && en.groups.live > 0 &&
		    alerts_count(&en.alerts) > 0 && told.map.live > 0);
	stream_save(&en, &again, &rows);
	stream_save_end(&told, &again, rows);
	assert_int_equal(kept.len, again.len);
	assert_memory_equal(kept.data, again.data, kept.len);
	ahead_release(&told);
	engine_release(&en);
	buf_release(&kept);
	buf_release(&again);
}

static void snapshot_load_newer_version_is_refused(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(load(SPAN("{\"aiops_correlate_state\":4}"), &e), -1);
	assert_int_equal(e.code, EX_BADCONFIG);
	assert_string_equal(e.text, "the state is of version 4, this programme knows version 3");
}

static void snapshot_load_other_documents_are_refused(void **state)
{
	static const char *const texts[] = {"",
					    "{}",
					    "[]",
					    "null",
					    "{\"aiops_correlate_state\":\"1\"}",
					    "{\"aiops_correlate_state\":3}",
					    "{\"aiops_correlate_state\":3"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(load(span_cstr(texts[i]), &e), -1);
		assert_int_equal(e.code, EX_BADCONFIG);
	}
}

static void snapshot_load_cut_anywhere_is_refused(void **state)
{
	struct buf kept = BUF_INIT(1 << 26);

	(void)state;
	make_state(&kept);
	for (size_t n = 0; n + 2 < kept.len; n += kept.len / 97) {
		struct err e = ERR_INIT;

		assert_int_equal(load(span_of(kept.data, n), &e), -1);
		assert_int_equal(e.code, EX_BADCONFIG);
	}
	buf_release(&kept);
}

/* Numbers replaced at random: refused or taken, but never a crash later on. */
static void snapshot_load_damaged_numbers_do_no_harm(void **state)
{
	struct buf kept = BUF_INIT(1 << 26), out = BUF_INIT(1 << 26), copy = BUF_INIT(1 << 26);
	uint32_t x = 99;
	int taken = 0, refused = 0;

	(void)state;
	make_state(&kept);
	for (int round = 0; round < 300; round++) {
		struct settings set = usual();
		struct engine en;
		struct teller teller;
		struct outcome outcome = {0};
		struct err e = ERR_INIT;

		buf_clear(&copy);
		buf_add_span(&copy, buf_span(&kept));
		for (int hits = 0; hits < 3;) {
			size_t at = ((size_t)stream_random(&x) << 8 | stream_random(&x) % 256) %
				    copy.len;

			if (copy.data[at] < '0' || copy.data[at] > '9')
				continue;
			copy.data[at] = (char)('1' + stream_random(&x) % 9);
			hits++;
		}
		engine_init(&en, &set, NULL, (struct sink){&teller, teller_incident});
		teller_init(&teller, &en);
		if (stream_load(&en, &teller.told, buf_span(&copy), &e) == 0) {
			taken++;
			teller_resume(&teller);
			for (size_t i = 150; i < 200; i++) {
				char id[64];
				struct report r = report_of(&order[i]->given, id);

				engine_take(&en, &r, r.at_ns, &outcome);
			}
			engine_finish(&en, true);
		} else {
			refused++;
			assert_int_equal(e.code, EX_BADCONFIG);
		}
		outcome_release(&outcome);
		teller_release(&teller);
		engine_release(&en);
	}
	assert_true(taken > 0 && refused > 0);
	buf_release(&kept);
	buf_release(&copy);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(snapshot_save_of_a_load_is_the_same),
		cmocka_unit_test(snapshot_load_newer_version_is_refused),
		cmocka_unit_test(snapshot_load_other_documents_are_refused),
		cmocka_unit_test(snapshot_load_cut_anywhere_is_refused),
		cmocka_unit_test(snapshot_load_damaged_numbers_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
