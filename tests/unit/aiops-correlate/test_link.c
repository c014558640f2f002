#include "aiops-correlate/group/link.h"

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

/* Why the last of n alerts joins, and how many incidents there are then, on a system in which a, b,
 * c and d need db, and b needs cache. */
static void assert_last(const struct given *list, size_t n, const char *why, size_t incidents)
{
	static const char shared[] =
		"{nodes: [{id: a}, {id: b}, {id: c}, {id: d}, {id: db}, {id: cache}], edges: ["
		"{from: a, to: db}, {from: b, to: db}, {from: c, to: db}, {from: d, to: db},"
		"{from: b, to: cache}]}";
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(span_cstr(shared), &e);
	struct settings set = usual();
	struct bench b;

	assert_non_null(t);
	set.lateness_ns = 0;
	bench_start(&b, set, t);
	bench_feed(&b, list, n);
	assert_string_equal(buf_cstr(&b.outcome.why), why);
	assert_int_equal(b.en.groups.live, incidents);
	bench_end(&b);
	topology_free(t);
}

static void silent_dependency_joins_most_of_its_users_only(void **state)
{
	struct given three[] = {{0, "A", "a", {0}}, {5, "C", "c", {0}}, {10, "D", "d", {0}}};

	(void)state;
	assert_last(three, 2, "opens the incident", 2); /* two of four */
	assert_last(three, 3, "most that depend on db alert", 1);
	three[2].t_s = 66; /* half of the window of two minutes, and one second, after c */
	assert_last(three, 3, "opens the incident", 3);
}

static void silent_dependency_joins_nothing_that_is_explained(void **state)
{
	const struct given own[] = {{0, "A", "a", {0}},
				    {5, "C", "c", {0}},
				    {8, "X", "cache", {0}},
				    {10, "B", "b", {0}}};
	const struct given other[] = {{0, "X", "cache", {0}},
				      {5, "B", "b", {0}},
				      {8, "A", "a", {0}},
				      {10, "C", "c", {0}}};

	(void)state;
	assert_last(own, 4, "b depends on cache", 3);
	assert_last(other, 3, "opens the incident", 2);
	assert_last(other, 4, "most that depend on db alert", 2);
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
		cmocka_unit_test(silent_dependency_joins_most_of_its_users_only),
		cmocka_unit_test(silent_dependency_joins_nothing_that_is_explained),
		cmocka_unit_test(links_find_one_link_for_each_incident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
