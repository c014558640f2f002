#include "aiops-correlate/suppress/inhibit.h"

#include "correlate_test.h"

static struct span get(const void *ctx, struct span name)
{
	const struct label *labels = ctx;

	for (; labels->name.data; labels++)
		if (span_eq(labels->name, name))
			return labels->value;
	return SPAN_NONE;
}

#define LABELS(...)                                                                                \
	((struct subject){(const struct label[]){__VA_ARGS__, {{NULL, 0}, {NULL, 0}}}, get})
#define L(n, v)                                                                                    \
	{                                                                                          \
		{n, sizeof(n) - 1},                                                                \
		{                                                                                  \
			v, sizeof(v) - 1                                                           \
		}                                                                                  \
	}

static void start(struct inhibit *in, struct site_rules *rules, const char *text)
{
	struct err e = ERR_INIT;

	site_rules_init(rules);
	if (site_rules_parse(rules, span_cstr(text), &e) != 0)
		fail_msg("%zu:%zu %s", e.line, e.col, e.text);
	inhibit_init(in, rules);
}

static const char node_down[] =
	"inhibit: [{name: n, source: [a=Down], target: [a=Slow], equal: [host]}]";

static void inhibit_holds_from_source_to_its_end(void **state)
{
	struct inhibit in;
	struct site_rules rules;
	struct fps freed = {0};
	struct subject down = LABELS(L("a", "Down"), L("host", "h1"));
	struct subject slow = LABELS(L("a", "Slow"), L("host", "h1"));
	struct subject elsewhere = LABELS(L("a", "Slow"), L("host", "h2"));
	const struct inhibit_rule *rule;

	(void)state;
	start(&in, &rules, node_down);
	assert_null(inhibit_find(&in, 2, slow, true));
	inhibit_fires(&in, 1, down, false, NULL);
	assert_null(inhibit_find(&in, 2, slow, true)); /* read, but not decided */
	assert_non_null(inhibit_find(&in, 2, slow, false));
	inhibit_fires(&in, 1, down, true, NULL);
	inhibit_fires(&in, 9, down, true, NULL);
	rule = inhibit_find(&in, 2, slow, true);
	assert_string_equal(rule->name, "n");
	assert_null(inhibit_find(&in, 3, elsewhere, true));
	inhibit_note(&in, rule, 2, slow);
	inhibit_over(&in, 1, down, true, &freed);
	assert_int_equal(freed.n, 0); /* the other source still fires */
	inhibit_over(&in, 9, down, true, &freed);
	assert_int_equal(freed.n, 1);
	assert_int_equal(freed.items[0], 2);
	assert_null(inhibit_find(&in, 2, slow, true));
	assert_int_equal(in.index.live, 0);
	fps_release(&freed);
	inhibit_release(&in);
	site_rules_release(&rules);
}

/* Alertmanager: neither itself, nor two alerts that match both sides one another. */
static void inhibit_two_sided_alerts_do_not_mute_one_another(void **state)
{
	struct inhibit in;
	struct site_rules rules;
	struct subject both = LABELS(L("a", "Down"), L("b", "x"));
	struct subject source = LABELS(L("a", "Down"));

	(void)state;
	start(&in, &rules, "inhibit: [{name: n, source: [a=Down], target: [b=x]}]");
	inhibit_fires(&in, 1, both, true, NULL);
	assert_null(inhibit_find(&in, 1, both, true));
	assert_null(inhibit_find(&in, 2, both, true));
	inhibit_fires(&in, 3, source, true, NULL);
	assert_non_null(inhibit_find(&in, 2, both, true));
	inhibit_release(&in);
	site_rules_release(&rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inhibit_holds_from_source_to_its_end),
		cmocka_unit_test(inhibit_two_sided_alerts_do_not_mute_one_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
