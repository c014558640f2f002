/*
 * Values put into an HTTP request of a runbook, and a path into an answer.
 *
 * Held: whatever the value, the request goes to the host that the runbook names, its document is
 * one JSON object, and no header has a line end. A path that is accepted finds what it found
 * before.
 */
#include "aiops-runbook/schema/http.h"

#include "../fuzz.h"
#include "aiops-runbook/engine/exec_http.h"
#include "aiops-runbook/engine/jsonpath.h"
#include "record/record.h"

static const char source[] =
	"version: 1\nid: demo\nname: Demo\nrisk: high\nparameters:\n"
	"  v: {type: string, pattern: '(?s).*', allow_dash: true, max_length: 4096}\n"
	"  h: {type: hostname}\n  u: {type: url, hosts: [api.internal]}\n"
	"limits: {max_targets: 1}\napproval: {approvers: [site]}\n"
	"verify: [{id: ok, argv: [\"true\"], timeout: 1s}]\n"
	"escalation: {on: [rollback_failed, step_unknown], notify: n}\nsteps:\n"
	"  - {id: a, type: http, target: t, idempotent: true, timeout: 5s, rollback: {none: w},"
	" method: POST, url: \"https://api.internal/x/{{v}}?q={{v}}&r=1\", headers: {X-A: \"a {{v}}\"},"
	" json: {\"k\": \"{{v}}\", list: [1, \"p{{v}}s\"]}}\n"
	"  - {id: b, type: http, target: t, idempotent: true, timeout: 5s, rollback: {none: w},"
	" method: PUT, url: \"{{u}}\", form: {f: \"{{v}}\"}, allowed_hosts: [api.internal]}\n"
	"  - {id: c, type: http, target: t, idempotent: true, timeout: 5s, rollback: {none: w},"
	" method: GET, url: \"https://{{h}}/x\", allowed_hosts: [api.internal]}\n";

enum { V, H, U, PARAMS };

static struct record *parser;

static void check_document(const struct runbook *rb, const struct cmd *c, const struct bindings *b)
{
	struct buf out = BUF_INIT(4u << 20), url = BUF_INIT(1u << 20);
	enum reject_code why;
	struct err e = ERR_INIT;
	struct span text;
	size_t len;

	if (exec_http_write(c, rb, b, SPAN("key"), 5000, &out, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADDATA || e.code == EX_POLICY);
		goto out;
	}
	len = out.len;
	FUZZ_CHECK(buf_room(&out, RECORD_PADDING));
	FUZZ_CHECK(record_parse(parser, out.data, len, &why, &e) == 0);
	text = record_text(parser, "url");
	FUZZ_CHECK(span_starts(text, "https://api.internal/") ||
		   span_is(text, "https://api.internal") ||
		   span_starts(text, "https://api.internal?") ||
		   span_starts(text, "https://api.internal:") ||
		   span_starts(text, "http://api.internal"));
	for (size_t i = 0; i < text.len; i++)
		FUZZ_CHECK((unsigned char)text.data[i] > ' ' && text.data[i] != 0x7f);
	text = record_text(parser, "headers.X-A");
	FUZZ_CHECK(!text.data ||
		   (!memchr(text.data, '\n', text.len) && !memchr(text.data, '\r', text.len) &&
		    !memchr(text.data, '\0', text.len)));
out:
	buf_release(&url);
	buf_release(&out);
}

static void check_path(struct span path)
{
	struct buf out = BUF_INIT(1u << 20);
	struct err e = ERR_INIT;

	if (jsonpath_check(path, &e) == 0) {
		jsonpath_to_record(path, "spec", &out);
		FUZZ_CHECK(span_starts(buf_span(&out), "spec"));
		(void)record_get(parser, buf_cstr(&out));
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct runbook *rb;
	static const char line[] = "{\"spec\":{\"a\":[1,{\"b c\":2}]}}";
	struct span value = {(const char *)data, size}, params[PARAMS] = {SPAN_NONE};
	struct bindings bind = {.params = params, .runbook = SPAN("demo"), .run_id = SPAN("RUN-1")};
	struct findings f = {NULL};
	char padded[sizeof line + RECORD_PADDING];
	struct err e = ERR_INIT;
	enum reject_code why;

	if (!rb) {
		parser = record_new(16u << 20);
		rb = runbook_parse("demo.yaml", SPAN(source), &f);
		FUZZ_CHECK(rb && f.n == 0);
	}
	memcpy(padded, line, sizeof line);
	FUZZ_CHECK(record_parse(parser, padded, sizeof line - 1, &why, &e) == 0);
	check_path(value);
	for (int i = 0; i < PARAMS; i++) {
		struct err no = ERR_INIT;

		if (param_check(&rb->params[i], value, &no) == 0)
			params[i] = value;
		else
			FUZZ_CHECK(no.code == EX_BADDATA && *no.text);
	}
	for (size_t i = 0; i < rb->n_steps; i++)
		check_document(rb, &rb->steps[i].command, &bind);
	return 0;
}
