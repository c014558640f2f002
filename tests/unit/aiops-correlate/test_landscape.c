#include "aiops-correlate/topology/landscape.h"

#include "correlate_test.h"

#define MINUTE (60 * NS_PER_S)

/* Learns a node at a minute. */
static void node(struct landscape *l, int minute, const char *id, const char *layer)
{
	struct fact f = {.at_ns = T0 + minute * MINUTE,
			 .nodes = (struct fact_node[]){{(char *)(uintptr_t)id, layer}},
			 .n_nodes = 1};

	landscape_learn(l, &f);
}

static void edge(struct landscape *l, int minute, const char *from, const char *to,
		 bool instance_of)
{
	struct fact f = {.at_ns = T0 + minute * MINUTE,
			 .edges = (struct fact_edge[]){{(char *)(uintptr_t)from,
							(char *)(uintptr_t)to, instance_of}},
			 .n_edges = 1};

	landscape_learn(l, &f);
}

static const struct topology *build(struct landscape *l)
{
	struct topology *old;
	const struct topology *t = landscape_build(l, &old);

	topology_free(old);
	assert_false(l->stale);
	return t;
}

static int place(const struct topology *t, const char *id)
{
	return topology_place(t, span_cstr(id), SPAN_NONE, SPAN_NONE);
}

static void landscape_of_nothing_is_the_file(void **state)
{
	struct err e = ERR_INIT;
	struct topology *file = topology_parse(SPAN("{nodes: [{id: a}]}"), &e);
	struct landscape l;

	(void)state;
	landscape_init(&l, file, 0);
	assert_false(l.stale);
	assert_ptr_equal(build(&l), file);
	landscape_release(&l);
	landscape_init(&l, NULL, 0);
	assert_null(build(&l));
	landscape_release(&l);
	topology_free(file);
}

static void landscape_adds_to_the_file(void **state)
{
	struct err e = ERR_INIT;
	struct topology *file = topology_parse(
		SPAN("{nodes: [{id: a, layer: storage}, {id: b}], edges: [{from: b, to: a}]}"), &e);
	const struct topology *t;
	struct landscape l;

	(void)state;
	landscape_init(&l, file, 0);
	node(&l, 0, "a", "compute"); /* the file's layer holds */
	assert_false(l.stale);
	node(&l, 0, "c", "network");
	edge(&l, 0, "c", "b", false);
	edge(&l, 0, "c-1", "c", true);
	node(&l, 1, "c-1", NULL);
	t = build(&l);
	assert_int_equal(t->n_nodes, 4);
	assert_true(span_is(topology_layer(t, SPAN("a")), "storage"));
	assert_true(span_is(topology_layer(t, SPAN("c")), "network"));
	assert_true(topology_depends(t, place(t, "b"), place(t, "a")));
	assert_true(topology_depends(t, place(t, "c-1"), place(t, "b")));
	assert_int_equal(place(t, "c-1"), place(t, "c"));
	assert_int_equal(l.trouble[LAND_LAYERS], 1);
	assert_int_equal(l.trouble[LAND_UNKNOWN_NODE], 1); /* c-1, which came a minute later */
	assert_non_null(strstr(l.first[LAND_UNKNOWN_NODE], "'c-1' is not among the nodes"));
	landscape_release(&l);
	topology_free(file);
}

/* Seen again it stays; after the age, rounded up by at most a 64th, it leaves. */
static void landscape_lets_go_what_is_not_seen_again(void **state)
{
	const struct topology *t;
	struct landscape l;

	(void)state;
	landscape_init(&l, NULL, 64 * MINUTE);
	node(&l, 0, "a", NULL);
	node(&l, 0, "b", NULL);
	edge(&l, 0, "a", "b", false);
	node(&l, 30, "a", NULL);
	node(&l, 30, "b", NULL);
	assert_true(l.due_ns >= T0 + 64 * MINUTE && l.due_ns <= T0 + 65 * MINUTE + 64);
	landscape_age(&l, T0 + 63 * MINUTE);
	t = build(&l);
	assert_true(topology_depends(t, place(t, "a"), place(t, "b")));
	landscape_age(&l, T0 + 66 * MINUTE);
	assert_true(l.stale);
	t = build(&l);
	assert_int_equal(t->n_nodes, 2);
	assert_false(topology_depends(t, place(t, "a"), place(t, "b")));
	landscape_age(&l, T0 + 96 * MINUTE);
	assert_null(build(&l));
	assert_int_equal(l.due_ns, INT64_MAX);
	landscape_release(&l);
}

static void landscape_of_an_old_record_changes_no_layer(void **state)
{
	struct landscape l;

	(void)state;
	landscape_init(&l, NULL, 0);
	node(&l, 5, "a", "storage");
	node(&l, 1, "a", "compute"); /* late */
	assert_int_equal(l.trouble[LAND_LAYERS], 1);
	assert_true(span_is(topology_layer(build(&l), SPAN("a")), "storage"));
	node(&l, 6, "a", "platform");
	assert_true(span_is(topology_layer(build(&l), SPAN("a")), "platform"));
	landscape_release(&l);
}

static void landscape_beyond_its_limits_is_counted(void **state)
{
	struct landscape l;

	(void)state;
	landscape_init(&l, NULL, 0);
	l.max_nodes = 2;
	l.max_edges = 1;
	node(&l, 0, "a", NULL);
	node(&l, 0, "b", NULL);
	node(&l, 0, "c", NULL);
	node(&l, 1, "a", NULL); /* known */
	edge(&l, 0, "a", "b", false);
	edge(&l, 0, "b", "a", false);
	assert_int_equal(l.trouble[LAND_FULL], 2);
	assert_string_equal(l.first[LAND_FULL], "more than 2 nodes: 'c' is left out");
	assert_int_equal(build(&l)->n_nodes, 2);
	landscape_release(&l);
}

static void landscape_takes_cycles(void **state)
{
	const struct topology *t;
	struct landscape l;

	(void)state;
	landscape_init(&l, NULL, 0);
	node(&l, 0, "a", NULL);
	node(&l, 0, "b", NULL);
	node(&l, 0, "c", NULL);
	edge(&l, 0, "a", "b", false);
	edge(&l, 0, "b", "c", false);
	edge(&l, 0, "c", "a", false);
	edge(&l, 0, "a", "b", true);
	edge(&l, 0, "b", "a", true);
	t = build(&l);
	assert_int_equal(place(t, "a"), place(t, "b"));
	assert_true(topology_depends(t, place(t, "a"), place(t, "c")));
	assert_true(topology_depends(t, place(t, "c"), place(t, "a")));
	landscape_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(landscape_of_nothing_is_the_file),
		cmocka_unit_test(landscape_adds_to_the_file),
		cmocka_unit_test(landscape_lets_go_what_is_not_seen_again),
		cmocka_unit_test(landscape_of_an_old_record_changes_no_layer),
		cmocka_unit_test(landscape_beyond_its_limits_is_counted),
		cmocka_unit_test(landscape_takes_cycles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
