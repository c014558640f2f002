#include "aiops-correlate/group/label_rules.h"

#include "aiops-correlate/group/pairs.h"
#include "aiops-correlate/suppress/rules.h"
#include "correlate_test.h"

#include <math.h>

static void load(struct site_rules *r, const char *text)
{
	struct err e = ERR_INIT;

	site_rules_init(r);
	if (site_rules_parse(r, span_cstr(text), &e) != 0)
		fail_msg("%zu:%zu: %s", e.line, e.col, e.text);
}

static void label_rules_say_what_joins(void **state)
{
	struct site_rules r;
	struct pairs ps;
	struct pair *rack, *shard, *build, *plain, *service;

	(void)state;
	load(&r, "labels: {rack: place, shard: thing, build: 0, service: never}");
	pairs_init(&ps, 1000);
	ps.rules = &r.labels;
	rack = pairs_get(&ps, PAIR_LABEL, SPAN("rack"), SPAN("r1"));
	shard = pairs_get(&ps, PAIR_LABEL, SPAN("shard"), SPAN("7"));
	build = pairs_get(&ps, PAIR_LABEL, SPAN("build"), SPAN("9"));
	plain = pairs_get(&ps, PAIR_LABEL, SPAN("zone"), SPAN("z"));
	service = pairs_get(&ps, PAIR_LABEL, SPAN("service"), SPAN("db"));
	assert_true(pair_is_selective(&ps, rack));
	assert_true(pair_is_selective(&ps, shard));
	assert_false(pair_is_selective(&ps, build));
	assert_false(pair_is_selective(&ps, plain));
	assert_false(pair_is_selective(&ps, service));
	pairs_release(&ps);
	site_rules_release(&r);
}

/* The pair of all labels under group.by stands behind those of labels and fields. */
static void label_rules_by_leaves_the_id_whole(void **state)
{
	struct site_rules r;
	struct words ws;
	struct pairs ps;
	struct given given = {0, "A", "", {"team=a"}}; /* no field, so no room to spare */
	struct report report;
	struct sighting *s;
	char id[64], want[64];

	(void)state;
	load(&r, "group: {by: [team]}");
	words_init(&ws);
	pairs_init(&ps, 1000);
	ps.rules = &r.labels;
	report = report_of(&given, id);
	(void)snprintf(want, sizeof want, "%.*s", (int)report.id.len, report.id.data);
	s = sighting_new(&report, &ws, &ps);
	assert_string_equal(s->id, want);
	sighting_free(s, &ws);
	pairs_release(&ps);
	words_release(&ws);
	site_rules_release(&r);
}

/* Of 100 incidents 16 had both: (100 + 20) / (16 + 20) is 3.3, below ten, but its square is not. */
static void label_rules_weight_multiplies_what_is_learned(void **state)
{
	struct site_rules r;
	struct pairs ps;
	struct pair *once, *twice;

	(void)state;
	load(&r, "labels: {customer: 2}");
	pairs_init(&ps, 1000);
	ps.rules = &r.labels;
	once = pairs_get(&ps, PAIR_LABEL, SPAN("zone"), SPAN("a"));
	twice = pairs_get(&ps, PAIR_LABEL, SPAN("customer"), SPAN("a"));
	for (uint32_t i = 1; i <= 100; i++) {
		pairs_count_incident(&ps);
		if (i > 16)
			continue;
		pairs_count(once, (struct group_ref){i, 1});
		pairs_count(twice, (struct group_ref){i, 1});
	}
	assert_false(pair_is_selective(&ps, once));
	assert_true(pair_is_selective(&ps, twice));
	assert_true(fabs(pair_rarity(&ps, twice) - 100.0 / 9) < 1e-9);
	pairs_release(&ps);
	site_rules_release(&r);
}

static void label_rules_number_what_keeps_apart(void **state)
{
	struct site_rules r;

	(void)state;
	load(&r, "group: {by: [team], apart: [cluster, tenant]}");
	assert_int_equal(r.labels.n_by, 1);
	assert_int_equal(label_rules_apart(&r.labels, SPAN("tenant")), 2);
	assert_int_equal(label_rules_apart(&r.labels, SPAN("team")), 0);
	site_rules_release(&r);
}

static void label_rules_that_are_wrong_are_told(void **state)
{
	static const struct {
		const char *text, *says;
		size_t line, col;
	} cases[] = {
		{"group: [a]", "expected a map (key: value), found a list", 1, 8},
		{"group: {bye: [a]}", "unknown key 'bye' (did you mean 'by'?)", 1, 9},
		{"group: {by: a}", "expected a list, found a single value", 1, 13},
		{"group: {by: ['']}", "a label without a name", 1, 14},
		{"group: {apart: [a, b, c, d, e]}", "more than 4 labels", 1, 16},
		{"labels: {a: often}",
		 "a label is never, learned, place, thing, or a number from 0 to 100", 1, 13},
		{"labels: {a: -1}",
		 "a label is never, learned, place, thing, or a number from 0 to 100", 1, 13},
		{"labels: {a: .nan}",
		 "a label is never, learned, place, thing, or a number from 0 to 100", 1, 13},
		{"labels: {a: [1]}", "expected a single value, found a list", 1, 13},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;
		struct site_rules r;

		site_rules_init(&r);
		assert_int_equal(site_rules_parse(&r, span_cstr(cases[i].text), &e), -1);
		assert_string_equal(e.text, cases[i].says);
		assert_int_equal(e.line, cases[i].line);
		assert_int_equal(e.col, cases[i].col);
		site_rules_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(label_rules_by_leaves_the_id_whole),
		cmocka_unit_test(label_rules_say_what_joins),
		cmocka_unit_test(label_rules_weight_multiplies_what_is_learned),
		cmocka_unit_test(label_rules_number_what_keeps_apart),
		cmocka_unit_test(label_rules_that_are_wrong_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
