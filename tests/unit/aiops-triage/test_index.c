/* The text index, and ranking what it finds. */
#include "aiops-triage/past/index.h"

#include "aiops-triage/past/similar.h"
#include "base/buf.h"
#include "triage_test.h"

static void add_past(struct history *h, const char *json)
{
	struct test_record t = test_parse(json);
	struct err e = ERR_INIT;
	struct past p;

	if (past_from_record(&p, t.record, &e) != 0 || history_add_take(h, &p, &e) != 0)
		fail_msg("%s", e.text);
	test_record_free(&t);
}

struct fixture {
	struct history history;
	struct index *index;
};

static int set_up(void **state)
{
	struct fixture *f = mem_zalloc(sizeof *f);
	struct err e = ERR_INIT;

	history_init(&f->history);
	add_past(&f->history,
		 "{\"id\":\"P0\",\"title\":\"orders database out of connections\","
		 "\"services\":[\"orders-db\"],"
		 "\"alerts\":[\"PostgresConnectionsExhausted\"],\"date\":\"2026-11-01\"}");
	add_past(&f->history, "{\"id\":\"P1\",\"title\":\"certificate of the gateway expired\","
			      "\"services\":[\"gateway\"],"
			      "\"date\":\"2026-11-01\"}");
	add_past(&f->history,
		 "{\"id\":\"P2\",\"title\":\"disk of search filled by logs\","
		 "\"services\":[\"search\"],"
		 "\"templates\":[\"No space left on device\"],\"date\":\"2025-01-01\"}");
	add_past(&f->history, "{\"id\":\"P3\",\"title\":\"\xC3\x84rger mit der Platte\","
			      "\"services\":[\"search\"]}");
	f->index = index_build(&f->history, &e);
	if (!f->index)
		fail_msg("%s", e.text);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	index_free(f->index);
	history_release(&f->history);
	free(f);
	return 0;
}

static size_t search(struct fixture *f, const char *text, struct match *out)
{
	struct err e = ERR_INIT;
	size_t n = 99;

	if (index_search(f->index, span_cstr(text), out, &n, &e) != 0)
		fail_msg("%s", e.text);
	return n;
}

static void search_finds_by_rare_words_and_by_parts_of_names(void **state)
{
	struct match m[MATCHES_MAX];

	assert_int_equal(search(*state, "certificate", m), 1);
	assert_int_equal(m[0].past, 1);
	assert_true(m[0].score > 0 && m[0].score <= 1);
	assert_int_equal(search(*state, "MysqlConnectionsHigh", m), 1);
	assert_int_equal(m[0].past, 0);
	assert_int_equal(search(*state, "PostgresConnectionsExhausted", m), 1);
	/* lower-casing beyond ASCII is FTS5's own, for documents and queries alike */
	assert_int_equal(search(*state, "\xC3\xA4rger", m), 1);
	assert_int_equal(m[0].past, 3);
}

static void search_unknown_words_lower_the_score(void **state)
{
	struct match m[MATCHES_MAX];
	double alone;

	assert_int_equal(search(*state, "certificate expired", m), 1);
	alone = m[0].score;
	assert_int_equal(search(*state, "certificate expired zebra giraffe okapi", m), 1);
	assert_true(m[0].score < alone);
}

static void search_hostile_text_is_only_words(void **state)
{
	static const char *const hostile[] = {
		"\"",
		"\"\"\"\" OR *",
		"title:certificate",
		"NEAR(disk certificate, 2)",
		"certificate^",
		"-disk",
		"a AND",
		"*",
		"",
		"the of and",
		"') ; DROP TABLE inc; --",
		"{title} : x",
		"\x01\x02\x7f",
		"disk\xC3\x28",
	};
	struct match m[MATCHES_MAX];

	for (size_t i = 0; i < ARRAY_LEN(hostile); i++)
		(void)search(*state, hostile[i], m);
	assert_int_equal(search(*state, "certificate", m), 1);
}

static void search_long_text_is_bounded(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct match m[MATCHES_MAX];

	for (int i = 0; i < 40000; i++)
		buf_addf(&b, "word%d ", i);
	assert_int_equal(search(*state, buf_cstr(&b), m), 0);
	buf_release(&b);
}

static void search_empty_index_finds_nothing(void **state)
{
	struct history h;
	struct err e = ERR_INIT;
	struct index *ix;
	struct match m[MATCHES_MAX];
	size_t n = 7;

	(void)state;
	history_init(&h);
	ix = index_build(&h, &e);
	assert_non_null(ix);
	assert_int_equal(index_search(ix, SPAN("disk"), m, &n, &e), 0);
	assert_int_equal(n, 0);
	index_free(ix);
	history_release(&h);
}

static void score_prefers_shared_services_and_recent_ones(void **state)
{
	struct fixture *f = *state;
	struct question q = {.dated = true, .at_ns = f->history.items[0].at_ns};
	struct map places;

	map_init(&places);
	(void)map_put(&places, SPAN("orders-db"), NULL);
	q.places = &places;
	assert_near(similar_score(&f->history.items[0], 0.5, &q), 0.7 * 0.5 + 0.2 + 0.1);
	assert_near(similar_score(&f->history.items[1], 0.5, &q), 0.7 * 0.5 + 0.1);
	assert_true(similar_score(&f->history.items[2], 0.5, &q) <
		    similar_score(&f->history.items[1], 0.5, &q));
	q.places = NULL;
	q.dated = false;
	assert_near(similar_score(&f->history.items[2], 0.5, &q), 0.5);
	map_release(&places);
}

static void find_leaves_out_itself_and_what_is_not_alike(void **state)
{
	struct fixture *f = *state;
	struct question q = {.text = SPAN("gateway certificate expired")};
	struct match m[3];
	struct err e = ERR_INIT;
	size_t n;

	assert_int_equal(similar_find(f->index, &f->history, &q, m, 3, &n, &e), 0);
	assert_int_equal(n, 1);
	q.id = SPAN("P1");
	assert_int_equal(similar_find(f->index, &f->history, &q, m, 3, &n, &e), 0);
	assert_int_equal(n, 0);
	q = (struct question){.text = SPAN("nothing of this was seen before")};
	assert_int_equal(similar_find(f->index, &f->history, &q, m, 3, &n, &e), 0);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(search_finds_by_rare_words_and_by_parts_of_names,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(search_unknown_words_lower_the_score, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(search_hostile_text_is_only_words, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(search_long_text_is_bounded, set_up, tear_down),
		cmocka_unit_test(search_empty_index_finds_nothing),
		cmocka_unit_test_setup_teardown(score_prefers_shared_services_and_recent_ones,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(find_leaves_out_itself_and_what_is_not_alike,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
