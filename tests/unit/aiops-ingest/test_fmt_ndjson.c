#include "harness.h"

#include "aiops-ingest/formats/mapping.h"

static void run_mapped(struct harness *h, const char *const *texts, size_t n, const char *input)
{
	struct mapping m;
	struct err e = ERR_INIT;

	assert_int_equal(mapping_parse(texts, n, &m, &e), 0);
	h->opt.map = &m;
	harness_run(h, "ndjson", input);
	h->opt.map = NULL;
	mapping_release(&m);
}

static void record_that_breaks_the_schema_is_rejected(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, "ndjson",
		"{\"kind\":\"alert\",\"id\":\"1\",\"source\":\"s\"}\n{\"a\":1}\n[]\n\n{\"kind\"\n");
	assert_int_equal(h.n_out, 0);
	assert_int_equal(h.n_rejects, 4);
	assert_rejected(&h, "1 schema timestamp: missing\n2 schema kind: missing\n3 not_object ");
	assert_rejected(&h, "\n5 syntax ");
	harness_release(&h);
}

static void validate_passes_what_it_reports(void **state)
{
	static const char text[] =
		"{\"kind\":\"alert\",\"id\":\"1\",\"source\":\"s\"}\n"
		"{\"kind\":\"log\",\"id\":\"1\",\"source\":\"s\",\"timestamp\":\"2026-11-21T09:09:19Z\"}\n";
	struct harness h = harness_new();

	(void)state;
	h.opt.validate = true;
	harness_run(&h, "ndjson", text);
	assert_string_equal(buf_cstr(&h.out), text);
	assert_string_equal(buf_cstr(&h.warnings), "1 timestamp: missing\n");
	harness_release(&h);
}

static void blank_line_is_a_reject_only_when_strict(void **state)
{
	struct harness h = harness_new();

	(void)state;
	h.opt.strict = true;
	harness_run(&h, "ndjson", "\n");
	assert_string_equal(buf_cstr(&h.rejects), "1 blank a blank line\n");
	harness_release(&h);
}

static void map_makes_records(void **state)
{
	static const char *const map[] = {"kind=alert",
					  "timestamp=t",
					  "severity=lvl",
					  "name=check.name",
					  "value=v",
					  "labels.team=tags.0",
					  "annotations.note=note",
					  "links.board=url",
					  "service=\"cart\"",
					  "threshold=max",
					  "condition=\"above\"",
					  "status=s"};
	struct harness h = harness_new();

	(void)state;
	run_mapped(
		&h, map, 12,
		"{\"t\":1795252159095,\"lvl\":\"P1\",\"check\":{\"name\":\"c\"},\"v\":1.10,\"tags\":[\"db\"],\"note\":true,"
		"\"url\":\"http://b\",\"max\":\"80\",\"s\":\"firing\",\"other\":{}}\n");
	assert_string_equal(buf_cstr(&h.rejects), "");
	assert_out(&h, "\"timestamp\":\"2026-11-21T09:09:19.095Z\"");
	assert_out(
		&h,
		"\"status\":\"firing\",\"severity\":\"critical\",\"severity_number\":21,\"severity_text\":\"P1\","
		"\"name\":\"c\",\"component\":\"cart\",\"service\":\"cart\",\"value\":1.10,\"threshold\":80,"
		"\"condition\":\"above\"");
	assert_out(
		&h,
		"\"labels\":{\"team\":\"db\"},\"annotations\":{\"note\":\"true\"},\"links\":{\"board\":\"http://b\"}}\n");
	assert_all_valid(&h);
	harness_release(&h);
}

static void map_leaves_out_what_is_missing(void **state)
{
	static const char *const map[] = {"kind=log", "timestamp=t", "body=m", "service=s"};
	struct harness h = harness_new();

	(void)state;
	run_mapped(&h, map, 4, "{\"m\":\"x\",\"s\":null}\n");
	assert_int_equal(h.n_out, 1);
	assert_lacks(&h.out, "\"service\"");
	assert_out(&h, "\"source_id\":\"in:1\"");
	assert_out(&h, "\"flags\":[\"no_timestamp\"]");
	harness_release(&h);
}

static void map_times_of_every_kind(void **state)
{
	static const char *const map[] = {"kind=log", "timestamp=t"};
	static const struct {
		const char *t, *want;
	} cases[] = {
		{"\"2026-11-21T10:09:19+01:00\"", "\"timestamp\":\"2026-11-21T09:09:19Z\""},
		{"\"2026-11-21 09:09:19,095\"", "\"flags\":[\"zone_assumed\"]"},
		{"1795252159", "\"timestamp\":\"2026-11-21T09:09:19Z\""},
		{"1795252159.095", "\"timestamp\":\"2026-11-21T09:09:19.095Z\""},
		{"\"1795252159095000\"", "\"timestamp\":\"2026-11-21T09:09:19.095000Z\""},
		{"1795252159095000001", "\"timestamp\":\"2026-11-21T09:09:19.095000001Z\""},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf line = BUF_INIT(200);

		buf_addf(&line, "{\"t\":%s}\n", cases[i].t);
		run_mapped(&h, map, 2, buf_cstr(&line));
		assert_out(&h, cases[i].want);
		buf_release(&line);
	}
	harness_release(&h);
}

static void map_refuses_what_does_not_fit(void **state)
{
	static const struct {
		const char *map, *line, *why;
	} cases[] = {
		{"timestamp=t", "{\"t\":\"soon\"}\n", "t: 'soon' is no time that is known"},
		{"timestamp=t", "{\"t\":{}}\n", "t: an object cannot be timestamp"},
		{"value=v", "{\"v\":\"many\"}\n", "v: 'many' is no number"},
		{"value=v", "{\"v\":[]}\n", "v: an array cannot be value"},
		{"labels.x=v", "{\"v\":[]}\n", "v: an array cannot be labels.x"},
		{"status=s", "{\"s\":\"burning\"}\n", "status: 'burning' is not one of"},
		{"signal=s", "{\"s\":\"smoke\"}\n", "signal: 'smoke' is not one of"},
		{"condition=s", "{\"s\":\"near\"}\n", "condition: 'near' is not one of"},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *map[] = {"kind=alert", cases[i].map};

		run_mapped(&h, map, 2, cases[i].line);
		assert_int_equal(h.n_out, 0);
		assert_rejected(&h, cases[i].why);
	}
	harness_release(&h);
}

static void map_kind_may_be_a_path(void **state)
{
	static const char *const map[] = {"kind=type", "timestamp=t"};
	struct harness h = harness_new();

	(void)state;
	run_mapped(&h, map, 2,
		   "{\"type\":\"change\",\"t\":1}\n{\"type\":\"odd\",\"t\":1}\n{\"t\":1}\n");
	assert_int_equal(h.n_out, 1);
	assert_rejected(&h, "2 schema type: kind: 'odd' is not known");
	assert_rejected(&h, "3 schema kind: 'type' is missing");
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_that_breaks_the_schema_is_rejected),
		cmocka_unit_test(validate_passes_what_it_reports),
		cmocka_unit_test(blank_line_is_a_reject_only_when_strict),
		cmocka_unit_test(map_makes_records),
		cmocka_unit_test(map_leaves_out_what_is_missing),
		cmocka_unit_test(map_times_of_every_kind),
		cmocka_unit_test(map_refuses_what_does_not_fit),
		cmocka_unit_test(map_kind_may_be_a_path),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
