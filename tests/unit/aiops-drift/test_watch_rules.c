#include "aiops-drift/watch/watch_rules.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/instant.h"
#include "drift_test.h"

/* Loads rules from text; the message of a failure in e. */
static int load(struct watch_rules *rules, const char *text, struct err *e)
{
	char path[] = "/tmp/watch-rules.XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, span_cstr(text), e), 0);
	close(fd);
	rc = watch_rules_load(rules, path, e);
	unlink(path);
	return rc;
}

static struct place place_of(const char *name, const char *service)
{
	struct place p = {.base = span_cstr(name), .n = 1};

	p.labels[0] = (struct label){SPAN("service"), span_cstr(service)};
	return p;
}

static void rules_match_and_apply(void **state)
{
	struct watch_settings s = {.anomaly = true, .flat = true, .missing_factor = 3};
	struct place cart = place_of("disk_used_ratio", "cart");
	struct watch_rules rules;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(
		load(&rules,
		     "rules:\n"
		     "  - {name: Full, match: {name: disk_*ratio, service: c*t}, above: 0.9, "
		     "clear: 0.8, pending: 5m}\n"
		     "  - {match: {service: shop}, anomaly: false}\n"
		     "  - {flat: false, missing: 26h, season: week, zone: \"-05:30\"}\n",
		     &e),
		0);
	assert_int_equal(rules.n, 3);
	assert_true(watch_rule_matches(&rules.items[0], &cart));
	assert_false(watch_rule_matches(&rules.items[1], &cart));
	assert_true(watch_rule_matches(&rules.items[2], &cart));
	watch_rule_apply(&rules.items[0], &s);
	watch_rule_apply(&rules.items[2], &s);
	assert_true(s.anomaly && !s.flat && s.season == SEASON_WEEK && s.zone_s == -19800);
	assert_true(s.pending_ns == 300 * NS_PER_S && s.missing_ns == 26 * 3600 * NS_PER_S);
	assert_true(watch_rule_breached(&rules.items[0], 0.91, false));
	assert_false(watch_rule_breached(&rules.items[0], 0.85, false));
	assert_true(watch_rule_breached(&rules.items[0], 0.85, true));
	watch_rules_release(&rules);
}

static void mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *text, *want;
		size_t line;
	} cases[] = {
		{"rules: 3\n", "expected a list", 1},
		{"rule: []\n", "unknown key 'rule' (did you mean 'rules'?)", 1},
		{"version: 2\nrules: []\n", "", 1},
		{"rules:\n  - {abov: 1}\n", "unknown key 'abov' (did you mean 'above'?)", 2},
		{"rules:\n  - {above: 1, below: 2}\n", "a rule has one of above, below and equals",
		 2},
		{"rules:\n  - {above: x}\n", "", 2},
		{"rules:\n  - {clear: 1}\n", "clear goes with above or below", 2},
		{"rules:\n  - {equals: 1, clear: 1}\n", "clear goes with above or below", 2},
		{"rules:\n  - {above: 1, clear: 2}\n", "clear is on the bad side of the threshold",
		 2},
		{"rules:\n  - {severity: bad}\n",
		 "a severity is critical, high, medium, low or info", 2},
		{"rules:\n  - {season: year}\n", "a season is none, day, workday or week", 2},
		{"rules:\n  - {zone: Berlin}\n", "a zone is UTC or an offset such as +01:00", 2},
		{"rules:\n  - {min_change: -1}\n", "the number is negative", 2},
		{"rules:\n  - {missing: 0}\n", "a time without records is longer than 0, or false",
		 2},
		{"rules:\n  - {match: [a]}\n", "", 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct watch_rules rules;
		struct err e = ERR_INIT;

		assert_int_equal(load(&rules, cases[i].text, &e), -1);
		assert_int_equal(e.code, EX_BADCONFIG);
		assert_int_equal(e.line, cases[i].line);
		if (cases[i].want[0])
			assert_non_null(strstr(e.text, cases[i].want));
		watch_rules_release(&rules);
	}
}

static void zones(void **state)
{
	static const char *const bad[] = {"",      "+1",     "+1:00",  "+19:00",
					  "01:00", "+01:60", "+01-00", "+0x00"};
	struct err e = ERR_INIT;
	int32_t s = 1;

	(void)state;
	assert_true(watch_zone(SPAN("UTC"), &s, &e) == 0 && s == 0);
	assert_true(watch_zone(SPAN("+01:00"), &s, &e) == 0 && s == 3600);
	assert_true(watch_zone(SPAN("-0930"), &s, &e) == 0 && s == -34200);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		err_clear(&e);
		assert_int_equal(watch_zone(span_cstr(bad[i]), &s, &e), -1);
		assert_int_equal(e.code, EX_BADUSAGE);
	}
}

static void conditions_and_severities(void **state)
{
	(void)state;
	assert_true(watch_breached(CONDITION_ABOVE, 2, 1) &&
		    !watch_breached(CONDITION_ABOVE, 1, 1));
	assert_true(watch_breached(CONDITION_BELOW, 0, 1) &&
		    !watch_breached(CONDITION_BELOW, 1, 1));
	assert_true(watch_breached(CONDITION_EQUALS, 1, 1) &&
		    !watch_breached(CONDITION_EQUALS, 2, 1));
	assert_int_equal(watch_severity(watch_ratio(CONDITION_ABOVE, 151, 100)), SEVERITY_CRITICAL);
	assert_int_equal(watch_severity(watch_ratio(CONDITION_ABOVE, 150, 100)), SEVERITY_HIGH);
	assert_int_equal(watch_severity(watch_ratio(CONDITION_ABOVE, 120, 100)), SEVERITY_MEDIUM);
	assert_int_equal(watch_severity(watch_ratio(CONDITION_BELOW, 50, 100)), SEVERITY_CRITICAL);
	assert_int_equal(watch_severity(watch_ratio(CONDITION_BELOW, 0, 100)), SEVERITY_CRITICAL);
	assert_int_equal(watch_severity(watch_ratio(CONDITION_ABOVE, 5, 0)), SEVERITY_MEDIUM);
	assert_int_equal(watch_severity(watch_ratio(CONDITION_BELOW, -9, -3)), SEVERITY_MEDIUM);
	assert_int_equal(watch_severity(watch_ratio(CONDITION_EQUALS, 9, 9)), SEVERITY_MEDIUM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_match_and_apply),
		cmocka_unit_test(mistakes_are_told_with_their_place),
		cmocka_unit_test(zones),
		cmocka_unit_test(conditions_and_severities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
