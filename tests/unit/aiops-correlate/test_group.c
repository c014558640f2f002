#include "aiops-correlate/group/group.h"

#include "correlate_test.h"

struct room {
	struct words words;
	struct pairs pairs;
	struct groups groups;
};

static void room_open(struct room *r, size_t max_members)
{
	words_init(&r->words);
	pairs_init(&r->pairs, 1000);
	groups_init(&r->groups, max_members);
}

static void room_close(struct room *r)
{
	groups_release(&r->groups, &r->words);
	pairs_release(&r->pairs);
	words_release(&r->words);
}

static struct group *open_group(struct room *r, int number)
{
	char id[INCIDENT_ID_SIZE];

	(void)snprintf(id, sizeof id, "INC-%016d", number);
	return groups_open(&r->groups, id, T0);
}

static uint32_t join(struct room *r, struct group *g, struct given given)
{
	char id[64];
	struct report rep = report_of(&given, id);
	struct sighting *s = sighting_new(&rep, &r->words, &r->pairs);
	uint32_t at = group_join(&r->groups, g, s);

	sighting_free(s, &r->words);
	return at;
}

static void group_join_keeps_what_all_share(void **state)
{
	struct room r;
	struct group *g;

	(void)state;
	room_open(&r, 10);
	g = open_group(&r, 1);
	join(&r, g, (struct given){5, "A", "x", {"env=prod", "service=cart", "pod=p1"}});
	assert_int_equal(g->n_shared, 5);
	join(&r, g,
	     (struct given){3,
			    "A",
			    "x",
			    {"env=prod", "service=cart", "pod=p2"},
			    .severity = SEVERITY_CRITICAL});
	assert_int_equal(g->n_shared, 4); /* alertname, component, env, service */
	join(&r, g, (struct given){9, "B", "y", {"env=test"}});
	assert_int_equal(g->n_shared, 0);
	assert_int_equal(g->severity, SEVERITY_CRITICAL);
	assert_int_equal(g->starts_ns, T0 + 3 * NS_PER_S);
	assert_int_equal(g->last_ns, T0 + 9 * NS_PER_S);
	assert_int_equal(g->active, 3);
	room_close(&r);
}

static void group_join_beyond_the_limit_is_counted(void **state)
{
	struct room r;
	struct group *g;

	(void)state;
	room_open(&r, 2);
	g = open_group(&r, 1);
	assert_int_equal(join(&r, g, (struct given){0, "A", "x", {0}}), 0);
	assert_int_equal(join(&r, g, (struct given){0, "B", "x", {0}}), 1);
	assert_int_equal(
		join(&r, g, (struct given){0, "C", "x", {0}, .severity = SEVERITY_CRITICAL}),
		MEMBER_NONE);
	assert_int_equal(g->unique, 3);
	assert_int_equal(g->overflow, 1);
	assert_int_equal(g->severity, SEVERITY_CRITICAL); /* also of one that is only counted */
	room_close(&r);
}

static void groups_merge_leads_references_on(void **state)
{
	struct room r;
	struct group *a, *b, *c;
	struct group_ref ra, rb, rc;
	size_t at, n;

	(void)state;
	room_open(&r, 10);
	a = open_group(&r, 1);
	b = open_group(&r, 2);
	c = open_group(&r, 3);
	ra = a->ref;
	rb = b->ref;
	rc = c->ref;
	join(&r, a, (struct given){2, "A", "x", {"env=prod"}});
	join(&r, b, (struct given){1, "B", "y", {"env=prod"}});
	join(&r, c, (struct given){3, "C", "z", {"env=prod"}});
	groups_merge(&r.groups, b, c, &r.words, &at, &n);
	group_discard(c, &r.words);
	groups_merge(&r.groups, a, b, &r.words, &at, &n);
	assert_int_equal(at, 1);
	assert_int_equal(n, 2);
	assert_string_equal(b->merged_into, a->id);
	group_discard(b, &r.words);
	assert_ptr_equal(groups_find(&r.groups, rc), a);
	assert_ptr_equal(groups_find(&r.groups, rb), a);
	assert_int_equal(a->unique, 3);
	assert_int_equal(a->n_merged, 2);
	assert_int_equal(a->n_shared, 1);
	assert_int_equal(a->starts_ns, T0 + 1 * NS_PER_S);
	assert_null(groups_by_id(&r.groups, "INC-0000000000000003"));
	groups_forget(&r.groups, a, &r.words);
	assert_null(groups_find(&r.groups, ra));
	assert_null(groups_find(&r.groups, rb));
	assert_null(groups_find(&r.groups, rc));
	assert_int_equal(r.groups.live, 0);
	/* the slots are used again, and old references still lead nowhere */
	for (int i = 10; i < 13; i++)
		(void)open_group(&r, i);
	assert_int_equal(r.groups.n_slots, 3);
	assert_null(groups_find(&r.groups, rc));
	room_close(&r);
}

static void groups_merge_full_list_counts_the_rest(void **state)
{
	struct room r;
	struct group *a, *b;
	size_t at, n;

	(void)state;
	room_open(&r, 2);
	a = open_group(&r, 1);
	b = open_group(&r, 2);
	join(&r, a, (struct given){0, "A", "x", {0}});
	join(&r, b, (struct given){0, "B", "y", {0}});
	join(&r, b, (struct given){0, "C", "y", {0}});
	groups_merge(&r.groups, a, b, &r.words, &at, &n);
	assert_int_equal(n, 1);
	assert_int_equal(a->unique, 3);
	assert_int_equal(a->overflow, 1);
	group_discard(b, &r.words);
	room_close(&r);
}

static void groups_open_after_the_end_goes_on_counting(void **state)
{
	struct room r;
	struct group *g;
	uint32_t ended;

	(void)state;
	room_open(&r, 2);
	g = open_group(&r, 1);
	g->revision = 7;
	groups_forget(&r.groups, g, &r.words);
	assert_true(groups_ended_at(&r.groups, "INC-0000000000000001", &ended));
	assert_int_equal(ended, 7);
	g = open_group(&r, 1);
	group_touch(g, CHANGE_OPENED, T0);
	assert_int_equal(g->revision, 8);
	room_close(&r);
}

static void groups_note_ended_remembers_a_bounded_number(void **state)
{
	struct room r;
	char id[INCIDENT_ID_SIZE];

	(void)state;
	room_open(&r, 2);
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(id, sizeof id, "INC-%016d", i);
		groups_note_ended(&r.groups, id, 1);
	}
	assert_int_equal(r.groups.ended.live, 4096);
	room_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(group_join_keeps_what_all_share),
		cmocka_unit_test(group_join_beyond_the_limit_is_counted),
		cmocka_unit_test(groups_merge_leads_references_on),
		cmocka_unit_test(groups_merge_full_list_counts_the_rest),
		cmocka_unit_test(groups_open_after_the_end_goes_on_counting),
		cmocka_unit_test(groups_note_ended_remembers_a_bounded_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
