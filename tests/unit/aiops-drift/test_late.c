#include "aiops-drift/compare/late.h"

#include <stdio.h>

#include "base/mem.h"
#include "drift_test.h"

static struct answer class(const char *word)
{
	return (struct answer){.type = ANSWER_CLASS, .text = mem_dupz(word)};
}

/* True if the other half was there and was what `want` says. */
static bool join(struct late *l, const char *id, bool is_label, int64_t at, const char *want)
{
	struct answer a = class(is_label ? "label" : "prediction");
	struct waiting *other = NULL;
	bool found = late_join(l, span_cstr(id), SPAN("m"), is_label, at, &a, &other);

	if (found)
		assert_string_equal(other->answer.text, want);
	waiting_free(found ? other : NULL);
	answer_release(&a);
	return found;
}

static void halves_meet_in_either_order(void **state)
{
	struct late l;

	(void)state;
	late_init(&l, &(struct late_options){100, 10});
	assert_false(join(&l, "a", false, 1, NULL));
	assert_false(join(&l, "b", true, 2, NULL));
	assert_true(late_find(&l, SPAN("a")) != NULL);
	assert_true(join(&l, "a", true, 3, "prediction"));
	assert_true(join(&l, "b", false, 4, "label"));
	assert_true(l.by_id.live == 0 && !l.oldest && !l.newest && !late_find(&l, SPAN("a")));
	assert_false(join(&l, "a", true, 5, NULL)); /* once */
	late_release(&l);
}

static void waiting_ends_with_the_window(void **state)
{
	struct late l;

	(void)state;
	late_init(&l, &(struct late_options){100, 10});
	join(&l, "old", false, 0, NULL);
	join(&l, "edge", false, 50, NULL);
	join(&l, "new", false, 150, NULL);
	assert_true(l.expired == 1 && l.by_id.live == 2);
	assert_false(join(&l, "old", true, 150, NULL));
	assert_true(join(&l, "edge", true, 150, "prediction"));
	late_release(&l);
}

static void no_more_wait_than_may(void **state)
{
	struct late l;
	char id[16];

	(void)state;
	late_init(&l, &(struct late_options){INT64_C(1) << 40, 10});
	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof id, "r%d", i);
		join(&l, id, false, i, NULL);
		assert_true(l.by_id.live <= 10);
	}
	assert_true(l.crowded == 990);
	assert_true(join(&l, "r999", true, 1000, "prediction"));
	assert_false(join(&l, "r5", true, 1000, NULL));
	late_release(&l);
}

static void a_repeated_prediction_takes_the_first_ones_place(void **state)
{
	struct late l;

	(void)state;
	late_init(&l, &(struct late_options){100, 10});
	join(&l, "a", false, 1, NULL);
	join(&l, "a", false, 2, NULL);
	assert_true(l.by_id.live == 1);
	assert_true(join(&l, "a", true, 3, "prediction"));
	assert_false(join(&l, "a", true, 4, NULL));
	late_release(&l);
}

/* ---- answers ---- */

static struct test_record rec;

static struct answer of(const char *json)
{
	char text[1000];

	snprintf(text, sizeof text, "{\"x\":%s}", json);
	return answer_of(record_get(test_parse(&rec, text), "x"));
}

static double ndcg(const char *ranking, const char *truth)
{
	struct answer r = of(ranking), t = of(truth);
	double g = answer_ndcg(&r, &t);

	answer_release(&r);
	answer_release(&t);
	return g;
}

/* By hand: gains 3 2 1; the order b a c gives (2 + 3 / log2 3 + .5) of (3 + 2 / log2 3 + .5). */
static void ndcg_reference_values(void **state)
{
	double l3 = log2(3);

	(void)state;
	assert_close(ndcg("[\"a\",\"b\",\"c\"]", "{\"a\":3,\"b\":2,\"c\":1}"), 1, 1e-15);
	assert_close(ndcg("[\"b\",\"a\",\"c\"]", "{\"a\":3,\"b\":2,\"c\":1}"),
		     (2 + 3 / l3 + .5) / (3 + 2 / l3 + .5), 1e-14);
	assert_close(ndcg("[\"x\",\"a\"]", "[\"a\"]"), 1 / l3, 1e-14);
	assert_close(ndcg("[1,2]", "[2.0]"), 1 / l3, 1e-14);
	assert_close(ndcg("[\"a\",\"a\",\"a\"]", "[\"a\",\"b\"]"), 1 / (1 + 1 / l3), 1e-14);
	assert_true(ndcg("[\"x\"]", "[\"a\"]") == 0);
	assert_true(isnan(ndcg("[\"x\"]", "[]")) && isnan(ndcg("[\"x\"]", "{\"x\":0}")));
}

static void positive(const char *json, const char *word, bool want)
{
	struct answer a = of(json);

	assert_true(answer_positive(&a, word) == want);
	answer_release(&a);
}

static void positive_classes(void **state)
{
	(void)state;
	positive("true", NULL, true);
	positive("\"Yes\"", NULL, true);
	positive("\"spam\"", NULL, false);
	positive("\"spam\"", "spam", true);
	positive("1", NULL, false);
	positive("1", "1", true);
	positive("0", "1", false);
	positive("null", "1", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(halves_meet_in_either_order),
		cmocka_unit_test(waiting_ends_with_the_window),
		cmocka_unit_test(no_more_wait_than_may),
		cmocka_unit_test(a_repeated_prediction_takes_the_first_ones_place),
		cmocka_unit_test(ndcg_reference_values),
		cmocka_unit_test(positive_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
