#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/dotted.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"
#include "base/mem.h"

struct doc {
	struct record *r;
	char *text;
};

static struct doc parse(const char *json)
{
	struct doc d = {record_new(1 << 16), mem_alloc(strlen(json) + RECORD_PADDING)};
	enum reject_code code;
	struct err e = ERR_INIT;

	memcpy(d.text, json, strlen(json));
	memset(d.text + strlen(json), 0, RECORD_PADDING);
	assert_int_equal(record_parse(d.r, d.text, strlen(json), &code, &e), 0);
	return d;
}

static void doc_free(struct doc *d)
{
	record_free(d->r);
	free(d->text);
}

static void items_next_gives_each_value_with_its_bytes(void **state)
{
	struct doc d = parse(
		" { \"a\\\"\" : 1.10 ,\"b\":[ 1e400,\"]\\\\\", {\"c\":{}} ] , \"d\" :\"x\\u0041\", \"e\":true} ");
	static const char *const raws[] = {"1.10", "[ 1e400,\"]\\\\\", {\"c\":{}} ]",
					   "\"x\\u0041\"", "true"},
				 *const keys[] = {"a\"", "b", "d", "e"};
	struct items s = items_of(item_root(d.r));
	struct span key;
	struct item i;
	size_t n = 0;

	(void)state;
	for (; items_next(&s, &key, &i); n++) {
		assert_true(n < 4 && span_is(key, keys[n]));
		assert_true(span_is(i.raw, raws[n]));
	}
	assert_int_equal(n, 4);
	s = items_of(item_member(item_root(d.r), "b"));
	assert_true(items_next(&s, &key, &i) && span_is(i.raw, "1e400") && !key.data);
	assert_true(items_next(&s, NULL, &i) && span_is(i.raw, "\"]\\\\\""));
	assert_true(items_next(&s, NULL, &i) && span_is(item_member(i, "c").raw, "{}"));
	assert_false(items_next(&s, NULL, &i));
	assert_int_equal(item_member(item_root(d.r), "z").v.type, VALUE_NONE);
	assert_true(span_is(item_get(d.r, "b.0").raw, "1e400"));
	doc_free(&d);
}

static void item_reading_knows_numbers_and_their_words(void **state)
{
	static const struct {
		const char *json, *want; /* NULL: refused */
	} cases[] = {
		{"{\"a\":1.50}", "1.50"},    {"{\"a\":\"1e5\"}", "1e5"},
		{"{\"a\":\"NaN\"}", "NaN"},  {"{\"a\":\"-Infinity\"}", "-Inf"},
		{"{\"a\":\"Inf\"}", "+Inf"}, {"{\"a\":\"\"}", NULL},
		{"{\"a\":\"1,5\"}", NULL},   {"{\"a\":true}", NULL},
		{"{\"a\":[1]}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct doc d = parse(cases[i].json);
		struct err e = ERR_INIT;
		struct span s = SPAN_NONE;
		int rc = item_reading(item_get(d.r, "a"), "a", &s, &e);

		assert_int_equal(rc, cases[i].want ? 0 : -1);
		if (cases[i].want)
			assert_true(span_is(s, cases[i].want));
		doc_free(&d);
	}
}

static void dotted_member_finds_dotted_and_nested_keys(void **state)
{
	struct doc d = parse(
		"{\"log.level\":\"a\",\"host\":{\"name\":\"b\",\"os.type\":\"c\"},\"x\":{\"y\":1},\"x.y.z\":\"d\"}");
	struct item root = item_root(d.r);

	(void)state;
	assert_true(span_is(dotted_member(root, "log.level").v.text, "a"));
	assert_true(span_is(dotted_member(root, "host.name").v.text, "b"));
	assert_true(span_is(dotted_member(root, "host.os.type").v.text, "c"));
	assert_true(span_is(dotted_member(root, "x.y.z").v.text, "d"));
	assert_int_equal(dotted_member(root, "x.y.w").v.type, VALUE_NONE);
	assert_int_equal(dotted_member(root, "host.nam").v.type, VALUE_NONE);
	assert_int_equal(dotted_member(root, "log").v.type, VALUE_NONE);
	doc_free(&d);
}

static int collect(void *ctx, struct span name, struct item value, struct err *e)
{
	(void)e;
	buf_addf(ctx, "%.*s=%.*s;", (int)name.len, name.data, (int)value.raw.len, value.raw.data);
	return 0;
}

static void dotted_each_names_every_leaf(void **state)
{
	struct doc d =
		parse("{\"a\":{\"b\":{\"c\":1,\"d\":[{\"e\":2}]}},\"f.g\":{\"h\":null},\"i\":{}}");
	struct arena words = {NULL};
	struct buf out = BUF_INIT(1 << 10);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(dotted_each(item_root(d.r), &words, collect, &out, &e), 0);
	assert_string_equal(buf_cstr(&out), "a.b.c=1;a.b.d=[{\"e\":2}];f.g.h=null;");
	arena_release(&words);
	buf_release(&out);
	doc_free(&d);
}

static void labelset_settle_sorts_and_keeps_the_first_of_a_name(void **state)
{
	struct labelset s = {NULL};

	(void)state;
	labelset_add(&s, SPAN("b"), SPAN("1"));
	labelset_add(&s, SPAN("a"), SPAN("2"));
	labelset_add(&s, SPAN("b"), SPAN("3"));
	labelset_add(&s, SPAN("c"), SPAN(""));
	labelset_add(&s, SPAN(""), SPAN("4"));
	labelset_add(&s, SPAN("A"), SPAN("5"));
	labelset_settle(&s);
	assert_int_equal(s.n, 3);
	assert_true(span_is(s.items[0].name, "A") && span_is(s.items[1].value, "2"));
	assert_true(span_is(s.items[2].value, "1"));
	labelset_release(&s);
}

static void arena_keeps_texts_where_they_are(void **state)
{
	struct arena a = {NULL};
	struct span parts[2] = {SPAN("ab"), SPAN("cd")}, first = arena_join(&a, parts, 2), big;
	char *long_text = mem_zalloc(100000);

	(void)state;
	big = arena_keep(&a, span_of(long_text, 100000));
	for (int i = 0; i < 10000; i++)
		(void)arena_keep(&a, SPAN("0123456789"));
	assert_true(span_is(first, "abcd"));
	assert_int_equal(big.len, 100000);
	assert_non_null(arena_keep(&a, SPAN_NONE).data);
	arena_clear(&a);
	arena_clear(&a);
	arena_release(&a);
	free(long_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_next_gives_each_value_with_its_bytes),
		cmocka_unit_test(item_reading_knows_numbers_and_their_words),
		cmocka_unit_test(dotted_member_finds_dotted_and_nested_keys),
		cmocka_unit_test(dotted_each_names_every_leaf),
		cmocka_unit_test(labelset_settle_sorts_and_keeps_the_first_of_a_name),
		cmocka_unit_test(arena_keeps_texts_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
