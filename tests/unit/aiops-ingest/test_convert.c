#include "harness.h"

#include "aiops-ingest/convert.h"
#include "record/jsonw.h"

enum { ALERTS = 10000 };

/* xorshift (G. Marsaglia, 2003): the same alerts in every run. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

/* Text with what is easily spoilt: escapes, control characters, UTF-8 of all lengths, nothing. */
static void add_text(struct buf *b, uint32_t *state)
{
	static const char *const pieces[] = {
		"a",  "Z9",   "_",   " ",        "\"",   "\\",           "\n",
		"\t", "\x01", "/",   "\xC3\xBC", "\x7f", "\xE6\x97\xA5", "\xF0\x9F\x98\x80",
		"{}", "1.10", "null"};

	for (uint32_t n = draw(state, 12); n > 0; n--)
		buf_add_cstr(b, pieces[draw(state, sizeof pieces / sizeof *pieces)]);
}

static void add_strings(struct jsonw *w, const char *const *names, size_t n, uint32_t *state)
{
	struct buf text = BUF_INIT(1000);

	jsonw_object(w);
	for (size_t i = 0; i < n; i++) {
		if (draw(state, 3) == 0)
			continue;
		buf_clear(&text);
		add_text(&text, state);
		jsonw_key(w, names[i]);
		jsonw_string(w, buf_span(&text));
	}
	jsonw_object_end(w);
	buf_release(&text);
}

static void add_time(struct jsonw *w, const char *key, uint32_t *state)
{
	struct instant t = {INT64_C(1795252159) * NS_PER_S + draw(state, 1000000000), 0};

	t.fraction = (int)draw(state, 10);
	for (int64_t unit = 1, i = 9; i > t.fraction; i--, unit *= 10)
		t.ns -= t.ns / unit % 10 * unit; /* no digits that are not shown */
	jsonw_member_time(w, key, t);
}

/* An alert as Alertmanager's webhook has it, its labels sorted as Go sorts them. */
static void add_alert(struct buf *out, uint32_t *state, bool expiry)
{
	static const char *const labels[] = {"a_dash",   "alertname", "app",     "host",
					     "instance", "job",       "k8s.pod", "pod",
					     "severity", "t\xC3\xA4g"};
	static const char *const notes[] = {"summary", "description", "runbook_url", "dashboard",
					    "x y"};
	struct jsonw w = jsonw_to(out);
	bool over = draw(state, 3) == 0;

	jsonw_object(&w);
	jsonw_member(&w, "status", over ? SPAN("resolved") : SPAN("firing"));
	jsonw_key(&w, "labels");
	add_strings(&w, labels, sizeof labels / sizeof *labels, state);
	jsonw_key(&w, "annotations");
	add_strings(&w, notes, sizeof notes / sizeof *notes, state);
	add_time(&w, "startsAt", state);
	if (over || expiry)
		add_time(&w, "endsAt", state);
	else
		jsonw_member(&w, "endsAt", SPAN("0001-01-01T00:00:00Z"));
	jsonw_member(&w, "generatorURL",
		     draw(state, 2) ? SPAN("http://p/graph?g0.expr=up") : SPAN(""));
	jsonw_member(&w, "fingerprint", SPAN("0123456789abcdef"));
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

struct collected {
	struct buf lines;
	int n;
};

static void collect(void *ctx, struct span line)
{
	struct collected *c = ctx;

	buf_add_span(&c->lines, line);
	buf_add_char(&c->lines, '\n');
	c->n++;
}

/* Each record of h through a converter. */
static void convert(struct harness *h, enum convert_to to, size_t batch, struct collected *out)
{
	struct converter *c = converter_new(to, batch, RECORD_DEFAULT_MAX, collect, out);
	struct span rest = buf_span(&h->out);
	const char *newline;

	while (rest.len > 0 && (newline = memchr(rest.data, '\n', rest.len))) {
		size_t n = (size_t)(newline - rest.data);

		converter_add(c, span_of(rest.data, n));
		rest = span_of(newline + 1, rest.len - n - 1);
	}
	converter_flush(c);
	converter_free(c);
}

static void assert_same_lines(struct span got, struct span want)
{
	size_t at = 0, line = 1, from = 0;

	while (at < got.len && at < want.len && got.data[at] == want.data[at]) {
		if (got.data[at++] == '\n') {
			line++;
			from = at;
		}
	}
	if (at != got.len || at != want.len)
		fail_msg("line %zu: %.600s\nwanted: %.600s", line, got.data + from,
			 want.data + from);
}

static void alert_to_record_to_alert_is_the_identity(void **state)
{
	struct harness h = harness_new();
	struct buf alerts = BUF_INIT(64 << 20);
	struct collected back = {.lines = BUF_INIT(64 << 20)};
	uint32_t seed = 20261121;

	(void)state;
	while (back.n < ALERTS) {
		buf_clear(&alerts);
		buf_clear(&back.lines);
		for (int i = 0; i < 1000; i++)
			add_alert(&alerts, &seed, false);
		harness_run(&h, "alertmanager", buf_cstr(&alerts));
		if (h.n_rejects > 0) { /* an alert whose labels were all left out */
			buf_clear(&alerts);
			continue;
		}
		convert(&h, CONVERT_ALERTMANAGER, 1, &back);
		assert_same_lines(buf_span(&back.lines), buf_span(&alerts));
	}
	buf_release(&alerts);
	buf_release(&back.lines);
	harness_release(&h);
}

/* The end of a firing alert is an expiry: it is what does not come back. */
static void expiry_of_a_firing_alert_is_left_out(void **state)
{
	struct harness h = harness_new();
	struct collected back = {.lines = BUF_INIT(1 << 20)};

	(void)state;
	harness_run(&h, "alertmanager",
		    "{\"status\":\"firing\",\"labels\":{\"alertname\":\"A\"},\"startsAt\":"
		    "\"2026-11-21T11:09:19+02:00\",\"endsAt\":\"2026-11-21T09:13:19Z\"}\n");
	convert(&h, CONVERT_ALERTMANAGER, 1, &back);
	assert_string_equal(
		buf_cstr(&back.lines),
		"{\"status\":\"firing\",\"labels\":{\"alertname\":\"A\"},\"annotations\":{},"
		"\"startsAt\":\"2026-11-21T09:09:19Z\",\"endsAt\":\"0001-01-01T00:00:00Z\","
		"\"generatorURL\":\"\",\"fingerprint\":\"d2c6efc389df0927\"}\n");
	buf_release(&back.lines);
	harness_release(&h);
}

static void otlp_keeps_the_number_that_came(void **state)
{
	static const char in[] =
		"{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
		"{\"stringValue\":\"cart\"}}]},\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":"
		"\"1795252159095000001\",\"severityNumber\":18,\"severityText\":\"ERROR\",\"body\":"
		"{\"stringValue\":\"no \\\"slots\\\"\"},\"attributes\":[{\"key\":\"code\",\"value\":"
		"{\"stringValue\":\"53300\"}}],\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"spanId\":"
		"\"00f067aa0ba902b7\"}]}]}]}";
	struct harness h = harness_new(), again = harness_new();
	struct collected back = {.lines = BUF_INIT(1 << 20)};
	struct collected twice = {.lines = BUF_INIT(1 << 20)};

	(void)state;
	harness_run(&h, "otlp", in);
	convert(&h, CONVERT_OTLP, 1, &back);
	assert_non_null(
		strstr(buf_cstr(&back.lines), "\"severityNumber\":18,\"severityText\":\"ERROR\""));
	assert_non_null(strstr(buf_cstr(&back.lines),
			       "{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
			       "{\"stringValue\":\"cart\"}}]}"));
	harness_run(&again, "otlp", buf_cstr(&back.lines));
	convert(&again, CONVERT_OTLP, 1, &twice);
	assert_string_equal(buf_cstr(&twice.lines), buf_cstr(&back.lines));
	buf_release(&back.lines);
	buf_release(&twice.lines);
	harness_release(&h);
	harness_release(&again);
}

static void batch_holds_so_many_and_the_rest(void **state)
{
	struct harness h = harness_new();
	struct collected out = {.lines = BUF_INIT(1 << 20)};
	struct buf text = BUF_INIT(1 << 20);

	(void)state;
	for (int i = 0; i < 5; i++)
		buf_addf(&text, "2026-11-17T08:00:0%dZ line\n", i);
	harness_run(&h, "text", buf_cstr(&text));
	convert(&h, CONVERT_CLOUDEVENTS, 2, &out);
	assert_int_equal(out.n, 3);
	assert_int_equal(*out.lines.data, '[');
	out.n = 0;
	convert(&h, CONVERT_ALERTMANAGER, 2, &out); /* logs have no place there */
	assert_int_equal(out.n, 0);
	buf_release(&text);
	buf_release(&out.lines);
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alert_to_record_to_alert_is_the_identity),
		cmocka_unit_test(expiry_of_a_firing_alert_is_left_out),
		cmocka_unit_test(otlp_keeps_the_number_that_came),
		cmocka_unit_test(batch_holds_so_many_and_the_rest),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
