#include "aiops-correlate/tables/words.h"

#include "correlate_test.h"

static void words_get_same_text_is_one_word(void **state)
{
	struct words ws;
	struct word *a, *b;

	(void)state;
	words_init(&ws);
	a = words_get(&ws, SPAN("cart"));
	b = words_get(&ws, SPAN("cart"));
	assert_ptr_equal(a, b);
	assert_int_equal(a->refs, 2);
	words_drop(&ws, a);
	assert_int_equal(ws.all.live, 1);
	words_drop(&ws, b);
	assert_int_equal(ws.all.live, 0);
	words_release(&ws);
}

static void words_get_empty_is_none(void **state)
{
	struct words ws;

	(void)state;
	words_init(&ws);
	assert_null(words_get(&ws, SPAN("")));
	assert_null(words_get(&ws, SPAN_NONE));
	words_drop(&ws, NULL);
	assert_int_equal(word_span(NULL).len, 0);
	words_release(&ws);
}

static void word_cmp_orders_none_first_then_bytes(void **state)
{
	struct words ws;
	struct word *a, *b;

	(void)state;
	words_init(&ws);
	a = words_get(&ws, SPAN("a"));
	b = words_get(&ws, SPAN("\xc3\xa9"));
	assert_true(word_cmp(NULL, a) < 0);
	assert_true(word_cmp(a, b) < 0);
	assert_int_equal(word_cmp(b, b), 0);
	words_drop(&ws, a);
	words_drop(&ws, b);
	words_release(&ws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_get_same_text_is_one_word),
		cmocka_unit_test(words_get_empty_is_none),
		cmocka_unit_test(word_cmp_orders_none_first_then_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
