#include "aiops-incident/notify/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CHANNELS_AND_PEOPLE                                                                        \
	"channels:\n"                                                                              \
	"  chat: {slack: {url_file: /s}}\n"                                                        \
	"  pager-ana: {pagerduty: {routing_key_file: /k}}\n"                                       \
	"  mail-ben: {smtp: {url: \"smtp://mx:25\", from: a@b, to: [ben@b]}}\n"                    \
	"people:\n"                                                                                \
	"  ana: [pager-ana, chat]\n"                                                               \
	"  ben: mail-ben\n"

static int64_t at(const char *text)
{
	struct err e = ERR_INIT;
	struct instant t = {0};

	assert_int_equal(instant_parse(span_cstr(text), &t, &e), 0);
	return t.ns;
}

static void load(struct notify_rules *r, const char *text)
{
	struct err e = ERR_INIT;

	if (notify_rules_parse(r, span_cstr(text), &e) != 0)
		fail_msg("%zu:%zu: %s", e.line, e.col, e.text);
}

static void refuse(const char *text, size_t line, const char *why)
{
	struct err e = ERR_INIT;
	struct notify_rules r;

	assert_int_equal(notify_rules_parse(&r, span_cstr(text), &e), -1);
	if (!strstr(e.text, why) || e.line != line)
		fail_msg("line %zu: %s; expected line %zu: %s", e.line, e.text, line, why);
	assert_int_equal(e.code, EX_BADCONFIG);
	notify_rules_release(&r);
}

/* The names of the channels, "chat,pager-ana". */
static void names(const struct notify_rules *r, const size_t *channels, size_t n, char *out)
{
	*out = '\0';
	for (size_t i = 0; i < n; i++) {
		if (i)
			strcat(out, ","); /* NOLINT: a test's buffer */
		strcat(out, r->channels[channels[i]].name.data);
	}
}

static void expect_route(const struct notify_rules *r, const struct subject *s, const char *want)
{
	size_t channels[8];
	char got[400];

	names(r, channels, notify_rules_route(r, s, channels, 8), got);
	assert_string_equal(got, want);
}

static void test_patterns(void **state)
{
	(void)state;
	assert_true(pattern_fits(SPAN("orders*"), SPAN("orders-db")));
	assert_true(pattern_fits(SPAN("*"), SPAN("")));
	assert_true(pattern_fits(SPAN("a*c?e"), SPAN("abbcde")));
	assert_false(pattern_fits(SPAN("orders"), SPAN("orders-db")));
	assert_false(pattern_fits(SPAN("?"), SPAN("")));
	/* what makes naive matchers take exponential time */
	assert_false(
		pattern_fits(SPAN("*a*a*a*a*a*a*a*a*a*a*b"),
			     SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
}

static void test_the_first_route_that_fits(void **state)
{
	struct span orders[] = {SPAN("web"), SPAN("orders-db")}, other[] = {SPAN("mail")};
	struct subject s = {.services = orders,
			    .n_services = 2,
			    .severity = SEVERITY_CRITICAL,
			    .at_ns = at("2026-11-21T09:00:00Z")};
	struct notify_rules r;

	(void)state;
	load(&r, CHANNELS_AND_PEOPLE
	     "routes:\n"
	     "  - {services: [orders*], severity: high, to: [ana], continue: true}\n"
	     "  - {types: disk, to: mail-ben}\n"
	     "  - {to: chat}\n");
	expect_route(&r, &s, "pager-ana,chat");
	s.severity = SEVERITY_MEDIUM;
	expect_route(&r, &s, "chat");
	s.severity = SEVERITY_UNKNOWN; /* it might be the worst */
	expect_route(&r, &s, "pager-ana,chat");
	s.services = other;
	s.n_services = 1;
	s.type = SPAN("disk");
	expect_route(&r, &s, "mail-ben");
	notify_rules_release(&r);
}

static void test_on_call_follows_the_clock_of_the_zone(void **state)
{
	struct subject s = {.severity = SEVERITY_HIGH};
	struct notify_rules r;

	(void)state;
	load(&r, "zone: Europe/Berlin\n" CHANNELS_AND_PEOPLE "rotations:\n"
		 "  dba:\n"
		 "    - {from: 2026-10-19T09:00, who: ana}\n"
		 "    - {from: 2026-10-26T09:00, who: ben, until: 2026-11-02T09:00}\n"
		 "routes: [{to: dba}]\n");
	/* Clocks were put back on the 25th: 09:00 is 07:00Z before and 08:00Z after. */
	s.at_ns = at("2026-10-19T06:59:59Z");
	assert_true(rotation_at(&r.rotations[0], s.at_ns) == SIZE_MAX);
	expect_route(&r, &s, "pager-ana,chat"); /* nobody is on call: better the next than nobody */
	s.at_ns = at("2026-10-19T07:00:00Z");
	expect_route(&r, &s, "pager-ana,chat");
	s.at_ns = at("2026-10-26T07:59:59Z");
	expect_route(&r, &s, "pager-ana,chat");
	s.at_ns = at("2026-10-26T08:00:00Z");
	expect_route(&r, &s, "mail-ben");
	s.at_ns = at("2026-11-02T08:00:00Z");
	assert_true(rotation_at(&r.rotations[0], s.at_ns) == SIZE_MAX);
	expect_route(&r, &s, "mail-ben"); /* and who was last */
	notify_rules_release(&r);
}

static void test_gaps_and_overlaps_are_named_by_date(void **state)
{
	(void)state;
	refuse(CHANNELS_AND_PEOPLE
	       "rotations:\n"
	       "  dba:\n"
	       "    - {from: 2026-10-19T09:00, who: ana, until: 2026-10-26T08:00}\n"
	       "    - {from: 2026-10-26T09:00, who: ben}\n",
	       11, "nobody is on call from 2026-10-26T08:00 to 2026-10-26T09:00");
	refuse(CHANNELS_AND_PEOPLE
	       "rotations:\n"
	       "  dba:\n"
	       "    - {from: 2026-10-19T09:00, who: ana, until: 2026-10-27T09:00}\n"
	       "    - {from: 2026-10-26T09:00, who: ben}\n",
	       11, "two are on call from 2026-10-26T09:00 to 2026-10-27T09:00");
	refuse(CHANNELS_AND_PEOPLE "rotations:\n"
				   "  dba:\n"
				   "    - {from: 2026-10-26T09:00, who: ana}\n"
				   "    - {from: 2026-10-19T09:00, who: ben}\n",
	       11, "in the order of time");
	refuse(CHANNELS_AND_PEOPLE "rotations: {dba: [{from: soon, who: ana}]}\n", 8,
	       "'soon' is no time");
}

static void test_hours_and_silence(void **state)
{
	struct subject s = {.severity = SEVERITY_LOW};
	struct notify_rules r;

	(void)state;
	load(&r, CHANNELS_AND_PEOPLE "routes:\n"
				     "  - {hours: \"22:00-07:00\", days: [fri], to: mail-ben}\n"
				     "  - {to: chat}\n"
				     "silence:\n"
				     "  - {hours: \"22:00-07:00\", below: high}\n");
	/* 2026-11-20 is a Friday. */
	s.at_ns = at("2026-11-20T23:00:00Z");
	expect_route(&r, &s, "mail-ben");
	s.at_ns = at("2026-11-21T06:59:00Z"); /* still Friday's night */
	expect_route(&r, &s, "mail-ben");
	s.at_ns = at("2026-11-21T07:00:00Z");
	expect_route(&r, &s, "chat");
	s.at_ns = at("2026-11-20T06:00:00Z"); /* Thursday's */
	expect_route(&r, &s, "chat");

	assert_true(notify_rules_silent_until(&r, SEVERITY_LOW, at("2026-11-20T23:00:30Z")) ==
		    at("2026-11-21T07:00:00Z"));
	assert_true(notify_rules_silent_until(&r, SEVERITY_HIGH, at("2026-11-20T23:00:30Z")) ==
		    at("2026-11-20T23:00:30Z"));
	assert_true(notify_rules_silent_until(&r, SEVERITY_UNKNOWN, at("2026-11-20T23:00:30Z")) ==
		    at("2026-11-20T23:00:30Z"));
	assert_true(notify_rules_silent_until(&r, SEVERITY_LOW, at("2026-11-20T12:00:00Z")) ==
		    at("2026-11-20T12:00:00Z"));
	notify_rules_release(&r);
}

static void test_escalation_by_type_and_novel_incidents(void **state)
{
	struct subject s = {
		.severity = SEVERITY_LOW, .type = SPAN("safety_violation"), .novel = true};
	struct notify_rules r;
	size_t channels[8], n;
	int64_t after = 0;
	char got[400];

	(void)state;
	load(&r, CHANNELS_AND_PEOPLE "routes: [{to: chat}]\n"
				     "escalation:\n"
				     "  - {types: [model_*], after: 5m, path: [ben]}\n"
				     "  - {path: [ana, ben]}\n");
	n = notify_rules_escalate(&r, &s, 1, channels, 8, &after);
	names(&r, channels, n, got);
	assert_string_equal(got, "mail-ben");
	assert_true(after == 15 * 60 * 1000);
	assert_true(notify_rules_escalate(&r, &s, 2, channels, 8, &after) == SIZE_MAX);
	/* no runbook fits: the first of the path is told at once */
	expect_route(&r, &s, "chat,pager-ana");
	s.novel = false;
	expect_route(&r, &s, "chat");
	s.type = SPAN("model_degradation");
	assert_true(notify_rules_escalate(&r, &s, 0, channels, 8, &after) == 1);
	assert_true(after == 5 * 60 * 1000);
	notify_rules_release(&r);
}

static void test_mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	refuse("chanels: {}\n", 1, "did you mean 'channels'");
	refuse("channels: {x: {slack: {}}}\n", 1, "a slack channel needs url_file");
	refuse("channels: {x: {fax: {}}}\n", 1, "fax");
	refuse("channels:\n  x: {smtp: {url: \"smtp://m\", from: a@b, to: [\"b@c\\nBcc: all@c\"]}}\n",
	       2, "is no address");
	refuse("channels:\n  x: {command: [tell]}\n", 2, "absolute path");
	refuse(CHANNELS_AND_PEOPLE "routes: [{to: nobody}]\n", 8,
	       "'nobody' is no channel, person or rotation");
	refuse(CHANNELS_AND_PEOPLE "routes: [{severity: bad, to: chat}]\n", 8, "no severity");
	refuse(CHANNELS_AND_PEOPLE "silence: [{hours: \"22-07\"}]\n", 8, "22:00-07:00");
	refuse(CHANNELS_AND_PEOPLE "silence: [{below: high}]\n", 8, "needs hours or days");
	refuse("zone: Mars/Olympus\n", 1, "Mars");
	refuse("people: {ana: pager}\n", 1, "no channel 'pager'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_the_first_route_that_fits),
		cmocka_unit_test(test_on_call_follows_the_clock_of_the_zone),
		cmocka_unit_test(test_gaps_and_overlaps_are_named_by_date),
		cmocka_unit_test(test_hours_and_silence),
		cmocka_unit_test(test_escalation_by_type_and_novel_incidents),
		cmocka_unit_test(test_mistakes_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
