#include "aiops-correlate/link.h"

#include "correlate_test.h"

static const char graph[] =
	"{nodes: [{id: cart}, {id: cart-1}, {id: redis}, {id: far}], edges: ["
	"{from: cart-1, to: cart, type: instance_of}, {from: cart, to: redis}]}";

static void is_near_is_absolute_and_does_not_overflow(void **state)
{
	(void)state;
	assert_true(is_near(10, 20, 10));
	assert_true(is_near(20, 10, 10));
	assert_false(is_near(20, 9, 10));
	assert_false(is_near(INT64_MIN, INT64_MAX, INT64_MAX));
	assert_false(is_near(INT64_MAX, INT64_MIN, 0));
}

/* Why the second alert joins the first, by the words of its annotation. */
static void assert_why(const struct topology *t, struct given first, struct given second,
		       const char *why)
{
	struct settings set = usual();
	struct bench b;

	set.lateness_ns = 0;
	bench_start(&b, set, t);
	bench_take(&b, &first);
	bench_take(&b, &second);
	assert_string_equal(buf_cstr(&b.outcome.why), why);
	bench_end(&b);
}

static void link_words_tell_the_label_or_the_edge(void **state)
{
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(span_cstr(graph), &e);

	(void)state;
	assert_non_null(t);
	assert_why(t, (struct given){0, "A", "redis", {0}}, (struct given){1, "B", "cart-1", {0}},
		   "cart depends on redis");
	assert_why(t, (struct given){0, "A", "cart-1", {0}}, (struct given){1, "B", "redis", {0}},
		   "cart depends on redis");
	assert_why(t, (struct given){0, "A", "cart", {0}}, (struct given){1, "B", "cart-1", {0}},
		   "belongs to cart");
	assert_why(t, (struct given){0, "A", "far", {0}}, (struct given){1, "B", "redis", {0}},
		   "opens the incident");
	/* a shared label of a thing says more than an edge */
	assert_why(t, (struct given){0, "A", "redis", {"app=x"}},
		   (struct given){1, "B", "cart", {"app=x"}}, "shares app=x");
	topology_free(t);
}

static void links_find_one_link_for_each_incident(void **state)
{
	struct settings set = usual();
	struct words ws;
	struct bench b;
	struct links links = {0};
	struct given both = {2, "C", "z", {"service=cart", "app=shop"}};
	char id[64];
	struct report r = report_of(&both, id);
	struct sighting *s;

	(void)state;
	set.lateness_ns = 0;
	bench_start(&b, set, NULL);
	bench_take(&b, &(struct given){0, "A", "x", {"service=cart", "app=shop"}});
	words_init(&ws);
	s = sighting_new(&r, &ws, &b.en.pairs);
	links_find(&b.en, s, -1, false, &links);
	assert_int_equal(links.n, 1);
	assert_non_null(links.best.pair);
	sighting_free(s, &ws);
	links_release(&links);
	words_release(&ws);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_near_is_absolute_and_does_not_overflow),
		cmocka_unit_test(link_words_tell_the_label_or_the_edge),
		cmocka_unit_test(links_find_one_link_for_each_incident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
