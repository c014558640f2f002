#include "aiops-ingest/patterns/prefilter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_hits(const struct prefilter *f, const char *text, size_t n, uint64_t want)
{
	struct prefilter_hits hits;

	prefilter_scan(f, span_cstr(text), &hits);
	for (size_t i = 0; i < n; i++)
		if (prefilter_hit(&hits, i) != (want >> i & 1))
			fail_msg("'%s': literal %zu", text, i);
}

/* The example of Aho and Corasick: he, she, his, hers. */
static void scan_finds_literals_that_overlap(void **state)
{
	static const struct span words[] = {{"he", 2}, {"she", 3}, {"his", 3}, {"hers", 4}};
	struct prefilter *f = prefilter_new(words, 4);

	(void)state;
	assert_hits(f, "ushers", 4, 0xB);
	assert_hits(f, "USHERS", 4, 0xB);
	assert_hits(f, "this", 4, 0x4);
	assert_hits(f, "sh", 4, 0);
	assert_hits(f, "", 4, 0);
	prefilter_free(f);
}

static void scan_without_literals_finds_none(void **state)
{
	struct prefilter *f = prefilter_new(NULL, 0);
	struct prefilter_hits hits;

	(void)state;
	prefilter_scan(f, SPAN("anything"), &hits);
	assert_false(prefilter_hit(&hits, 0));
	prefilter_free(f);
}

/* Small words over two letters, in all texts of 10 letters: as memmem has it. */
static void scan_agrees_with_a_search_for_each(void **state)
{
	static const struct span words[] = {{"ab", 2},   {"ba", 2},   {"aab", 3},
					    {"abab", 4}, {"bbbb", 4}, {"aabba", 5}};
	enum { N = 6 };
	struct prefilter *f = prefilter_new(words, N);

	(void)state;
	for (unsigned bits = 0; bits < 1024; bits++) {
		char text[11] = "";
		uint64_t want = 0;

		for (int i = 0; i < 10; i++)
			text[i] = bits >> i & 1 ? 'a' : 'b';
		for (size_t w = 0; w < N; w++)
			if (strstr(text, words[w].data))
				want |= UINT64_C(1) << w;
		assert_hits(f, text, N, want);
	}
	prefilter_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scan_finds_literals_that_overlap),
		cmocka_unit_test(scan_without_literals_finds_none),
		cmocka_unit_test(scan_agrees_with_a_search_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
