#include "harness.h"

/* One document or log for each format, written after the vendors' documentation. */
#define ALERT(name, more)                                                                          \
	"{\"status\":\"firing\",\"labels\":{\"alertname\":\"" name                                 \
	"\",\"severity\":\"page\"},\"annotations\":"                                               \
	"{\"summary\":\"s\\u00fc\\\"\\\\\"},\"startsAt\":\"2026-11-21T09:09:19.095Z\",\"endsAt\":" \
	"\"0001-01-01T00:00:00Z\"" more "}"
#define WEBHOOK                                                                                    \
	"{\"receiver\":\"r\",\"status\":\"firing\",\"alerts\":[" ALERT("A", "") "," ALERT(         \
		"B",                                                                               \
		",\"x\":[{\"y\":{}}]") "],\"groupLabels\":{},\"version\":\"4\",\"groupKey\":\"{}:{}\",\"truncatedAlerts\":0}"
#define API_ALERT(name)                                                                                                \
	"{\"annotations\":{},\"endsAt\":\"2026-11-21T09:14:19.095Z\",\"fingerprint\":\"73dbeed5635ea4e4\","            \
	"\"receivers\":[{\"name\":\"r\"}],\"startsAt\":\"2026-11-21T09:09:19.095Z\",\"status\":{\"inhibitedBy\":[],"   \
	"\"mutedBy\":[],\"silencedBy\":[\"s1\"],\"state\":\"suppressed\"},\"updatedAt\":\"2026-11-21T09:10:19.095Z\"," \
	"\"labels\":{\"alertname\":\"" name "\"}}"
#define API "[\n  " API_ALERT("A") ",\n  " API_ALERT("B") "\n]"
#define GROUPS                                                                                     \
	"[{\"alerts\":[" API_ALERT("A") "," API_ALERT(                                             \
		"B") "],\"labels\":{},\"receiver\":{\"name\":\"r\"}},"                             \
		     "{\"alerts\":[" API_ALERT(                                                    \
			     "A") "],\"labels\":{},\"receiver\":{\"name\":\"s\"}}]"
#define MATRIX                                                                                                      \
	"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"up\"," \
	"\"job\":\"j\"},\"values\":[[1794906559.095,\"1\"],[1794906574.1,\"NaN\"]]},{\"metric\":{},\"values\":"     \
	"[[1794906559,\"0.10\"]]}]}}"
#define VECTOR                                                                                                       \
	"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"up\"}," \
	"\"value\":[1794906559.095,\"1\"]}]}}"
#define OWN                                                                                                 \
	"{\"kind\":\"change\",\"id\":\"c1\",\"timestamp\":\"2026-11-21T09:08:50Z\",\"source\":\"deploys\"," \
	"\"alerts\":[{\"x\":1.10}]}"
#define LOG                                                                                        \
	"2026-11-21 09:09:19.095 UTC [123] u@d ERROR:  duplicate key\n"                            \
	"2026-11-21 09:09:19.095 UTC [123] u@d DETAIL:  Key (id)=(1) already exists.\n"            \
	"\ttabbed\n"                                                                               \
	"2026-11-21 09:09:20 UTC [124] u@d LOG:  ok\n"

static const struct {
	const char *name, *format, *text;
	int records;
} corpus[] = {
	{"webhook", "alertmanager", WEBHOOK, 2},
	{"api", "alertmanager", API, 2},
	{"groups", "alertmanager", GROUPS, 2},
	{"alert", "alertmanager", ALERT("A", ""), 1},
	{"matrix", "prometheus", MATRIX, 3},
	{"vector", "prometheus", VECTOR, 1},
	{"own", "ndjson", OWN, 1},
	{"log", "text", LOG, 2},
};
#define CORPUS (sizeof corpus / sizeof *corpus)

static void feed_reads_each_format_by_name_and_by_shape(void **state)
{
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < CORPUS; i++)
		for (int fixed = 0; fixed < 2; fixed++) {
			harness_run(&h, fixed ? corpus[i].format : NULL, corpus[i].text);
			if (h.n_out != corpus[i].records || h.n_rejects || h.n_warnings)
				fail_msg("%s: %d records, %d rejects: %s", corpus[i].name, h.n_out,
					 h.n_rejects, buf_cstr(&h.rejects));
			assert_all_valid(&h);
		}
	harness_release(&h);
}

/* All of the corpus, good and bad, one behind the other. */
static void everything(struct buf *all)
{
	for (size_t i = 0; i < CORPUS - 1; i++)
		buf_addf(all, "%s\n", corpus[i].text);
	buf_add_cstr(
		all,
		"{\"alerts\":[{\"labels\":\n{\"unknown\":1}\n[1,2]\n\n{\"_barrier\":1}\nstray\n[]\n{\"a\":\"\xff\"}\n");
	buf_add_cstr(all, WEBHOOK WEBHOOK " " VECTOR "\r\n" LOG);
}

static void feed_chunks_make_no_difference(void **state)
{
	struct harness whole = harness_new(), parts = harness_new();
	struct buf all = BUF_INIT(1 << 20);

	(void)state;
	everything(&all);
	harness_feed(&whole, NULL, buf_span(&all), all.len);
	assert_true(whole.n_out > 15 && whole.n_rejects > 4);
	for (size_t step = 1; step < 200; step += step < 40 ? 1 : 37) {
		harness_clear(&parts);
		harness_feed(&parts, NULL, buf_span(&all), step);
		assert_string_equal(buf_cstr(&parts.out), buf_cstr(&whole.out));
		assert_string_equal(buf_cstr(&parts.rejects), buf_cstr(&whole.rejects));
		assert_string_equal(buf_cstr(&parts.warnings), buf_cstr(&whole.warnings));
	}
	buf_release(&all);
	harness_release(&whole);
	harness_release(&parts);
}

/* What came out of a document that is cut off is the beginning of what comes out of all of it. */
static void check_cut(const char *name, const char *format, struct span doc, size_t n,
		      struct buf *full)
{
	struct harness h = harness_new();

	harness_feed(&h, format, span_of(doc.data, n), n);
	if (h.out.len > full->len || memcmp(buf_cstr(&h.out), buf_cstr(full), h.out.len) != 0)
		fail_msg("%s cut at %zu gives %s", name, n, buf_cstr(&h.out));
	if (n > 0 && h.n_rejects == 0)
		fail_msg("%s cut at %zu is not rejected", name, n);
	harness_release(&h);
}

static void feed_document_cut_at_any_byte_is_rejected(void **state)
{
	(void)state;
	for (size_t i = 0; i < CORPUS - 1; i++) {
		struct span doc = span_cstr(corpus[i].text);

		for (int fixed = 0; fixed < 2; fixed++) {
			const char *format = fixed ? corpus[i].format : NULL;
			struct harness full = harness_new();

			harness_feed(&full, format, doc, doc.len);
			for (size_t n = 0; n < doc.len; n++)
				check_cut(corpus[i].name, format, doc, n, &full.out);
			harness_release(&full);
		}
	}
}

/* The documents around one that is cut off, a line each, all come out. */
static void check_neighbours(const char *first)
{
	struct harness h = harness_new();
	struct span doc = SPAN(WEBHOOK);

	for (size_t n = 1; n < doc.len; n++) {
		struct buf all = BUF_INIT(1 << 20);

		buf_addf(&all, "%s\n", first);
		buf_add(&all, doc.data, n);
		buf_add_cstr(&all, "\n" MATRIX "\n" OWN "\n");
		harness_clear(&h);
		harness_feed(&h, NULL, buf_span(&all), 50);
		assert_out(&h, "\"value\":0.10");
		assert_out(&h, OWN "\n");
		if (h.n_rejects != 1 || h.n_out < 5 || h.n_out > 7)
			fail_msg("cut at %zu: %d records, %s", n, h.n_out, buf_cstr(&h.rejects));
		buf_release(&all);
	}
	harness_release(&h);
}

/* The first is cut up, the second goes out as the line that it is. */
static void feed_neighbours_of_a_cut_document_survive(void **state)
{
	(void)state;
	check_neighbours(VECTOR);
	check_neighbours(ALERT("first", ""));
}

static void feed_log_cut_at_any_byte_gives_valid_records(void **state)
{
	struct harness h = harness_new();
	struct span log = SPAN(LOG);

	(void)state;
	for (size_t n = 0; n <= log.len; n++) {
		harness_clear(&h);
		harness_feed(&h, "text", span_of(log.data, n), 7);
		assert_int_equal(h.n_rejects, 0);
		assert_all_valid(&h);
	}
	harness_release(&h);
}

static void feed_bad_element_does_not_spoil_its_document(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, NULL,
		"[" API_ALERT("A") ",{\"labels\":{\"a\":\"1\",\"a\":\"2\"}},7," API_ALERT("B") "]");
	assert_int_equal(h.n_out, 2);
	assert_int_equal(h.n_rejects, 2);
	assert_rejected(&h, "1 duplicate_key element at byte");
	assert_rejected(&h, "1 not_object element at byte");
	harness_release(&h);
}

static void feed_broken_document_keeps_what_came_out_before(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "alertmanager", "[" API_ALERT("A") ",\n" API_ALERT("B") ",{\"labels\":");
	assert_int_equal(h.n_out, 2);
	assert_rejected(&h, "1 syntax broken document: the document ends in its middle (byte ");
	harness_release(&h);
}

static void feed_unknown_shapes_are_rejected_with_their_line(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, NULL,
		"\n\n{\"type\":\"cpu\",\n\"x\":1}\n{\"a\":1}\nhello world\n[{\"a\":1},{\"b\":2}]\n\"x\"\n");
	assert_int_equal(h.n_out, 0);
	assert_int_equal(h.n_rejects, 6); /* two of line 7 */
	assert_rejected(&h, "3 unknown_format the shape of no format");
	assert_rejected(&h, "5 unknown_format the shape of no format");
	assert_rejected(&h, "6 unknown_format not sure");
	assert_rejected(&h, "7 unknown_format");
	assert_rejected(&h, "8 unknown_format");
	harness_release(&h);
}

static void feed_grafana_is_not_taken_for_alertmanager(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL,
		    "{\"receiver\":\"r\",\"alerts\":[" ALERT(
			    "A", ",\"valueString\":\"\"") "],\"version\":\"1\"}");
	assert_int_equal(h.n_out, 0);
	assert_rejected(&h, "1 unknown_format not sure: looks like Grafana's webhook");
	harness_run(&h, "alertmanager",
		    "{\"receiver\":\"r\",\"alerts\":[" ALERT(
			    "A", ",\"valueString\":\"\"") "],\"version\":\"1\"}");
	assert_int_equal(h.n_out, 1);
	assert_has(&h.warnings, "webhook version '1' read as version 4");
	harness_release(&h);
}

static void feed_empty_inputs_give_nothing(void **state)
{
	static const char *const texts[] = {"",       "\n \r\n\t",    "[]",
					    " [ ]\n", "\xef\xbb\xbf", "\xef\xbb\xbf\n"};
	static const char *const formats[] = {NULL, "alertmanager", "prometheus"};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t f = 0; f < 3; f++) {
			harness_run(&h, formats[f], texts[i]);
			assert_int_equal(h.n_out + h.n_rejects, 0);
		}
	harness_release(&h);
}

static void feed_byte_order_mark_is_skipped_once(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_feed(&h, NULL, SPAN("\xef\xbb\xbf" OWN "\n"), 1);
	assert_string_equal(buf_cstr(&h.out), OWN "\n");
	harness_run(&h, NULL, OWN "\n\xef\xbb\xbf" OWN "\n");
	assert_int_equal(h.n_rejects, 1);
	harness_release(&h);
}

static void feed_own_records_pass_byte_for_byte(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, NULL,
		"{ \"kind\" :\"change\",\"id\":\"1\",\"timestamp\":\"2026-11-21T09:08:50+01:00\",\"source\":\"s\",\"n\":1.10e3 }\r\n");
	assert_string_equal(
		buf_cstr(&h.out),
		"{ \"kind\" :\"change\",\"id\":\"1\",\"timestamp\":\"2026-11-21T09:08:50+01:00\",\"source\":\"s\",\"n\":1.10e3 }\r\n");
	harness_run(
		&h, NULL,
		"{\n \"kind\":\"change\",\"id\":\"1\",\r\n\"timestamp\":\"2026-11-21T09:08:50Z\",\"source\":\"s\"\n}");
	assert_string_equal(
		buf_cstr(&h.out),
		"{  \"kind\":\"change\",\"id\":\"1\",  \"timestamp\":\"2026-11-21T09:08:50Z\",\"source\":\"s\" }\n");
	harness_release(&h);
}

static void feed_control_lines_pass_in_every_format(void **state)
{
	static const char *const formats[] = {NULL, "alertmanager", "prometheus", "ndjson", "text"};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		harness_run(&h, formats[i], "{\"_barrier\":{\"n\":1}}\n{\"_watermark\":\"x\"}\n");
		assert_string_equal(buf_cstr(&h.out),
				    "{\"_barrier\":{\"n\":1}}\n{\"_watermark\":\"x\"}\n");
	}
	harness_run(&h, "text", "2026-11-21T09:08:50Z a\n{\"_barrier\":1}\n\tb\n");
	assert_int_equal(h.n_out, 3); /* a barrier lets a held line go */
	assert_out(&h, "\"body\":\"a\"}\n{\"_barrier\":1}\n");
	harness_release(&h);
}

static void feed_element_over_the_limit_is_rejected_alone(void **state)
{
	struct harness h = harness_new();
	struct buf doc = BUF_INIT(1 << 20);

	(void)state;
	h.opt.max_record = 2000;
	buf_add_cstr(&doc, "[" API_ALERT("A") ",{\"labels\":{\"x\":\"");
	for (int i = 0; i < 3000; i++)
		buf_add_char(&doc, 'x');
	buf_add_cstr(&doc, "\"}}," API_ALERT("B") "]\n");
	harness_feed(&h, "alertmanager", buf_span(&doc), 100);
	assert_int_equal(h.n_out, 2);
	assert_int_equal(h.n_rejects, 1);
	assert_rejected(&h, "too_long element at byte");
	buf_release(&doc);
	harness_release(&h);
}

static void feed_line_over_the_limit_is_drained(void **state)
{
	struct harness h = harness_new();
	struct buf text = BUF_INIT(1 << 20);

	(void)state;
	h.opt.max_record = 1000;
	for (int i = 0; i < 300000; i++)
		buf_add_char(&text, 'x');
	buf_add_cstr(&text, "\n2026-11-21T09:08:50Z next\n");
	harness_feed(&h, "text", buf_span(&text), 999);
	assert_int_equal(h.n_rejects, 1);
	assert_rejected(&h, "1 too_long");
	assert_int_equal(h.n_out, 1);
	assert_out(&h, "\"source_id\":\"in:2\"");
	buf_release(&text);
	harness_release(&h);
}

static void feed_stops_when_the_sink_says_so(void **state)
{
	struct harness h = harness_new();

	(void)state;
	h.stop_at_reject = true;
	harness_run(&h, NULL, OWN "\n{\"a\":1}\n" OWN "\n");
	assert_int_equal(h.n_out, 1);
	assert_int_equal(h.n_rejects, 1);
	harness_run(&h, "alertmanager", "[" API_ALERT("A") ",{}," API_ALERT("B") "]");
	assert_int_equal(h.n_out, 1);
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feed_reads_each_format_by_name_and_by_shape),
		cmocka_unit_test(feed_chunks_make_no_difference),
		cmocka_unit_test(feed_document_cut_at_any_byte_is_rejected),
		cmocka_unit_test(feed_neighbours_of_a_cut_document_survive),
		cmocka_unit_test(feed_log_cut_at_any_byte_gives_valid_records),
		cmocka_unit_test(feed_bad_element_does_not_spoil_its_document),
		cmocka_unit_test(feed_broken_document_keeps_what_came_out_before),
		cmocka_unit_test(feed_unknown_shapes_are_rejected_with_their_line),
		cmocka_unit_test(feed_grafana_is_not_taken_for_alertmanager),
		cmocka_unit_test(feed_empty_inputs_give_nothing),
		cmocka_unit_test(feed_byte_order_mark_is_skipped_once),
		cmocka_unit_test(feed_own_records_pass_byte_for_byte),
		cmocka_unit_test(feed_control_lines_pass_in_every_format),
		cmocka_unit_test(feed_element_over_the_limit_is_rejected_alone),
		cmocka_unit_test(feed_line_over_the_limit_is_drained),
		cmocka_unit_test(feed_stops_when_the_sink_says_so),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
