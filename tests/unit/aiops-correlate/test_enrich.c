#include "aiops-correlate/enrich.h"

#include "correlate_test.h"

static void enrich_service_from_words(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"service: checkout-api is down", "checkout-api"},
		{"Service checkout-api is down", "checkout-api"},
		{"SERVICE=orders.v2: slow", "orders.v2"},
		{"the service \"cart/db_1\" fails", "cart/db_1"},
		{"5xx on service cart.", "cart"},
		{"service is down", ""},
		{"service: is down", ""},
		{"service unavailable", ""},
		{"Service level objective broken", ""},
		{"service, checkout is down", ""},
		{"service 503", ""},
		{"microservice checkout", ""},
		{"services checkout", ""},
		{"service", ""},
		{"service ", ""},
		{"", ""},
		{"the service is slow, service=cart", "cart"},
		/* known ones come first, and need no word before them */
		{"payments: service gateway is slow", "payments"},
		{"payments-2 fails", ""},
	};
	struct site_rules rules;
	struct err e = ERR_INIT;

	(void)state;
	site_rules_init(&rules);
	assert_int_equal(
		site_rules_parse(&rules, SPAN("enrich: {services: [payments, search]}"), &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct span got = enrich_service(&rules, span_cstr(cases[i].text));

		if (!span_is(got, cases[i].want) && !(got.len == 0 && !cases[i].want[0]))
			fail_msg("%s: %.*s", cases[i].text, (int)got.len, got.data);
	}
	site_rules_release(&rules);
}

static void enrich_fills_only_what_is_missing(void **state)
{
	struct site_rules rules;
	struct enriched en;
	struct report r = {.n_labels = 4,
			   .labels = {{SPAN("app"), SPAN("cart")},
				      {SPAN("environment"), SPAN("prod")},
				      {SPAN("node"), SPAN("10.0.0.1:9100")},
				      {SPAN("tier"), SPAN("Storage")}}};

	(void)state;
	site_rules_init(&rules);
	enrich(&rules, SPAN("service orders is down"), SPAN_NONE, &r, &en);
	assert_true(span_is(r.service, "cart") && span_is(en.service, "cart"));
	assert_true(span_is(r.host, "10.0.0.1") && span_is(r.layer, "storage"));
	assert_true(span_is(en.env, "prod") && span_is(r.component, "cart"));
	r = (struct report){.service = SPAN("own"), .host = SPAN("h"), .component = SPAN("c")};
	enrich(&rules, SPAN("service orders is down"), SPAN_NONE, &r, &en);
	assert_true(span_is(r.service, "own") && span_is(r.host, "h") && span_is(r.component, "c"));
	assert_int_equal(en.service.len + en.host.len + en.env.len + en.layer.len, 0);
	site_rules_release(&rules);
}

/* 2026-11-21T23:30Z is Sunday 00:30 in Berlin. */
static void enriched_write_hour_and_weekday_in_the_zone(void **state)
{
	struct site_rules rules;
	struct enriched en = {0};
	struct buf out = BUF_INIT(1000);
	struct err e = ERR_INIT;

	(void)state;
	site_rules_init(&rules);
	enriched_write(&en, &rules, T0, &out);
	assert_int_equal(out.len, 0);
	assert_int_equal(site_rules_parse(&rules, SPAN("enrich: {zone: Europe/Berlin}"), &e), 0);
	enriched_write(&en, &rules, T0 + (14 * 3600 + 1800) * NS_PER_S, &out);
	assert_string_equal(buf_cstr(&out), ",\"hour\":0,\"weekday\":\"sunday\"");
	buf_release(&out);
	site_rules_release(&rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enrich_service_from_words),
		cmocka_unit_test(enrich_fills_only_what_is_missing),
		cmocka_unit_test(enriched_write_hour_and_weekday_in_the_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
