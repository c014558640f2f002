/* Phrases in texts. */
#include "aiops-triage/knowledge/phrase.h"

#include "triage_test.h"

static void phrase_match_is_caseless_at_word_boundaries(void **state)
{
	(void)state;
	assert_span(phrase_match(SPAN("out of memory"), SPAN("ERROR: Out Of Memory (12)")),
		    "Out Of Memory");
	assert_null(phrase_match(SPAN("out of memory"), SPAN("without of memory")).data);
	assert_null(phrase_match(SPAN("out of memory"), SPAN("out of memoryx")).data);
	assert_null(phrase_match(SPAN("out of memory"), SPAN("out of")).data);
	/* the first place has no boundary, the second has */
	assert_span(phrase_match(SPAN("oom"), SPAN("room oom")), "oom");
}

static void phrase_match_star_stands_for_anything(void **state)
{
	struct span text = SPAN("could not extend file \"base/1\": No space left on device");

	(void)state;
	assert_span(phrase_match(SPAN("could not extend file * no space"), text),
		    "could not extend file \"base/1\": No space");
	assert_null(phrase_match(SPAN("no space * could not"), text).data);
	assert_span(phrase_match(SPAN("dev*"), text), "device"); /* to the end of the word */
	assert_span(phrase_match(SPAN("waiting for *lock on"), SPAN("waiting for ShareLock on x")),
		    "waiting for ShareLock on");
}

struct found {
	size_t values[16];
	size_t n;
};

static bool keep(void *ctx, size_t value, struct span covered)
{
	struct found *f = ctx;

	assert_non_null(covered.data);
	f->values[f->n++] = value;
	return true;
}

static void phrases_find_gives_each_that_occurs(void **state)
{
	struct phrases ps;
	struct found f = {.n = 0};
	struct err e = ERR_INIT;

	(void)state;
	phrases_init(&ps);
	assert_int_equal(phrases_add(&ps, SPAN("No Space left"), 7, &e), 0);
	assert_int_equal(phrases_add(&ps, SPAN("space shuttle"), 8, &e), 0);
	assert_int_equal(phrases_add(&ps, SPAN("space left on"), 9, &e), 0);
	phrases_find(&ps, SPAN("write: no space left on device, no space left"), keep, &f);
	assert_int_equal(f.n, 2);
	assert_int_equal(f.values[0] + f.values[1], 16);
	phrases_release(&ps);
}

static void phrases_add_needs_a_whole_word(void **state)
{
	struct phrases ps;
	struct err e = ERR_INIT;

	(void)state;
	phrases_init(&ps);
	assert_int_equal(phrases_add(&ps, SPAN("*lock*"), 0, &e), -1);
	assert_int_equal(e.code, EX_BADCONFIG);
	err_clear(&e);
	assert_int_equal(phrases_add(&ps, SPAN("a b c"), 0, &e), -1);
	err_clear(&e);
	assert_int_equal(phrases_add(&ps, SPAN("***** **** lock"), 0, &e), -1);
	err_clear(&e);
	assert_int_equal(phrases_add(&ps, SPAN("*lock wait"), 0, &e), 0);
	assert_int_equal(ps.n, 1);
	phrases_release(&ps);
}

/* A line made to be slow: the searched word over and over, without a match. */
static void phrases_find_hostile_repetition_is_quick(void **state)
{
	enum { N = 4096 };
	static char line[N + 1];
	struct phrases ps;
	struct found f = {.n = 0};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i + 4 < N; i += 4)
		memcpy(line + i, "abc ", 4);
	phrases_init(&ps);
	for (size_t i = 0; i < 200; i++)
		assert_int_equal(phrases_add(&ps, SPAN("abc * abc * abc xyz"), i, &e), 0);
	for (int i = 0; i < 20; i++)
		phrases_find(&ps, span_of(line, N), keep, &f);
	assert_int_equal(f.n, 0);
	phrases_release(&ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phrase_match_is_caseless_at_word_boundaries),
		cmocka_unit_test(phrase_match_star_stands_for_anything),
		cmocka_unit_test(phrases_find_gives_each_that_occurs),
		cmocka_unit_test(phrases_add_needs_a_whole_word),
		cmocka_unit_test(phrases_find_hostile_repetition_is_quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
