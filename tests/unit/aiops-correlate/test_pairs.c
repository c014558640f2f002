#include "aiops-correlate/group/pairs.h"

#include <math.h>

#include "correlate_test.h"

static struct pair *known(struct pairs *ps, const char *name, const char *value)
{
	struct pair *p = pairs_get(ps, PAIR_LABEL, span_cstr(name), span_cstr(value));

	pair_drop(p);
	return p;
}

/* Incident number n has these pairs. */
static void incident(struct pairs *ps, uint32_t n, struct pair *const *pairs, size_t count)
{
	pairs_count_incident(ps);
	for (size_t i = 0; i < count; i++)
		pairs_count(pairs[i], (struct group_ref){n, 1});
}

static void pair_is_selective_cold_start_goes_by_name(void **state)
{
	struct pairs ps;

	(void)state;
	pairs_init(&ps, 1000);
	assert_true(pair_is_selective(&ps, known(&ps, "service", "cart")));
	assert_true(pair_is_selective(&ps, known(&ps, "host", "db-1")));
	assert_false(pair_is_selective(&ps, known(&ps, "env", "prod")));
	assert_false(pair_is_selective(&ps, known(&ps, "alertname", "Down")));
	assert_false(pair_is_selective(&ps, known(&ps, "severity", "critical")));
	assert_true(fabs(pair_rarity(&ps, known(&ps, "service", "cart")) - 20) < 1e-12);
	assert_true(fabs(pair_rarity(&ps, known(&ps, "env", "prod")) - 1) < 1e-12);
	pairs_release(&ps);
}

static void pair_is_selective_label_that_never_varies_is_not(void **state)
{
	struct pairs ps;
	struct pair *service, *env;

	(void)state;
	pairs_init(&ps, 1000);
	service = known(&ps, "service", "shop");
	env = known(&ps, "env", "prod");
	for (uint32_t i = 0; i < 40; i++)
		incident(&ps, i, (struct pair *[]){service, env}, 2);
	assert_false(pair_is_selective(&ps, service));
	assert_false(pair_is_selective(&ps, env));
	incident(&ps, 40, (struct pair *[]){known(&ps, "service", "cart")}, 1);
	assert_true(pair_is_selective(&ps, service)); /* it varies now */
	pairs_release(&ps);
}

static void pair_is_selective_rare_label_of_unknown_name_after_many_incidents(void **state)
{
	struct pairs ps;
	struct pair *common, *rare;

	(void)state;
	pairs_init(&ps, 1000);
	common = known(&ps, "zone", "z1");
	rare = known(&ps, "zone", "z9");
	for (uint32_t i = 0; i < 300; i++)
		incident(&ps, i, &common, 1);
	incident(&ps, 300, &rare, 1);
	assert_true(pair_is_selective(&ps, rare));
	assert_false(pair_is_selective(&ps, common));
	pairs_release(&ps);
}

static void pair_is_selective_place_of_most_incidents_is_not(void **state)
{
	struct pairs ps;
	struct pair *host, *other;

	(void)state;
	pairs_init(&ps, 1000);
	host = known(&ps, "host", "h1");
	other = known(&ps, "host", "h2");
	for (uint32_t i = 0; i < 100; i++)
		incident(&ps, i, i % 4 ? &host : &other, 1);
	assert_false(pair_is_selective(&ps, host));
	assert_true(pair_is_selective(&ps, other));
	pairs_release(&ps);
}

static void pairs_count_storm_in_one_incident_counts_once(void **state)
{
	struct pairs ps;
	struct pair *p;

	(void)state;
	pairs_init(&ps, 1000);
	p = known(&ps, "service", "cart");
	pairs_count_incident(&ps);
	for (int i = 0; i < 500; i++)
		pairs_count(p, (struct group_ref){7, 3});
	assert_int_equal(p->df, 1);
	pairs_release(&ps);
}

static void pairs_get_field_and_label_are_two(void **state)
{
	struct pairs ps;
	struct pair *label, *field;

	(void)state;
	pairs_init(&ps, 1000);
	label = pairs_get(&ps, PAIR_LABEL, SPAN("host"), SPAN("a"));
	field = pairs_get(&ps, PAIR_FIELD, SPAN("host"), SPAN("a"));
	assert_ptr_not_equal(label, field);
	assert_true(pair_is_label(label));
	assert_false(pair_is_label(field));
	assert_true(span_is(pair_name_span(field), "host"));
	assert_true(span_is(pair_value_span(field), "a"));
	pairs_release(&ps);
}

static void pairs_tidy_keeps_those_that_are_held(void **state)
{
	struct pairs ps;
	struct pair *held;
	char value[16];

	(void)state;
	pairs_init(&ps, 100);
	held = pairs_get(&ps, PAIR_LABEL, SPAN("service"), SPAN("kept"));
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(value, sizeof value, "v%d", i);
		(void)known(&ps, "request", value);
		pairs_tidy(&ps);
		assert_true(ps.all.live <= 102);
	}
	assert_ptr_equal(known(&ps, "service", "kept"), held);
	pairs_release(&ps);
}

static void pairs_tidy_forgotten_name_is_freed(void **state)
{
	struct pairs ps;
	char name[16];

	(void)state;
	pairs_init(&ps, 10);
	for (int i = 0; i < 500; i++) {
		(void)snprintf(name, sizeof name, "n%d", i);
		(void)known(&ps, name, "x");
		pairs_tidy(&ps);
	}
	assert_true(ps.names.live <= 12);
	pairs_release(&ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pair_is_selective_cold_start_goes_by_name),
		cmocka_unit_test(pair_is_selective_label_that_never_varies_is_not),
		cmocka_unit_test(pair_is_selective_rare_label_of_unknown_name_after_many_incidents),
		cmocka_unit_test(pair_is_selective_place_of_most_incidents_is_not),
		cmocka_unit_test(pairs_count_storm_in_one_incident_counts_once),
		cmocka_unit_test(pairs_get_field_and_label_are_two),
		cmocka_unit_test(pairs_tidy_keeps_those_that_are_held),
		cmocka_unit_test(pairs_tidy_forgotten_name_is_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
