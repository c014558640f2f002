#include "text/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define KEY36 "abcdefghijklmnopqrstuvwxyz0123456789"
#define JWT   "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
#define PEM                                                                                        \
	"-----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEA7\\nabc+/=\\n-----END RSA PRIVATE KEY-----"

static const struct {
	const char *in, *out;
} cases[] = {
	/* formats */
	{"{\"a\":\"key AKIAIOSFODNN7EXAMPLE end\"}", "{\"a\":\"key [redacted:aws_key_id] end\"}"},
	{"{\"a\":\"A3TXIOSFODNN7EXAMPLE\"}", "{\"a\":\"[redacted:aws_key_id]\"}"},
	{"{\"a\":\"ghp_" KEY36 "\"}", "{\"a\":\"[redacted:github_token]\"}"},
	{"{\"a\":\"github_pat_11ABCDEFG0_abcdefghijklmnop\"}",
	 "{\"a\":\"[redacted:github_token]\"}"},
	{"{\"a\":\"xoxb-123456789012-abcdefGHIJ\"}", "{\"a\":\"[redacted:slack_token]\"}"},
	{"{\"a\":\"sk-ant-api03-abcdefghij0123456789\"}", "{\"a\":\"[redacted:api_key]\"}"},
	{"{\"a\":\"AIzaSyA-1234567890abcdefghijklmnopqrstu\"}", "{\"a\":\"[redacted:api_key]\"}"},
	{"{\"a\":\"got " JWT ", ok\"}", "{\"a\":\"got [redacted:jwt], ok\"}"},
	{"{\"a\":\"x " PEM " y\"}", "{\"a\":\"x [redacted:private_key] y\"}"},
	{"{\"a\":\"-----BEGIN PRIVATE KEY-----\\nMIIE\"}", "{\"a\":\"[redacted:private_key]\"}"},
	/* what takes a secret's place makes nothing else one */
	{"{\"a\":\"-----BEGIN ghp_" KEY36 "0123456789 PRIVATE KEY-----e\"}",
	 "{\"a\":\"-----BEGIN [redacted:github_token] PRIVATE KEY-----e\"}"},
	{"{\"a\":\"curl -H 'Authorization: Bearer abc123' http://x\"}",
	 "{\"a\":\"curl -H 'Authorization: [redacted:authorization]' http://x\"}"},
	{"{\"a\":\"authorization: Basic dXNlcjpwYXNz rest\"}",
	 "{\"a\":\"authorization: [redacted:authorization] rest\"}"},
	{"{\"a\":\"with bearer abcdef0123456789ab now\"}",
	 "{\"a\":\"with bearer [redacted:authorization] now\"}"},
	{"{\"a\":\"Cookie: sid=1; x=2\\nnext\"}", "{\"a\":\"Cookie: [redacted:cookie]\\nnext\"}"},
	{"{\"a\":\"postgres://app:hunter2@db/orders\"}",
	 "{\"a\":\"postgres://app:[redacted:url_password]@db/orders\"}"},
	{"{\"a\":\"postgres://app:hun@ter2@db/orders\"}",
	 "{\"a\":\"postgres://app:[redacted:url_password]@db/orders\"}"},
	{"{\"a\":\"https://:tok@host\"}", "{\"a\":\"https://:[redacted:url_password]@host\"}"},
	{"{\"a\":\"host=db user=app password=hunter2 dbname=x\"}",
	 "{\"a\":\"host=db user=app password=[redacted:password] dbname=x\"}"},
	{"{\"a\":\"Server=db;Pwd=hunter2;Db=x\"}",
	 "{\"a\":\"Server=db;Pwd=[redacted:password];Db=x\"}"},
	{"{\"a\":\"PGPASSWORD='hunter 2' psql\"}",
	 "{\"a\":\"PGPASSWORD='[redacted:password]' psql\"}"},
	{"{\"a\":\"AccountName=x;AccountKey=abc+/==;End=1\"}",
	 "{\"a\":\"AccountName=x;AccountKey=[redacted:secret];End=1\"}"},
	{"{\"a\":\"api_key=9f86d081884c7d65&b=1\"}", "{\"a\":\"api_key=[redacted:api_key]&b=1\"}"},
	{"{\"a\":\"private_key=-----BEGIN EC PRIVATE KEY-----\\nAB CD\\n-----END EC PRIVATE KEY----- z\"}",
	 "{\"a\":\"private_key=[redacted:private_key] z\"}"},
	/* members */
	{"{\"password\":\"x\",\"b\":1}", "{\"password\":\"[redacted:password]\",\"b\":1}"},
	{"{\"DB_PASSWORD\": \"hunter2\"}", "{\"DB_PASSWORD\": \"[redacted:password]\"}"},
	{"{\"pass\\u0077ord\":\"hunter2\"}", "{\"pass\\u0077ord\":\"[redacted:password]\"}"},
	{"{\"password\":123456}", "{\"password\":\"[redacted:password]\"}"},
	{"{\"accessToken\":\"9f86d081884c7d659a2f\"}", "{\"accessToken\":\"[redacted:token]\"}"},
	{"{\"headers\":{\"Authorization\":[\"Bearer x\"],\"Accept\":[\"a\"]}}",
	 "{\"headers\":{\"Authorization\":[\"[redacted:authorization]\"],\"Accept\":[\"a\"]}}"},
	{"{\"env\":[{\"name\":\"DB_PASSWORD\",\"value\":\"hunter2\"},{\"name\":\"A\",\"value\":\"b\"}]}",
	 "{\"env\":[{\"name\":\"DB_PASSWORD\",\"value\":\"[redacted:password]\"},{\"name\":\"A\",\"value\":\"b\"}]}"},
	{"{\"argv\":[\"mysql\",\"--password\",\"hunter2\",\"db\"]}",
	 "{\"argv\":[\"mysql\",\"--password\",\"[redacted:password]\",\"db\"]}"},
	{"{\"argv\":[\"mysql\",\"--password=hunter2\",\"db\"]}",
	 "{\"argv\":[\"mysql\",\"--password=[redacted:password]\",\"db\"]}"},
	/* escapes: as the string reads, not as it is written */
	{"{\"a\":\"\\u0041KIAIOSFODNN7EXAMPLE.\"}", "{\"a\":\"[redacted:aws_key_id].\"}"},
	{"{\"a\":\"https:\\/\\/u:p@h\\/x\"}",
	 "{\"a\":\"https:\\/\\/u:[redacted:url_password]@h\\/x\"}"},
	{"{\"a\":\"{\\\"password\\\":\\\"x\\\\\\\"y\\\",\\\"b\\\":1}\"}",
	 "{\"a\":\"{\\\"password\\\":\\\"[redacted:password]\\\",\\\"b\\\":1}\"}"},
	{"{\"a\":\"\\u00e9 \\ud83d\\ude00 password=p\\u00e9 x\"}",
	 "{\"a\":\"\\u00e9 \\ud83d\\ude00 password=[redacted:password] x\"}"},
	/* encoded: the run goes as a whole; what is no secret stays */
	{"{\"a\":\"x cGFzc3dvcmQ9aHVudGVyMiB4 y\"}", "{\"a\":\"x [redacted:password] y\"}"},
	{"{\"a\":\"70617373776f72643d68756e746572322078\"}", "{\"a\":\"[redacted:password]\"}"},
	{"{\"a\":\"?q=password%3Dhunter2+x&b=1\"}", "{\"a\":\"?q=[redacted:password]&b=1\"}"},
	{"{\"a\":\"cGFzc3dvcmQ9aHVudGVyMg== https://x/%61b\"}",
	 "{\"a\":\"[redacted:password] https://x/%61b\"}"},
	{"{\"a\":\"{\\\"m\\\":\\\"{\\\\\\\"password\\\\\\\":\\\\\\\"hunter2\\\\\\\",\\\\\\\"b\\\\\\\":1}\\\"}\"}",
	 "{\"a\":\"{\\\"m\\\":\\\"{\\\\\\\"password\\\\\\\":\\\\\\\"[redacted:password]\\\\\\\",\\\\\\\"b\\\\\\\":1}\\\"}\"}"},
	/* a secret as a member's name */
	{"{\"AKIAIOSFODNN7EXAMPLE\":1}", "{\"[redacted:aws_key_id]\":1}"},
};

/* What looks a little like a secret and is none; each must come out as it went in. */
static const char *const kept[] = {
	"{\"a\":\"d29ybGQ9aGVsbG8gYW5kIG1vcmU= 776f726c643d68656c6c6f20616e64206d6f7265\"}",
	"{}",
	"{\"a\":1.50,\"b\":[1e3,-0,12345678901234567890123],\"c\":null,\"d\":\"\\/\\u0041\"}",
	"{\"id\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"fingerprint\":\"b909ed5f00df6962\"}",
	"{\"incident\":\"INC-7Q2M4T8VW0X1Y2Z3\",\"runbook_digest\":\"sha256:9f86d081884c7d659a2feaa0c55ad015\"}",
	"{\"a\":\"password authentication failed for user \\\"app\\\"\"}",
	"{\"a\":\"unexpected token: identifier\"}",
	"{\"a\":\"git@github.com:owner/repo\"}",
	"{\"a\":\"ssh://git@github.com/x\"}",
	"{\"a\":\"http://db:5432/x@y\"}",
	"{\"PWD\":\"/home/app/x\"}",
	"{\"a\":\"PWD=/srv/app/x\"}",
	"{\"password\":\"\"}",
	"{\"password\":null,\"b\":true}",
	"{\"password\":\"${DB_PASSWORD}\"}",
	"{\"password\":\"$DB_PASSWORD\"}",
	"{\"password\":\"****\"}",
	"{\"password\":\"<secret>\"}",
	"{\"a\":\"password={{ .Values.password }}\"}",
	"{\"token\":\"yes\"}",
	"{\"secret\":\"aaaa\"}",
	"{\"max_tokens\":4096,\"tokens\":9}",
	"{\"token_type\":\"abcdefghijklmnop\"}",
	"{\"bypass\":\"abcdefghijklmnop\"}",
	"{\"public_key\":\"abcdefghijklmnop\"}",
	"{\"a\":\"AKIAIOSFODNN7EXAMPLE7Q\"}",
	"{\"a\":\"XAKIAIOSFODNN7EXAMPLE\"}",
	"{\"a\":\"task-scheduler-with-a-long-name1\"}",
	"{\"a\":\"sk-learn-something-very-long\"}",
	"{\"a\":\"eyJhbGciOiJIUzI1NiJ9.only\"}",
	"{\"a\":\"-----BEGIN CERTIFICATE-----\\nMII\"}",
	"{\"a\":\"bearer of bad news\"}",
	"{\"a\":\"12:34:56 level=info msg=\\\"x=y\\\"\"}",
	"{\"a\":\"[redacted:password]\"}",
};

static struct span redact(const char *in, struct buf *out, size_t *n)
{
	buf_clear(out);
	*n = text_redact(span_cstr(in), out);
	return buf_span(out);
}

static void text_redact_takes_out_every_kind(void **state)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)redact(cases[i].in, &out, &n);
		assert_string_equal(buf_cstr(&out), cases[i].out);
		assert_int_equal(n, 1);
	}
	buf_release(&out);
}

static void text_redact_again_changes_nothing(void **state)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)redact(cases[i].out, &out, &n);
		assert_string_equal(buf_cstr(&out), cases[i].out);
		assert_int_equal(n, 0);
	}
	buf_release(&out);
}

static void text_redact_without_a_secret_keeps_every_byte(void **state)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		(void)redact(kept[i], &out, &n);
		assert_string_equal(buf_cstr(&out), kept[i]);
		assert_int_equal(n, 0);
	}
	buf_release(&out);
}

static void text_redact_of_several_counts_them(void **state)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n;

	(void)state;
	(void)redact(
		"{\"a\":\"u://x:y@z password=1 AKIAIOSFODNN7EXAMPLE\",\"token\":\"9f86d081884c7d65\"}",
		&out, &n);
	assert_int_equal(n, 4);
	buf_release(&out);
}

static void text_redact_plain_takes_lines(void **state)
{
	struct buf out = BUF_INIT(1 << 16);

	(void)state;
	assert_int_equal(
		text_redact_plain(
			SPAN("password: hunter2\n\"quoted\" $ token=9f86d081884c7d65\nend\n"),
			&out),
		2);
	assert_string_equal(
		buf_cstr(&out),
		"password: [redacted:password]\n\"quoted\" $ token=[redacted:token]\nend\n");
	buf_release(&out);
}

/* ---- properties over made-up texts ---- */

static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* Pieces that meet in ways that nobody writes by hand. */
static const char *const pieces[] = {
	"password",
	"token",
	"=",
	":",
	"\\\"",
	"'",
	" ",
	"\\n",
	"://",
	"@",
	"/",
	"AKIAIOSFODNN7EXAMPLE",
	"eyJ",
	".",
	"-",
	"_",
	"sk-",
	"bearer ",
	"Authorization",
	"[redacted:password]",
	"[redacted:",
	"]",
	"\\u0041",
	"\\ud83d\\ude00",
	"\\/",
	"abc123XYZ",
	"hunter2",
	";",
	",",
	"{",
	"}",
	"secret",
	"\xc3\xa9",
	"-----BEGIN ",
	"PRIVATE KEY-----",
	"-----END ",
	"-----",
	"cookie",
	"$",
	"x",
	"0123456789abcdef",
	"api_key",
	"=>",
	"Basic ",
	"digest ",
};

static void make_string(struct buf *b, uint64_t *random)
{
	int n = (int)(next_random(random) % 12);

	buf_add_char(b, '"');
	for (int i = 0; i < n; i++)
		buf_add_cstr(b, pieces[next_random(random) % (sizeof pieces / sizeof *pieces)]);
	buf_add_char(b, '"');
}

static void make_value(struct buf *b, uint64_t *random, int depth)
{
	uint32_t kind = next_random(random) % (depth > 3 ? 3 : 5);

	if (kind < 2) {
		make_string(b, random);
	} else if (kind == 2) {
		buf_addf(b, "%u", next_random(random));
	} else {
		int n = (int)(next_random(random) % 4);

		buf_add_char(b, kind == 3 ? '{' : '[');
		for (int i = 0; i < n; i++) {
			if (i)
				buf_add_char(b, ',');
			if (kind == 3) {
				make_string(b, random);
				buf_add_char(b, ':');
			}
			make_value(b, random, depth + 1);
		}
		buf_add_char(b, kind == 3 ? '}' : ']');
	}
}

/* The bytes of a JSON text outside of its strings and numbers. */
static void skeleton(struct span s, struct buf *out)
{
	bool in = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '\\' && in)
			i++;
		else if (s.data[i] == '"')
			in = !in;
		else if (!in && (s.data[i] < '0' || s.data[i] > '9'))
			buf_add_char(out, s.data[i]);
	}
	buf_add_char(out, in ? '!' : '.');
}

static void text_redact_keeps_structure_and_settles(void **state)
{
	struct buf in = BUF_INIT(1 << 20), once = BUF_INIT(1 << 22), twice = BUF_INIT(1 << 22);
	struct buf before = BUF_INIT(1 << 20), after = BUF_INIT(1 << 20);
	uint64_t random = 7;
	size_t found = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t n;

		buf_clear(&in);
		buf_clear(&once);
		buf_clear(&twice);
		buf_clear(&before);
		buf_clear(&after);
		make_value(&in, &random, 0);
		n = text_redact(buf_span(&in), &once);
		found += n;
		if (n == 0)
			assert_true(span_eq(buf_span(&in), buf_span(&once)));
		skeleton(buf_span(&in), &before);
		skeleton(buf_span(&once), &after);
		if (!span_eq(buf_span(&before), buf_span(&after)))
			fail_msg("structure: %s\n%s", buf_cstr(&in), buf_cstr(&once));
		n = text_redact(buf_span(&once), &twice);
		if (n != 0 || !span_eq(buf_span(&once), buf_span(&twice)))
			fail_msg("not settled: %s\n%s\n%s", buf_cstr(&in), buf_cstr(&once),
				 buf_cstr(&twice));
	}
	assert_true(found > 1000);
	buf_release(&in);
	buf_release(&once);
	buf_release(&twice);
	buf_release(&before);
	buf_release(&after);
}

static void text_redact_of_broken_json_stays_in_bounds(void **state)
{
	static const char *const broken[] = {
		"",     "\"",   "{\"", "{\"a\\", "{\"a\":\"\\u00", "]]]}}}", "{\"password\":\"x",
		"\"\\", ",,,::"};
	struct buf out = BUF_INIT(1 << 16);
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct buf exact =
			BUF_INIT(100); /* its own memory: a sanitizer sees a read past it */

		buf_add_cstr(&exact, broken[i]);
		buf_clear(&out);
		n = text_redact(buf_span(&exact), &out);
		assert_int_equal(n, strcmp(broken[i], "{\"password\":\"x") == 0);
		buf_release(&exact);
	}
	buf_release(&out);
}

static void text_redact_of_repeated_hints_takes_linear_time(void **state)
{
	static const char *const hints[] = {
		"token:",
		"password=[redacted:x]",
		"eyJ-",
		"sk-",
		"xoxb-",
		"://a:",
		"authorization:digest [redacted:x] ",
		"bearer ",
		"-----BEGIN ",
		"= ",
		"token=\\\"",
		"AIza-",
		"ghp_",
		"github_pat_",
		"cookie:[redacted:x] ",
		"\\u0041",
	};
	enum { SIZE = 1 << 20 };
	struct buf in = BUF_INIT(SIZE + 100), out = BUF_INIT(16 * SIZE);

	(void)state;
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
		buf_clear(&in);
		buf_clear(&out);
		buf_add_char(&in, '"');
		while (in.len < SIZE)
			buf_add_cstr(&in, hints[i]);
		buf_add_char(&in, '"');
		(void)text_redact(buf_span(&in), &out);
		assert_false(buf_overflowed(&out));
	}
	buf_release(&in);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_redact_takes_out_every_kind),
		cmocka_unit_test(text_redact_again_changes_nothing),
		cmocka_unit_test(text_redact_without_a_secret_keeps_every_byte),
		cmocka_unit_test(text_redact_of_several_counts_them),
		cmocka_unit_test(text_redact_plain_takes_lines),
		cmocka_unit_test(text_redact_keeps_structure_and_settles),
		cmocka_unit_test(text_redact_of_broken_json_stays_in_bounds),
		cmocka_unit_test(text_redact_of_repeated_hints_takes_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
