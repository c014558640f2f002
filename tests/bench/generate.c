/*
 * Writes alerts of about 500 bytes, one a line, until there are so many bytes:
 * the input of scripts/bench. The same size gives the same bytes.
 *
 * usage: generate MEGABYTES
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/instant.h"
#include "base/num.h"
#include "record/event.h"
#include "record/jsonw.h"

enum { SERVICES = 40, HOSTS = 200, FLUSH_BYTES = 1 << 20 };

/* SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

struct alert {
	const char *name, *unit;
	enum severity severity;
};

static const struct alert alerts[] = {
	{"HighLatency", "s", SEVERITY_CRITICAL},
	{"HighErrorRate", "ratio", SEVERITY_HIGH},
	{"PodRestarting", "restarts", SEVERITY_MEDIUM},
	{"PostgresConnectionsExhausted", "connections", SEVERITY_CRITICAL},
	{"DiskAlmostFull", "bytes", SEVERITY_LOW},
};

static void add_labels(struct jsonw *w, const struct alert *a, const char *service,
		       const char *host)
{
	struct label labels[] = {
		{SPAN("alertname"), span_cstr(a->name)},
		{SPAN("cluster"), SPAN("eu-1")},
		{SPAN("instance"), span_cstr(host)},
		{SPAN("service"), span_cstr(service)},
		{SPAN("severity"), span_cstr(severity_name(a->severity))},
	};
	size_t n = sizeof labels / sizeof *labels;
	char hex[FINGERPRINT_HEX + 1];

	fingerprint_hex(labels_fingerprint(labels, n), hex);
	jsonw_member(w, "fingerprint", span_cstr(hex));
	jsonw_key(w, "labels");
	jsonw_object(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_key_span(w, labels[i].name);
		jsonw_string(w, labels[i].value);
	}
	jsonw_object_end(w);
}

static void add_alert(struct buf *out, uint64_t *state, int64_t ordinal)
{
	const struct alert *a = &alerts[next_random(state) % (sizeof alerts / sizeof *alerts)];
	struct instant when = {INT64_C(1700000000000000000) + ordinal * 37 * NS_PER_MS, 3};
	struct jsonw w = jsonw_to(out);
	char service[32], host[32], id[EVENT_ID_LEN + 1], ordinal_text[24];

	(void)snprintf(service, sizeof service, "shop-%02d", (int)(next_random(state) % SERVICES));
	(void)snprintf(host, sizeof host, "10.1.%d.%d:9100", (int)(next_random(state) % 4),
		       (int)(next_random(state) % HOSTS));
	(void)snprintf(ordinal_text, sizeof ordinal_text, "%lld", (long long)ordinal);
	event_id(id, SPAN("alert"), SPAN("bench"), span_cstr(ordinal_text), SPAN("firing"),
		 SPAN_NONE);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("alert"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", when);
	jsonw_member(&w, "source", SPAN("bench"));
	jsonw_member(&w, "status", SPAN("firing"));
	jsonw_member(&w, "severity", span_cstr(severity_name(a->severity)));
	jsonw_member_i64(&w, "severity_number", severity_number(a->severity));
	jsonw_member(&w, "name", span_cstr(a->name));
	jsonw_member(&w, "component", span_cstr(service));
	jsonw_member(&w, "service", span_cstr(service));
	jsonw_member_double(&w, "value", (double)(next_random(state) % 100000) / 1000);
	jsonw_member(&w, "unit", span_cstr(a->unit));
	add_labels(&w, a, service, host);
	jsonw_key(&w, "annotations");
	jsonw_object(&w);
	jsonw_member(&w, "summary", SPAN("\"value\" above its threshold\nfor 5 minutes"));
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

_Noreturn static void fail(const struct err *e)
{
	fprintf(stderr, "generate: error: %s\n", e->text);
	exit(e->code);
}

int main(int argc, char **argv)
{
	struct buf out = BUF_INIT(2 * FLUSH_BYTES);
	struct err e = ERR_INIT;
	int64_t megabytes, written = 0;
	uint64_t state = 1;

	if (argc != 2) {
		fprintf(stderr, "usage: generate MEGABYTES\n");
		return EX_BADUSAGE;
	}
	if (num_parse_i64(span_cstr(argv[1]), 0, 100000, &megabytes, &e) != 0)
		fail(&e);
	for (int64_t i = 0; written + (int64_t)out.len < megabytes * 1000000; i++) {
		add_alert(&out, &state, i);
		if (out.len < FLUSH_BYTES)
			continue;
		if (file_write_all(STDOUT_FILENO, buf_span(&out), &e) != 0)
			fail(&e);
		written += (int64_t)out.len;
		buf_clear(&out);
	}
	if (file_write_all(STDOUT_FILENO, buf_span(&out), &e) != 0)
		fail(&e);
	buf_release(&out);
	return 0;
}
