/* Requests of runbooks: values stay in their place in a URL, a body, a form; secrets are named. */
#include "aiops-runbook/schema/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-runbook/engine/exec_http.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/schema/secret_ref.h"

static const char head[] =
	"version: 1\nid: demo\nname: Demo\nrisk: high\nparameters:\n"
	"  v: {type: string, pattern: '(?s).*', allow_dash: true, max_length: 4096}\n"
	"  n: {type: integer}\n  b: {type: boolean}\n  h: {type: hostname}\n  port: {type: integer}\n"
	"  u: {type: url, hosts: [api.internal]}\n  s: {type: secret_ref}\n"
	"limits: {max_targets: 1}\napproval: {approvers: [site]}\n"
	"verify: [{id: ok, argv: [\"true\"], timeout: 1s}]\n"
	"escalation: {on: [rollback_failed, step_unknown], notify: n}\n"
	"steps:\n  - {id: act, type: http, target: t, idempotent: true, timeout: 5s, rollback: {none: w}, ";

enum { V, N, B, H, PORT, U, S, PARAMS };

struct made {
	struct runbook *rb;
	struct findings f;
	struct span params[PARAMS];
	struct bindings bind;
};

/* A runbook whose one step has these keys, not linted. */
static void make(struct made *m, const char *keys)
{
	struct buf text = BUF_INIT(1 << 16);

	*m = (struct made){.rb = NULL};
	buf_addf(&text, "%s%s}\n", head, keys);
	m->rb = runbook_parse("demo.yaml", buf_span(&text), &m->f);
	assert_non_null(m->rb);
	m->bind = (struct bindings){.params = m->params, .runbook = SPAN("demo")};
	buf_release(&text);
}

static void release(struct made *m)
{
	runbook_free(m->rb);
	findings_release(&m->f);
}

static const struct http *http_of(const struct made *m)
{
	if (m->f.n)
		fail_msg("%zu:%zu %s", m->f.items[0].at.line, m->f.items[0].at.col,
			 m->f.items[0].text);
	return m->rb->steps[0].command.http;
}

static void assert_url(const char *keys, int param, const char *value, const char *want)
{
	struct buf out = BUF_INIT(1 << 16);
	struct err e = ERR_INIT;
	struct made m;
	int rc;

	make(&m, keys);
	m.params[param] = span_cstr(value);
	rc = http_render_url(http_of(&m), m.rb, &m.bind, &out, &e);
	if (want ? rc != 1 || !span_is(buf_span(&out), want) : rc != -1)
		fail_msg("%s with '%s': %d '%.*s' %s, expected %s", keys, value, rc, (int)out.len,
			 out.data ? out.data : "", e.text, want ? want : "a refusal");
	buf_release(&out);
	release(&m);
}

static void value_stays_in_its_part_of_a_url(void **state)
{
	static const char url[] = "method: GET, url: 'https://h/a/{{v}}/b?q={{v}}#f'";

	(void)state;
	assert_url(url, V, "x", "https://h/a/x/b?q=x#f");
	assert_url(url, V, "a/b", "https://h/a/a%2Fb/b?q=a%2Fb#f");
	assert_url(url, V, "?x=1&y#z", "https://h/a/%3Fx%3D1%26y%23z/b?q=%3Fx%3D1%26y%23z#f");
	assert_url(url, V, "%2e%2e", "https://h/a/%252e%252e/b?q=%252e%252e#f");
	assert_url(url, V, "\xc3\xa9 +", "https://h/a/%C3%A9%20%2B/b?q=%C3%A9%20%2B#f");
	assert_url(url, V, "", "https://h/a//b?q=#f");
	assert_url(url, V, "...", "https://h/a/.../b?q=...#f");
	assert_url(url, V, "..", NULL);
	assert_url(url, V, ".", NULL);
	assert_url("method: GET, url: 'https://h/a?q={{v}}'", V, "..", "https://h/a?q=..");
	assert_url("method: GET, url: 'https://h/{{v}}{{v}}'", V, ".", NULL);
	assert_url("method: GET, url: 'https://h/.%2e/{{v}}'", V, "x", NULL);
	assert_url("method: GET, url: 'https://h'", V, "x", "https://h");
}

static void host_is_one_of_those_that_are_allowed(void **state)
{
	static const char url[] =
		"method: GET, url: 'https://{{h}}:8443/x', allowed_hosts: [api.internal, b]";

	(void)state;
	assert_url(url, H, "api.internal", "https://api.internal:8443/x");
	assert_url(url, H, "API.internal", "https://API.internal:8443/x");
	assert_url(url, H, "evil", NULL);
	assert_url("method: GET, url: '{{u}}', allowed_hosts: [api.internal]", U,
		   "https://api.internal/a/b?c#d", "https://api.internal/a/b?c#d");
	assert_url("method: GET, url: '{{u}}'", U, "https://api.internal/a/%2E./b", NULL);
}

static void unknown_value_leaves_a_url_unknown(void **state)
{
	struct buf out = BUF_INIT(1024);
	struct err e = ERR_INIT;
	struct made m;

	(void)state;
	make(&m, "method: GET, url: 'https://h/{{run.id}}'");
	assert_int_equal(http_render_url(http_of(&m), m.rb, &m.bind, &out, &e), 0);
	assert_int_equal(out.len, 0);
	release(&m);
	buf_release(&out);
}

static void body_is(const char *keys, const char *want)
{
	struct buf out = BUF_INIT(1 << 16);
	struct made m;

	make(&m, keys);
	m.params[V] = SPAN("a\",\"x\":\"b\\\n{{n}}");
	m.params[N] = SPAN("-7");
	m.params[B] = SPAN("true");
	assert_true(http_render_body(http_of(&m), m.rb, &m.bind, &out));
	if (!span_is(buf_span(&out), want))
		fail_msg("'%.*s', expected '%s'", (int)out.len, out.data, want);
	buf_release(&out);
	release(&m);
}

static void value_stays_in_its_part_of_a_body(void **state)
{
	(void)state;
	body_is("method: POST, url: 'https://h/', json: {k: '{{v}}', l: ['x{{v}}', 1, -0.5e3, true, null, '1']}",
		"{\"k\":\"a\\\",\\\"x\\\":\\\"b\\\\\\n{{n}}\",\"l\":[\"xa\\\",\\\"x\\\":\\\"b\\\\\\n{{n}}\","
		"1,-0.5e3,true,null,\"1\"]}");
	body_is("method: POST, url: 'https://h/', json: {n: '{{n}}', b: '{{b}}', t: 'n={{n}}', o: 0755, d: .5}",
		"{\"n\":-7,\"b\":true,\"t\":\"n=-7\",\"o\":\"0755\",\"d\":\".5\"}");
	body_is("method: POST, url: 'https://h/', form: {'a b': '{{v}}', c: ''}",
		"a%20b=a%22%2C%22x%22%3A%22b%5C%0A%7B%7Bn%7D%7D&c=");
	body_is("method: POST, url: 'https://h/', body: 'x=1&{y'", "x=1&{y");
	body_is("method: POST, url: 'https://h/', json: []", "[]");
	body_is("method: POST, url: 'https://h/', json: text", "\"text\"");
}

static void tokens_are_those_of_json(void **state)
{
	static const char *const good[] = {"0",       "-0",   "12",    "1.5",  "1e3",
					   "-1.5E+3", "true", "false", "null", NULL};
	static const char *const bad[] = {"",     "-",   "01",  ".5",  "5.",   "+1",
					  "1.e3", "0x1", "nan", "inf", "True", "1 ",
					  " 1",   "1,2", "1\"", "--1", NULL};

	(void)state;
	for (size_t i = 0; good[i]; i++)
		if (!http_is_json_token(span_cstr(good[i])))
			fail_msg("'%s' was refused", good[i]);
	for (size_t i = 0; bad[i]; i++)
		if (http_is_json_token(span_cstr(bad[i])))
			fail_msg("'%s' was accepted", bad[i]);
}

static void request_document_names_its_secret(void **state)
{
	struct buf out = BUF_INIT(1 << 16);
	struct err e = ERR_INIT;
	struct made m;

	(void)state;
	make(&m,
	     "method: POST, url: 'https://h/', auth: {bearer: '{{s}}'}, headers: {X-A: 'v {{v}}'}, "
	     "expect: {status: [200, 4xx]}, idempotency_key: true");
	m.params[V] = SPAN("x\"y");
	m.params[S] = SPAN("env:TOKEN");
	(void)http_of(&m);
	assert_int_equal(exec_http_write(&m.rb->steps[0].command, m.rb, &m.bind, SPAN("RUN-1/act"),
					 1500, &out, &e),
			 0);
	assert_string_equal(
		buf_cstr(&out),
		"{\"method\":\"POST\",\"url\":\"https://h/\",\"headers\":[\"Idempotency-Key: RUN-1/act\","
		"\"X-A: v x\\\"y\"],\"auth\":{\"kind\":\"bearer\",\"env\":\"AIOPS_HTTP_SECRET\"},"
		"\"status\":[\"200\",\"4xx\"],\"deadline_ms\":1500,\"max_body_bytes\":65536}");
	buf_release(&out);
	release(&m);
}

static void what_a_request_must_not_be_is_found(void **state)
{
	static const struct {
		const char *keys, *want;
	} table[] = {
		{"method: GET, url: 'ftp://h/'", "a url begins with"},
		{"method: GET, url: '{{v}}'", "a url begins with"},
		{"method: GET, url: 'https://u:p@h/'", "no user name"},
		{"method: GET, url: 'https://{{v}}/'", "stands in the host"},
		{"method: GET, url: 'https://{{h}}/'", "needs allowed_hosts"},
		{"method: GET, url: 'https://h:{{port}}/'", "needs allowed_hosts"},
		{"method: GET, url: 'https://h/', json: {}", "GET has no body"},
		{"method: POST, url: 'https://h/', json: {}, form: {a: b}", "one of 'json'"},
		{"method: POST, url: 'https://h/', body: '{{v}}'", "body is constant"},
		{"method: POST, url: 'https://h/', effect: read", "only reads, but POST does more"},
		{"method: POST, url: 'https://h/', headers: {authorization: x}",
		 "carries a credential"},
		{"method: POST, url: 'https://h/', headers: {Host: x}", "is not set by a runbook"},
		{"method: POST, url: 'https://h/', headers: {'a b': x}", "is no name of a header"},
		{"method: POST, url: 'https://h/', auth: {bearer: hunter2}",
		 "is named, not written"},
		{"method: POST, url: 'https://h/', auth: {bearer: '{{v}}'}",
		 "is named, not written"},
		{"method: POST, url: 'https://h/', auth: {bearer: 'file:/x', basic: 'file:/y'}",
		 "one of 'bearer'"},
		{"method: POST, url: 'https://h/{{s}}'", "names a secret"},
		{"method: POST, url: 'https://h/', json: {a: '{{s}}'}", "names a secret"},
		{"method: POST, url: 'https://h/', expect: {exit_code: 0}",
		 "unknown key 'exit_code'"},
		{"method: POST, url: 'https://h/', expect: {status: 9}", "expected a status"},
		{"method: POST, url: 'https://h/', retry: {max_attempts: 2, initial_interval: 1s, on: ['exit:1']}",
		 "expected timeout, status:N"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct made m;
		bool found = false;

		make(&m, table[i].keys);
		lint_runbook(m.rb, &(struct lint_terms){.profile = LINT_SAFE}, &m.f);
		for (size_t k = 0; k < m.f.n; k++)
			found = found || strstr(m.f.items[k].text, table[i].want);
		if (!found)
			fail_msg("%s: nothing says '%s'", table[i].keys, table[i].want);
		release(&m);
	}
}

static void method_says_the_least_effect(void **state)
{
	static const struct {
		const char *keys;
		enum effect effect;
	} table[] = {
		{"method: GET, url: 'https://h/'", EFFECT_READ},
		{"method: HEAD, url: 'https://h/'", EFFECT_READ},
		{"method: POST, url: 'https://h/'", EFFECT_WRITE},
		{"method: PATCH, url: 'https://h/'", EFFECT_WRITE},
		{"method: DELETE, url: 'https://h/'", EFFECT_DESTRUCTIVE},
		{"method: DELETE, url: 'https://h/', effect: write", EFFECT_WRITE},
		{"method: GET, url: 'https://h/', effect: destructive", EFFECT_DESTRUCTIVE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct made m;

		make(&m, table[i].keys);
		assert_int_equal(step_effect(&m.rb->steps[0]), table[i].effect);
		release(&m);
	}
}

static void secret_is_a_file_or_a_variable(void **state)
{
	static const char *const bad[] = {
		"",        "file:", "file:x",     "env:",  "env:1A", "env:A B",
		"env:A=b", "x",     "file:/a\nb", "ENV:A", NULL};
	struct secret_ref ref;

	(void)state;
	assert_true(secret_ref_parse(SPAN("file:/a b"), &ref) && ref.is_file &&
		    span_is(ref.name, "/a b"));
	assert_true(secret_ref_parse(SPAN("env:A_1"), &ref) && !ref.is_file &&
		    span_is(ref.name, "A_1"));
	for (size_t i = 0; bad[i]; i++)
		if (secret_ref_parse(span_cstr(bad[i]), &ref))
			fail_msg("'%s' was accepted", bad[i]);
}

static void end_of_a_request_tells_what_it_can_have_done(void **state)
{
	static const struct {
		struct proc_result r;
		enum ending want;
	} table[] = {
		{{.exit_status = 0}, ENDING_ANSWERED},   {{.exit_status = 10}, ENDING_ANSWERED},
		{{.exit_status = 11}, ENDING_UNKNOWN},   {{.exit_status = 75}, ENDING_NOT_SENT},
		{{.exit_status = 69}, ENDING_NOT_SENT},  {{.exit_status = 66}, ENDING_NOT_SENT},
		{{.exit_status = 127}, ENDING_UNKNOWN},  {{.exit_status = 71}, ENDING_UNKNOWN},
		{{.signal = 9}, ENDING_UNKNOWN},         {{.timed_out = true}, ENDING_UNKNOWN},
		{{.interrupted = true}, ENDING_UNKNOWN},
	};
	struct http h = {.method = METHOD_POST};
	struct cmd request = {.http = &h}, command = {.http = NULL};
	struct proc_result said = {.exit_status = 10};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		assert_int_equal(ending_of(&request, &table[i].r), table[i].want);
	assert_int_equal(ending_of(&command, &table[3].r), ENDING_ANSWERED);
	said.err.kept = BUF_INIT(100);
	buf_add_cstr(&said.err.kept, "aiops-http: info: x\naiops-http: error: status 503\n");
	assert_int_equal(http_status_of(&said), 503);
	buf_clear(&said.err.kept);
	buf_add_cstr(&said.err.kept, "aiops-http: error: status 5");
	assert_int_equal(http_status_of(&said), 0);
	buf_release(&said.err.kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(value_stays_in_its_part_of_a_url),
		cmocka_unit_test(host_is_one_of_those_that_are_allowed),
		cmocka_unit_test(unknown_value_leaves_a_url_unknown),
		cmocka_unit_test(value_stays_in_its_part_of_a_body),
		cmocka_unit_test(tokens_are_those_of_json),
		cmocka_unit_test(request_document_names_its_secret),
		cmocka_unit_test(what_a_request_must_not_be_is_found),
		cmocka_unit_test(method_says_the_least_effect),
		cmocka_unit_test(secret_is_a_file_or_a_variable),
		cmocka_unit_test(end_of_a_request_tells_what_it_can_have_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
