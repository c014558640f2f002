#include "aiops-correlate/topology/changes.h"

#include "correlate_test.h"

static const struct site_change *add(struct changes *cs, struct words *ws, int at_s, int now_s,
				     const char *id, const char *service)
{
	struct fact f = {.at_ns = T0 + at_s * NS_PER_S,
			 .id = (char *)(uintptr_t)id,
			 .what = (char *)(uintptr_t) "deploy",
			 .service = (char *)(uintptr_t)service};

	return changes_add(cs, &f, NULL, ws, T0 + now_s * NS_PER_S);
}

static void changes_are_kept_by_time_and_leave(void **state)
{
	struct words ws;
	struct changes cs;

	(void)state;
	words_init(&ws);
	changes_init(&cs, 100 * NS_PER_S);
	assert_non_null(add(&cs, &ws, 20, 20, "b", "web"));
	assert_non_null(add(&cs, &ws, 10, 20, "a", "db"));
	assert_null(add(&cs, &ws, 10, 20, "a", "db")); /* known */
	assert_int_equal(cs.n, 2);
	assert_string_equal(cs.items[0].id, "a");
	assert_null(add(&cs, &ws, 10, 111, "old", "db")); /* and a is too old by now */
	assert_int_equal(cs.n, 1);
	assert_string_equal(cs.items[0].id, "b");
	assert_true(changes_precede(&cs, &cs.items[0], T0 + 120 * NS_PER_S));
	assert_false(changes_precede(&cs, &cs.items[0], T0 + 121 * NS_PER_S));
	assert_false(changes_precede(&cs, &cs.items[0], T0 + 19 * NS_PER_S));
	changes_release(&cs, &ws);
	words_release(&ws);
}

static void changes_concern_component_service_or_host(void **state)
{
	struct words ws;
	struct changes cs;
	struct word *db, *web;
	const struct site_change *c;

	(void)state;
	words_init(&ws);
	changes_init(&cs, 100 * NS_PER_S);
	c = add(&cs, &ws, 0, 0, "a", "db");
	db = words_get(&ws, SPAN("db"));
	web = words_get(&ws, SPAN("web"));
	assert_true(change_concerns(c, db, NULL, NULL, -1));
	assert_true(change_concerns(c, web, db, NULL, -1));
	assert_false(change_concerns(c, web, web, web, -1));
	assert_false(change_concerns(c, NULL, NULL, NULL, -1));
	words_drop(&ws, db);
	words_drop(&ws, web);
	changes_release(&cs, &ws);
	words_release(&ws);
}

static void changes_beyond_the_limit_are_counted(void **state)
{
	struct words ws;
	struct changes cs;
	char id[16];

	(void)state;
	words_init(&ws);
	changes_init(&cs, 3600 * NS_PER_S);
	for (int i = 0; i < CHANGES_KEPT + 5; i++) {
		(void)snprintf(id, sizeof id, "c%05d", i);
		assert_non_null(add(&cs, &ws, 1, 1, id, "db"));
	}
	assert_int_equal(cs.n, CHANGES_KEPT);
	assert_int_equal(cs.forgotten, 5);
	assert_string_equal(cs.items[0].id, "c00005");
	changes_release(&cs, &ws);
	words_release(&ws);
}

static void group_carries_the_latest_changes(void **state)
{
	struct words ws;
	struct groups gs;
	struct group *g;
	char id[16];

	(void)state;
	words_init(&ws);
	groups_init(&gs, 10);
	g = groups_open(&gs, "INC-0000000000000000", T0);
	for (int i = 0; i < 2 * CHANGES_CARRIED; i++) {
		int n = i * 7 % (2 * CHANGES_CARRIED); /* in no order */
		struct site_change c = {.at_ns = T0 + n, .id = id, .what = (char *)(uintptr_t) "x"};

		(void)snprintf(id, sizeof id, "c%02d", n);
		(void)group_add_change(g, &c, &ws);
		assert_false(group_add_change(g, &c, &ws));
	}
	assert_int_equal(g->n_changes, CHANGES_CARRIED);
	for (size_t i = 0; i < g->n_changes; i++)
		assert_int_equal(g->changes[i].at_ns, T0 + CHANGES_CARRIED + (int)i);
	groups_release(&gs, &ws);
	words_release(&ws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_kept_by_time_and_leave),
		cmocka_unit_test(changes_concern_component_service_or_host),
		cmocka_unit_test(changes_beyond_the_limit_are_counted),
		cmocka_unit_test(group_carries_the_latest_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
