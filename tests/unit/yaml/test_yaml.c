/* lib/yaml: what is accepted, what is refused and where. */
#include "yaml/yaml.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct yaml *parse_ok(const char *text)
{
	struct err e = ERR_INIT;
	struct yaml *y = yaml_parse(span_cstr(text), &e);

	if (!y)
		fail_msg("refused: %s", e.text);
	return y;
}

static void assert_refused(struct span text, size_t line, size_t col, const char *part)
{
	struct err e = ERR_INIT;
	struct yaml *y = yaml_parse(text, &e);

	assert_null(y);
	assert_int_equal(e.code, EX_BADCONFIG);
	if (!strstr(e.text, part))
		fail_msg("message '%s' lacks '%s'", e.text, part);
	if (line) {
		assert_int_equal(e.line, line);
		assert_int_equal(e.col, col);
	}
}

static void parse_maps_lists_and_scalars_keep_text_and_position(void **state)
{
	struct yaml *y = parse_ok(
		"a: 1\nlist: [x, \"y z\", 'q']\nmap:\n  deep: {k: v}\nblock: |\n  one\n  two\n");
	const struct yaml_node *root = yaml_root(y), *list = yaml_get(root, "list");

	(void)state;
	assert_int_equal(root->n, 4);
	assert_true(span_is(yaml_get(root, "a")->text, "1"));
	assert_int_equal(list->n, 3);
	assert_true(span_is(list->items[1]->text, "y z"));
	assert_true(list->items[1]->quoted);
	assert_false(list->items[0]->quoted);
	assert_int_equal(list->items[1]->line, 2);
	assert_int_equal(list->items[1]->col, 11);
	assert_true(span_is(yaml_get(yaml_get(yaml_get(root, "map"), "deep"), "k")->text, "v"));
	assert_true(span_is(yaml_get(root, "block")->text, "one\ntwo\n"));
	yaml_free(y);
}

static void parse_json_is_accepted(void **state)
{
	struct yaml *y = parse_ok("{\"nodes\":[{\"id\":\"a\"}],\"edges\":[]}");

	(void)state;
	assert_true(span_is(yaml_get(yaml_get(yaml_root(y), "nodes")->items[0], "id")->text, "a"));
	assert_int_equal(yaml_get(yaml_root(y), "edges")->n, 0);
	yaml_free(y);
}

static void parse_empty_documents_give_an_empty_map(void **state)
{
	static const char *const texts[] = {"", "\n\n", "# only a comment\n", "---\n",
					    "---\n...\n"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct yaml *y = parse_ok(texts[i]);

		assert_int_equal(yaml_root(y)->type, YAML_MAP);
		assert_int_equal(yaml_root(y)->n, 0);
		yaml_free(y);
	}
}

static void parse_refuses_what_can_expand_or_surprise(void **state)
{
	(void)state;
	assert_refused(SPAN("a: &x 1\nb: 2\n"), 1, 4, "anchors");
	assert_refused(SPAN("a: [1]\nb: *a\n"), 2, 4, "");
	assert_refused(SPAN("b: !!str 1\n"), 0, 0, "tags");
	assert_refused(SPAN("b:\n  <<: {a: 1}\n"), 2, 3, "merge keys");
	assert_refused(SPAN("a: 1\n---\nb: 2\n"), 2, 1, "second document");
	assert_refused(SPAN("? [a, b]\n: 1\n"), 0, 0, "key must be");
}

static void parse_refuses_duplicates_with_position(void **state)
{
	(void)state;
	assert_refused(SPAN("a: 1\nb: 2\na: 3\n"), 3, 1, "duplicate key 'a'");
	assert_refused(SPAN("x: {k: 1, \"k\": 2}\n"), 1, 11, "duplicate key 'k'");
}

static void parse_refuses_duplicates_among_many_keys(void **state)
{
	struct buf b = BUF_INIT(YAML_MAX_BYTES);

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_addf(&b, "k%d: 1\n", i);
	{
		struct yaml *y = parse_ok(buf_cstr(&b));

		assert_int_equal(yaml_root(y)->n, 20000);
		yaml_free(y);
	}
	buf_add_cstr(&b, "k7: 1\n");
	assert_refused(buf_span(&b), 20001, 1, "duplicate key 'k7'");
	buf_release(&b);
}

static void parse_refuses_bad_bytes_with_position(void **state)
{
	(void)state;
	assert_refused(SPAN("a: b\nc: \xff\xfe\n"), 2, 4, "not valid UTF-8");
	assert_refused(SPAN("a: \xed\xa0\x80\n"), 1, 4, "not valid UTF-8");
	assert_refused(SPAN("a: x\0y\n"), 1, 5, "NUL");
	assert_refused(SPAN("a: \"\\0\"\n"), 0, 0, "NUL");
}

static void parse_refuses_syntax_errors_with_position(void **state)
{
	(void)state;
	assert_refused(SPAN("a: [1, 2\nb: 3\n"), 0, 0, "");
	assert_refused(SPAN("a:\n\t- b\n"), 0, 0, "");
	assert_refused(SPAN("a: 'open\n"), 0, 0, "");
	assert_refused(SPAN("a: b: c\n"), 0, 0, "");
}

static void parse_refuses_size_and_depth_beyond_the_limits(void **state)
{
	struct buf b = BUF_INIT(YAML_MAX_BYTES * 2);

	(void)state;
	for (int i = 0; i < 65; i++)
		buf_add_char(&b, '[');
	for (int i = 0; i < 65; i++)
		buf_add_char(&b, ']');
	assert_refused(buf_span(&b), 0, 0, "too deep");
	buf_clear(&b);
	while (b.len <= YAML_MAX_BYTES)
		buf_add_cstr(&b, "# filler\n");
	assert_refused(buf_span(&b), 0, 0, "larger than");
	buf_release(&b);
}

/* A list that is larger than a chunk of the arena, and what is closed behind it. */
static void parse_long_lists_leave_the_rest_whole(void **state)
{
	enum { ITEMS = 3000 };
	struct buf text = BUF_INIT(1 << 16);
	struct err e = ERR_INIT;
	struct yaml *y;

	(void)state;
	buf_add_cstr(&text, "a: [x");
	for (int i = 1; i < ITEMS; i++)
		buf_add_cstr(&text, ",x");
	buf_add_cstr(&text, "]\n");
	y = yaml_parse(buf_span(&text), &e);
	assert_non_null(y);
	assert_int_equal(yaml_root(y)->n, 1);
	assert_int_equal(yaml_get(yaml_root(y), "a")->n, ITEMS);
	yaml_free(y);
	buf_release(&text);
}

static void typed_reads_do_not_guess(void **state)
{
	struct yaml *y = parse_ok(
		"yes: yes\nno: no\nt: true\nq: \"true\"\noct: 0755\nsex: 1:30\nn: 42\nd: 5m\nbare: 5\n");
	const struct yaml_node *root = yaml_root(y);
	struct err e = ERR_INIT;
	int64_t n = -1;
	bool b = false;

	(void)state;
	assert_int_equal(yaml_bool(yaml_get(root, "t"), &b, &e), 0);
	assert_true(b);
	assert_int_equal(yaml_i64(yaml_get(root, "n"), 0, 100, &n, &e), 0);
	assert_int_equal(n, 42);
	assert_int_equal(yaml_duration_ms(yaml_get(root, "d"), &n, &e), 0);
	assert_int_equal(n, 300000);
	assert_int_equal(yaml_i64(NULL, 0, 1, &n, &e), 0); /* absent leaves the default */
	assert_int_equal(n, 300000);
	assert_int_equal(e.code, 0);
	assert_int_equal(yaml_bool(yaml_get(root, "yes"), &b, &e), -1);
	assert_int_equal(e.line, 1);
	assert_int_equal(e.col, 6);
	err_clear(&e);
	assert_int_equal(yaml_bool(yaml_get(root, "q"), &b, &e), -1);
	err_clear(&e);
	assert_int_equal(yaml_i64(yaml_get(root, "oct"), 0, 1000, &n, &e), -1);
	err_clear(&e);
	assert_int_equal(yaml_i64(yaml_get(root, "n"), 0, 10, &n, &e), -1);
	assert_int_equal(e.line, 7);
	err_clear(&e);
	assert_int_equal(yaml_duration_ms(yaml_get(root, "sex"), &n, &e), -1);
	err_clear(&e);
	assert_int_equal(yaml_duration_ms(yaml_get(root, "bare"), &n, &e), -1);
	yaml_free(y);
}

static void check_keys_suggests_the_nearest(void **state)
{
	static const char *const allowed[] = {"parameters", "steps", "verify", NULL};
	struct yaml *y = parse_ok("steps: []\nparamters: {}\n");
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(yaml_check_keys(yaml_root(y), allowed, &e), -1);
	assert_string_equal(e.text, "unknown key 'paramters' (did you mean 'parameters'?)");
	assert_int_equal(e.line, 2);
	assert_null(nearest_word(SPAN("zebra"), allowed));
	assert_string_equal(nearest_word(SPAN("verfiy"), allowed), "verify");
	yaml_free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_maps_lists_and_scalars_keep_text_and_position),
		cmocka_unit_test(parse_json_is_accepted),
		cmocka_unit_test(parse_empty_documents_give_an_empty_map),
		cmocka_unit_test(parse_refuses_what_can_expand_or_surprise),
		cmocka_unit_test(parse_refuses_duplicates_with_position),
		cmocka_unit_test(parse_refuses_duplicates_among_many_keys),
		cmocka_unit_test(parse_refuses_bad_bytes_with_position),
		cmocka_unit_test(parse_refuses_syntax_errors_with_position),
		cmocka_unit_test(parse_refuses_size_and_depth_beyond_the_limits),
		cmocka_unit_test(parse_long_lists_leave_the_rest_whole),
		cmocka_unit_test(typed_reads_do_not_guess),
		cmocka_unit_test(check_keys_suggests_the_nearest),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
