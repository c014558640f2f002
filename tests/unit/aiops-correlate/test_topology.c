#include "aiops-correlate/topology/topology.h"

#include "correlate_test.h"

static struct topology *parse(const char *text)
{
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(span_cstr(text), &e);

	if (!t)
		fail_msg("%zu:%zu: %s", e.line, e.col, e.text);
	return t;
}

static int place(const struct topology *t, const char *component)
{
	return topology_place(t, span_cstr(component), SPAN_NONE, SPAN_NONE);
}

static const char shop[] =
	"{\"nodes\":[{\"id\":\"cart-1\",\"type\":\"instance\",\"layer\":\"application\"},{\"id\":\"cart-2\"},"
	"{\"id\":\"cart\"},{\"id\":\"redis\",\"layer\":\"storage\"},{\"id\":\"redis-1\"},{\"id\":\"10.0.0.1\"}],"
	"\"edges\":[{\"from\":\"cart-1\",\"to\":\"cart\",\"type\":\"instance_of\"},"
	"{\"from\":\"cart-2\",\"to\":\"cart\",\"type\":\"instance_of\"},"
	"{\"from\":\"redis-1\",\"to\":\"redis\",\"type\":\"instance_of\"},"
	"{\"from\":\"cart\",\"to\":\"redis\",\"type\":\"depends_on\"},"
	"{\"from\":\"redis-1\",\"to\":\"10.0.0.1\",\"type\":\"runs_on\"}]}";

static void topology_place_instances_share_their_service(void **state)
{
	struct topology *t = parse(shop);

	(void)state;
	assert_int_equal(place(t, "cart-1"), place(t, "cart"));
	assert_int_equal(place(t, "cart-1"), place(t, "cart-2"));
	assert_int_not_equal(place(t, "cart"), place(t, "redis"));
	assert_true(span_is(t->places[place(t, "cart-2")].name, "cart"));
	topology_free(t);
}

static void topology_place_falls_back_to_port_service_host(void **state)
{
	struct topology *t = parse(shop);

	(void)state;
	assert_int_equal(place(t, "10.0.0.1:9100"), place(t, "10.0.0.1"));
	assert_int_equal(topology_place(t, SPAN("x"), SPAN("redis"), SPAN("cart")),
			 place(t, "redis"));
	assert_int_equal(topology_place(t, SPAN("x"), SPAN("y"), SPAN("cart")), place(t, "cart"));
	assert_int_equal(place(t, "nowhere"), -1);
	assert_int_equal(place(t, "redis:"), -1);
	assert_int_equal(place(NULL, "redis"), -1);
	topology_free(t);
}

static void topology_depends_over_instances_one_way(void **state)
{
	struct topology *t = parse(shop);

	(void)state;
	assert_true(topology_depends(t, place(t, "cart-1"), place(t, "redis-1")));
	assert_false(topology_depends(t, place(t, "redis-1"), place(t, "cart-1")));
	assert_true(topology_depends(t, place(t, "redis"), place(t, "10.0.0.1")));
	assert_false(topology_depends(t, place(t, "cart"), place(t, "10.0.0.1")));
	assert_true(span_is(topology_layer(t, SPAN("redis")), "storage"));
	assert_int_equal(topology_layer(t, SPAN("cart")).len, 0);
	topology_free(t);
}

static void topology_parse_cycles_are_fine(void **state)
{
	struct topology *t =
		parse("{nodes: [{id: a}, {id: b}, {id: c}], edges: ["
		      "{from: a, to: b}, {from: b, to: a}, {from: c, to: c},"
		      "{from: b, to: c, type: instance_of}, {from: c, to: b, type: instance_of}]}");

	(void)state;
	assert_int_equal(place(t, "b"), place(t, "c"));
	assert_true(topology_depends(t, place(t, "a"), place(t, "b")));
	assert_true(topology_depends(t, place(t, "b"), place(t, "a")));
	assert_int_equal(t->places[place(t, "a")].n, 1);
	topology_free(t);
}

static void topology_parse_mistakes_have_a_position(void **state)
{
	static const struct {
		const char *text;
		size_t line, col;
		const char *words;
	} cases[] = {
		{"{\"nodes\":[],\n \"edge\":[]}", 2, 2, "unknown key 'edge'"},
		{"{\"edges\":[]}", 1, 1, "'nodes' is missing"},
		{"{\"nodes\":[{\"id\":\"a\"},\n{\"type\":\"x\"}]}", 2, 1, "'id' is missing"},
		{"{\"nodes\":[{\"id\":\"a\"},\n  {\"id\":\"a\"}]}", 2, 3, "second time"},
		{"{\"nodes\":[{\"id\":\"\"}]}", 1, 17, "'id' is empty"},
		{"{\"nodes\":[{\"id\":\"a\",\n\"layer\":\"cellar\"}]}", 2, 9,
		 "layer 'cellar' is not one of"},
		{"{\"nodes\":[{\"id\":\"a\"}],\n\"edges\":[{\"from\":\"a\",\"to\":\"b\"}]}", 2, 27,
		 "'b' is not among"},
		{"{\"nodes\":[{\"id\":\"a\",\"idd\":1}]}", 1, 21, "unknown key 'idd'"},
		{"{\"nodes\":{}}", 1, 10, ""},
		{"[]", 1, 1, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;

		if (topology_parse(span_cstr(cases[i].text), &e))
			fail_msg("case %zu was accepted", i);
		assert_int_equal(e.code, EX_BADCONFIG);
		if (e.line != cases[i].line || e.col != cases[i].col ||
		    !strstr(e.text, cases[i].words))
			fail_msg("case %zu: %zu:%zu: %s", i, e.line, e.col, e.text);
	}
}

static void topology_load_missing_file_is_unreadable(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_null(topology_load("/nonexistent/topology.json", &e));
	assert_int_equal(e.code, EX_UNREADABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topology_place_instances_share_their_service),
		cmocka_unit_test(topology_place_falls_back_to_port_service_host),
		cmocka_unit_test(topology_depends_over_instances_one_way),
		cmocka_unit_test(topology_parse_cycles_are_fine),
		cmocka_unit_test(topology_parse_mistakes_have_a_position),
		cmocka_unit_test(topology_load_missing_file_is_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
