#include "aiops-drift/compare/verdict.h"

#include "drift_test.h"

/* A feature whose test gave p, with effect D. */
static struct analysis tested(double d, double p)
{
	return (struct analysis){
		.ref = {.n = 100},
		.cur = {.n = 100},
		.both = true,
		.values_usable = true,
		.ks = {.n = 100, .m = 100, .d = d, .d_plus = d},
		.ref_n = 100,
		.cur_n = 100,
		.ks_p = {.p = p},
		.values_p = p,
		.lower = {.d = d, .g = NAN, .v = NAN},
		.psi = {.null_mean = .18},
		.hedges_g = NAN,
		.missing_p = 1,
	};
}

static struct verdict judge(const struct analysis *a, enum rule rule)
{
	struct verdict v;

	verdict_adjust(ADJUST_BH, a, &v, 1);
	verdict_decide(a, rule, .05, &v);
	return v;
}

static void expect_why(const struct analysis *a, enum rule rule, const char *part)
{
	struct verdict v = judge(a, rule);
	struct buf text = BUF_INIT(4096);

	verdict_why(a, rule, .05, &v, &text);
	if (!strstr(buf_cstr(&text), part))
		fail_msg("'%s' does not say '%s'", buf_cstr(&text), part);
	buf_release(&text);
}

static void drift_is_significant_and_material(void **state)
{
	struct analysis both = tested(.3, 1e-4), chance = tested(.3, .2), small = tested(.01, 1e-9);
	struct verdict v = judge(&both, RULE_DEFAULT);

	(void)state;
	assert_true(v.kind == VERDICT_DRIFT && v.significant && v.material && v.values_q == 1e-4);
	v = judge(&chance, RULE_DEFAULT);
	assert_true(v.kind == VERDICT_NO_DRIFT && !v.significant && v.material);
	v = judge(&small, RULE_DEFAULT);
	assert_true(v.kind == VERDICT_NO_DRIFT && v.significant && !v.material);
	expect_why(&both, RULE_DEFAULT, "the values moved up");
	expect_why(&chance, RULE_DEFAULT, "no change beyond chance");
	expect_why(&small, RULE_DEFAULT, "a real change but a small one");
}

static void each_gate_opens_alone(void **state)
{
	const struct {
		struct lower_ends below, at;
	} gates[] = {
		{{.d = .09}, {.d = .1}},  {{.psi = .09}, {.psi = .1}},
		{{.g = .19}, {.g = .2}},  {{.js_distance2 = .09}, {.js_distance2 = .1}},
		{{.v = .099}, {.v = .1}},
	};
	struct analysis a = tested(.01, 1e-9);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		a.lower = gates[i].below;
		assert_int_equal(judge(&a, RULE_DEFAULT).kind, VERDICT_NO_DRIFT);
		a.lower = gates[i].at;
		assert_int_equal(judge(&a, RULE_DEFAULT).kind, VERDICT_DRIFT);
	}
}

/* One p of .04 among twenty tests is no finding. */
static void many_features_are_adjusted(void **state)
{
	struct analysis a[20];
	struct verdict v[20];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		a[i] = tested(.3, i ? .5 : .04);
	verdict_adjust(ADJUST_BH, a, v, ARRAY_LEN(a));
	assert_close(v[0].values_q, .5, 1e-12);
	verdict_decide(&a[0], RULE_DEFAULT, .05, &v[0]);
	assert_int_equal(v[0].kind, VERDICT_NO_DRIFT);
}

static void unusable_tests_are_not_in_the_family(void **state)
{
	struct analysis a[2] = {tested(.3, .04), tested(.3, .9)};
	struct verdict v[2];

	(void)state;
	a[1].values_usable = false;
	verdict_adjust(ADJUST_BH, a, v, 2);
	assert_true(v[0].values_q == .04 && isnan(v[1].values_q));
	verdict_decide(&a[1], RULE_DEFAULT, .05, &v[1]);
	assert_int_equal(v[1].kind, VERDICT_INSUFFICIENT);
}

static void missing_share_alone_can_be_drift(void **state)
{
	struct analysis a = tested(0, 1);

	(void)state;
	a.missing_usable = true;
	a.missing_p = 1e-12;
	a.missing_change = .5;
	a.lower.missing = .4;
	assert_int_equal(judge(&a, RULE_DEFAULT).kind, VERDICT_DRIFT);
	expect_why(&a, RULE_DEFAULT, "the share of missing values changed by +0.5");
	a.missing_change = .01;
	a.lower.missing = 0;
	assert_int_equal(judge(&a, RULE_DEFAULT).kind, VERDICT_NO_DRIFT);
	/* a significant share of missing does not lend its significance to the numbers */
	a.lower.d = .3;
	assert_int_equal(judge(&a, RULE_DEFAULT).kind, VERDICT_NO_DRIFT);
}

static void simple_rule_is_any_of_three(void **state)
{
	struct analysis a = tested(.01, .049);

	(void)state;
	assert_int_equal(judge(&a, RULE_SIMPLE).kind, VERDICT_DRIFT);
	a = tested(.01, .05);
	assert_int_equal(judge(&a, RULE_SIMPLE).kind, VERDICT_NO_DRIFT);
	a.psi.psi = .21;
	assert_int_equal(judge(&a, RULE_SIMPLE).kind, VERDICT_DRIFT);
	a = tested(.01, .5);
	a.js_common50 = .11;
	assert_int_equal(judge(&a, RULE_SIMPLE).kind, VERDICT_DRIFT);
	a.both = false;
	assert_int_equal(judge(&a, RULE_SIMPLE).kind, VERDICT_INSUFFICIENT);
}

static void insufficient_says_what_is_lacking(void **state)
{
	struct analysis a = tested(.3, .9);

	(void)state;
	a.values_usable = false;
	expect_why(&a, RULE_DEFAULT, "100 reference and 100 current values are too few");
	a.cur_n = 0;
	a.cur_missing = 7;
	a.both = false;
	expect_why(&a, RULE_DEFAULT, "no number in the current window (7 missing)");
	a.ref_n = 0;
	expect_why(&a, RULE_DEFAULT, "no number in the reference window (0 missing)");
}

static void spread_change_is_named(void **state)
{
	struct analysis a = tested(.3, 1e-6);

	(void)state;
	a.ks.d_minus = .28;
	expect_why(&a, RULE_DEFAULT, "changed their spread");
	a.ks.d_minus = .3;
	a.ks.d_plus = .01;
	expect_why(&a, RULE_DEFAULT, "moved down");
}

static void no_features_is_no_work(void **state)
{
	(void)state;
	verdict_adjust(ADJUST_BH, NULL, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drift_is_significant_and_material),
		cmocka_unit_test(each_gate_opens_alone),
		cmocka_unit_test(many_features_are_adjusted),
		cmocka_unit_test(unusable_tests_are_not_in_the_family),
		cmocka_unit_test(missing_share_alone_can_be_drift),
		cmocka_unit_test(simple_rule_is_any_of_three),
		cmocka_unit_test(insufficient_says_what_is_lacking),
		cmocka_unit_test(spread_change_is_named),
		cmocka_unit_test(no_features_is_no_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
