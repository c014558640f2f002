#include "harness.h"

#define LOG(body) "{\"timeUnixNano\":\"1\",\"body\":{\"stringValue\":\"" body "\"}}"
#define RESOURCE                                                                                   \
	"\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"s\"}}]}"
#define SCOPE "\"scope\":{\"name\":\"lib\"}"

static void assert_same(const char *a, const char *b)
{
	struct harness h = harness_new();
	char *first;

	harness_run(&h, "otlp", a);
	assert_int_equal(h.n_rejects, 0);
	first = mem_dupz(buf_cstr(&h.out));
	assert_out(&h, "\"service\":\"s\"");
	assert_out(&h, "\"otel.scope.name\":\"lib\"");
	harness_run(&h, "otlp", b);
	assert_string_equal(first, buf_cstr(&h.out));
	free(first);
	harness_release(&h);
}

static void resource_and_scope_may_stand_before_or_behind(void **state)
{
	static const char *const orders[] = {
		"{\"resourceLogs\":[{" RESOURCE ",\"scopeLogs\":[{" SCOPE
		",\"logRecords\":[" LOG("a") "," LOG("b") "]}]}]}",
		"{\"resourceLogs\":[{" RESOURCE
		",\"scopeLogs\":[{\"logRecords\":[" LOG("a") "," LOG("b") "]," SCOPE "}]}]}",
		"{\"resourceLogs\":[{\"scopeLogs\":[{" SCOPE
		",\"logRecords\":[" LOG("a") "," LOG("b") "]}]," RESOURCE "}]}",
		"{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" LOG("a") "," LOG(
			"b") "]," SCOPE "}]," RESOURCE "}]}",
	};

	(void)state;
	for (size_t i = 1; i < 4; i++)
		assert_same(orders[0], orders[i]);
}

static void context_does_not_leak_into_the_next_batch(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "otlp",
		    "{\"resourceLogs\":[{" RESOURCE ",\"scopeLogs\":[{" SCOPE
		    ",\"logRecords\":[" LOG("a") "]},{\"logRecords\":[" LOG(
			    "b") "]}]},"
				 "{\"scopeLogs\":[{\"logRecords\":[" LOG("c") "]}]}]}");
	assert_int_equal(h.n_out, 3);
	assert_int_equal(h.n_rejects, 0);
	assert_null(strstr(strstr(buf_cstr(&h.out), "\"body\":\"a\""), "otel.scope"));
	assert_null(strstr(strstr(buf_cstr(&h.out), "\"body\":\"b\""), "\"service\""));
	harness_release(&h);
}

static void records_that_wait_too_long_are_rejected_and_counted(void **state)
{
	struct harness h = harness_new();
	struct buf doc = BUF_INIT(1 << 20);
	enum { N = 1000, LINE = 1000 };

	(void)state;
	h.opt.max_record = LINE; /* eight of them may wait */
	buf_add_cstr(&doc, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[");
	for (int i = 0; i < N; i++)
		buf_addf(&doc, "%s{\"body\":{\"stringValue\":\"%d\"}}", i ? "," : "", i);
	buf_add_cstr(&doc, "]}]," RESOURCE "}]}");
	harness_feed(&h, "otlp", buf_span(&doc), 1 << 20);
	assert_int_equal(h.n_out + h.n_rejects, N);
	assert_in_range(h.n_out, 50, 200);
	assert_rejected(&h, "1 too_long its resource or scope is still to come");
	buf_release(&doc);
	harness_release(&h);
}

static void a_resource_that_cannot_be_read_rejects_its_records(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, "otlp",
		"{\"resourceLogs\":[{\"resource\":5,\"scopeLogs\":[{\"logRecords\":[" LOG("a") "," LOG(
			"b") "]}]},"
			     "{\"scopeLogs\":[{\"scope\":[],\"logRecords\":[" LOG(
				     "c") "]}],\"resource\":{\"attributes\":[{\"key\":1}]}}]}");
	assert_int_equal(h.n_out, 0);
	assert_int_equal(h.n_rejects, 3);
	assert_rejected(&h, "its resource is not an object");
	assert_rejected(&h, "the attributes of its resource cannot be read");
	harness_release(&h);
}

static void severity_is_the_word_then_the_number(void **state)
{
	static const struct {
		const char *members, *want;
	} cases[] = {
		{"\"severityText\":\"warning\",\"severityNumber\":17", "\"medium\""},
		{"\"severityText\":\"loud\",\"severityNumber\":17", "\"high\""},
		{"\"severityNumber\":24", "\"critical\""},
		{"\"severityNumber\":\"SEVERITY_NUMBER_INFO4\"", "\"low\""},
		{"\"severityNumber\":10", "\"info\""},
		{"\"severityNumber\":25", "\"unknown\""},
		{"\"severityNumber\":\"ERROR\"", "\"unknown\""},
		{"\"severityText\":\"loud\"", "\"unknown\""},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf doc = BUF_INIT(1 << 12), want = BUF_INIT(100);

		buf_addf(
			&doc,
			"{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"scope\":{},\"logRecords\":[{%s}]}]}]}",
			cases[i].members);
		buf_addf(&want, "\"severity\":%s", cases[i].want);
		harness_run(&h, "otlp", buf_cstr(&doc));
		assert_out(&h, buf_cstr(&want));
		buf_release(&doc);
		buf_release(&want);
	}
	harness_run(
		&h, "otlp",
		"{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"scope\":{},\"logRecords\":[{\"severityNumber\":0}]}]}]}");
	assert_lacks(&h.out, "severity");
	harness_release(&h);
}

/* Bounds by metrics.proto: base = 2^(2^-scale), bucket i is (base^i, base^(i+1)]. */
static void exponential_bounds_are_powers_of_the_base(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, "otlp",
		"{\"resourceMetrics\":[{\"resource\":{},\"scopeMetrics\":[{\"scope\":{},\"metrics\":[{\"name\":\"e\",\"exponentialHistogram\":"
		"{\"dataPoints\":[{\"count\":3,\"scale\":-1,\"positive\":{\"offset\":-1,\"bucketCounts\":[1,2]}}]}}]}]}]}");
	assert_out(&h, "\"value\":1,\"fingerprint\":\"");
	assert_out(&h, "\"lower\":\"0.25\",\"upper\":\"1\"");
	assert_out(&h, "\"lower\":\"1\",\"upper\":\"4\"");
	harness_run(
		&h, "otlp",
		"{\"resourceMetrics\":[{\"resource\":{},\"scopeMetrics\":[{\"scope\":{},\"metrics\":[{\"name\":\"e\",\"exponentialHistogram\":"
		"{\"dataPoints\":[{\"count\":3,\"scale\":-10,\"positive\":{\"offset\":9,\"bucketCounts\":[1]}}]}}]}]}]}");
	assert_rejected(&h, "a bucket beyond the largest number");
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resource_and_scope_may_stand_before_or_behind),
		cmocka_unit_test(context_does_not_leak_into_the_next_batch),
		cmocka_unit_test(records_that_wait_too_long_are_rejected_and_counted),
		cmocka_unit_test(a_resource_that_cannot_be_read_rejects_its_records),
		cmocka_unit_test(severity_is_the_word_then_the_number),
		cmocka_unit_test(exponential_bounds_are_powers_of_the_base),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
