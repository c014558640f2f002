#include "stats/categories.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats_test.h"

static void add(struct categories *c, uint64_t i, int window)
{
	char text[32];
	int len = snprintf(text, sizeof text, "c%llu", (unsigned long long)i);

	categories_add(c, span_of(text, (size_t)len), window);
}

static void counts_are_exact_below_the_bound(void **state)
{
	uint64_t *ref, *cur;
	struct categories c;
	struct span *texts;
	size_t n;

	(void)state;
	categories_init(&c, 10);
	for (uint64_t i = 0; i < 100; i++) {
		add(&c, i % 10, 0);
		add(&c, i % 5, 1);
	}
	categories_counts(&c, &ref, &cur, &texts, &n);
	assert_true(n == 10 + CATEGORIES_REST && c.halvings == 0 && categories_rest(&c, 0) == 0);
	for (size_t k = 0; k < 10; k++) {
		assert_true(texts[k].data[1] == (char)('0' + k));
		assert_true(ref[k] == 10 && cur[k] == (k < 5 ? 20 : 0));
	}
	free(ref);
	free(cur);
	free(texts);
	categories_release(&c);
}

/* The sum over everything that categories_counts gives, as one number to compare by. */
static void digest(const struct categories *c, char *out, size_t size)
{
	uint64_t *ref, *cur, sum = 0;
	struct span *texts;
	size_t n;

	categories_counts(c, &ref, &cur, &texts, &n);
	for (size_t k = 0; k < n; k++)
		sum = sum * 31 + ref[k] * 7 + cur[k] + (texts[k].data ? texts[k].len : 0);
	snprintf(out, size, "%zu %d %llu", n, c->halvings, (unsigned long long)sum);
	free(ref);
	free(cur);
	free(texts);
}

static void beyond_the_bound_order_does_not_matter(void **state)
{
	struct categories forth, back;
	char a[100], b[100];

	(void)state;
	categories_init(&forth, 100);
	categories_init(&back, 100);
	for (uint64_t i = 0; i < 5000; i++) {
		add(&forth, i * i % 1999, (int)(i % 2));
		add(&back, (4999 - i) * (4999 - i) % 1999, (int)((4999 - i) % 2));
	}
	digest(&forth, a, sizeof a);
	digest(&back, b, sizeof b);
	assert_string_equal(a, b);
	assert_true(forth.kept.live <= 100 && forth.kept.live > 20 && forth.halvings > 0);
	assert_true(forth.total[0] == 2500 && forth.total[1] == 2500);
	categories_release(&forth);
	categories_release(&back);
}

static void nothing_is_lost_beyond_the_bound(void **state)
{
	uint64_t *ref, *cur, sum[2] = {0, 0};
	struct categories c;
	struct span *texts;
	size_t n;

	(void)state;
	categories_init(&c, 50);
	for (uint64_t i = 0; i < 20000; i++)
		add(&c, i, (int)(i % 2));
	categories_counts(&c, &ref, &cur, &texts, &n);
	for (size_t k = 0; k < n; k++) {
		sum[0] += ref[k];
		sum[1] += cur[k];
	}
	assert_true(sum[0] == 10000 && sum[1] == 10000 && n <= 50 + CATEGORIES_REST);
	free(ref);
	free(cur);
	free(texts);
	categories_release(&c);
}

static void long_texts_are_told_apart(void **state)
{
	struct categories c;
	char text[5000];

	(void)state;
	categories_init(&c, 50);
	memset(text, 'x', sizeof text);
	categories_add(&c, span_of(text, sizeof text), 0);
	text[sizeof text - 1] = 'y';
	categories_add(&c, span_of(text, sizeof text), 0);
	categories_add(&c, span_of(text, sizeof text), 1);
	assert_true(c.kept.live == 2);
	assert_true(map_next(&c.kept, NULL)->key_len <= CATEGORY_BYTES);
	categories_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_exact_below_the_bound),
		cmocka_unit_test(beyond_the_bound_order_does_not_matter),
		cmocka_unit_test(nothing_is_lost_beyond_the_bound),
		cmocka_unit_test(long_texts_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
