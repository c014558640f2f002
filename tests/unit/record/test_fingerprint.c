/*
 * The vectors were confirmed byte for byte by a running Alertmanager 0.25.0.
 */
#include "record/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

enum { MAX_LABELS = 16 };

/* The fingerprint of a JSON object of strings, as a programme would make it. */
static void expect(const char *json, const char *hex)
{
	struct parsed p = parse_line(json);
	struct value_iter it;
	struct label labels[MAX_LABELS];
	char text[FINGERPRINT_HEX + 1];
	struct value v;
	size_t n = 0;

	parse_again(&p, span_cstr(json));
	assert_int_equal(p.why, REJECT_NONE);
	it = value_iter(record_get(p.r, "labels"));
	while (n < MAX_LABELS && value_next(&it, &labels[n].name, &v))
		labels[n++].value = v.text;
	labels_sort(labels, n);
	fingerprint_hex(labels_fingerprint(labels, n), text);
	assert_string_equal(text, hex);
	parsed_release(&p);
}

static void fingerprint_is_alertmanagers(void **state)
{
	struct buf b = BUF_INIT(2000);

	(void)state;
	expect("{\"labels\":{\"alertname\":\"A\",\"severity\":\"critical\",\"z\":\"1\",\"instance\":\"h:1\"}}",
	       "b909ed5f00df6962");
	expect("{\"labels\":{\"alertname\":\"HighLatency\"}}", "73dbeed5635ea4e4");
	expect("{\"labels\":{\"alertname\":\"HighLatency\",\"cluster\":\"eu-1\",\"service\":\"cart\","
	       "\"severity\":\"critical\",\"instance\":\"10.0.0.1:9100\"}}",
	       "1915456f89c64bf6");
	expect("{\"labels\":{\"alertname\":\"Gr\xC3\xBC\xC3\x9F\x65\",\"msg\":\"\xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x98\x80\"}}",
	       "f96f99facca76947");
	expect("{\"labels\":{\"alertname\":\"nl\",\"v\":\"a\\nb\\tc\"}}", "fdc43072b3c58715");
	expect("{\"labels\":{\"alertname\":\"  sp  \"}}", "f7392e5419665989");
	buf_add_cstr(&b, "{\"labels\":{\"a\":\"");
	for (int i = 0; i < 1000; i++)
		buf_add_char(&b, 'x');
	buf_add_cstr(&b, "\"}}");
	expect(buf_cstr(&b), "3a5bc07526908442");
	buf_release(&b);
}

static void fingerprint_leaves_empty_values_out(void **state)
{
	(void)state;
	expect("{\"labels\":{\"alertname\":\"B\",\"path\":\"/a\\\"b\\\\c\",\"empty\":\"\"}}",
	       "dc8a52ea1fda26b6");
	expect("{\"labels\":{\"alertname\":\"B\",\"path\":\"/a\\\"b\\\\c\"}}", "dc8a52ea1fda26b6");
	expect("{\"labels\":{\"a\":\"\"}}", "cbf29ce484222325");
	expect("{\"labels\":{}}", "cbf29ce484222325");
}

static void fingerprint_sorts_by_bytes(void **state)
{
	(void)state;
	expect("{\"labels\":{\"A\":\"1\",\"_x\":\"2\",\"a\":\"3\",\"B\":\"4\"}}",
	       "67a8039d26e62ab4");
	expect("{\"labels\":{\"a\":\"3\",\"B\":\"4\",\"_x\":\"2\",\"A\":\"1\"}}",
	       "67a8039d26e62ab4");
}

static void fingerprint_tells_name_from_value(void **state)
{
	(void)state;
	expect("{\"labels\":{\"ab\":\"c\"}}", "20ba9b3025a8b421");
	expect("{\"labels\":{\"a\":\"bc\"}}", "a0a3542c19b900ab");
}

static void fingerprint_hex_keeps_leading_zeros(void **state)
{
	char text[FINGERPRINT_HEX + 1];

	(void)state;
	fingerprint_hex(0xAB, text);
	assert_string_equal(text, "00000000000000ab");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fingerprint_is_alertmanagers),
		cmocka_unit_test(fingerprint_leaves_empty_values_out),
		cmocka_unit_test(fingerprint_sorts_by_bytes),
		cmocka_unit_test(fingerprint_tells_name_from_value),
		cmocka_unit_test(fingerprint_hex_keeps_leading_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
