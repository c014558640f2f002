#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-ingest/split.h"
#include "base/buf.h"
#include "base/mem.h"

static const char *const cuts[] = {"[]", "alerts[]", "[].alerts[]", "data.result[]"};

/* "1 {..}@7 ...": each part's cut, text and offset; "!" for too long; the fault at the end. */
static void split_into(struct buf *out, struct span doc, size_t step, size_t max, bool lines)
{
	struct split *s = split_new(cuts, 4, max);
	struct split_part part;
	size_t at = 0;

	split_begin(s, lines);
	while (at < doc.len) {
		size_t n = doc.len - at < step ? doc.len - at : step;
		char *piece = mem_dup(doc.data + at, n);
		struct span in = span_of(piece, n);
		enum split_result got;

		while ((got = split_feed(s, &in, &part)) == SPLIT_PART || got == SPLIT_END) {
			buf_addf(out, "%d %.*s@%lld%s\n", part.cut, (int)part.text.len,
				 part.text.data, (long long)part.offset, part.too_long ? "!" : "");
			if (got == SPLIT_END)
				break;
		}
		at += n - in.len;
		free(piece);
		if (got == SPLIT_END)
			split_begin(s, lines);
		if (got == SPLIT_BROKEN) {
			struct split_fault f = split_fault(s);

			buf_addf(out, "broken %s: %s at %lld%s\n", reject_code_name(f.code), f.what,
				 (long long)f.offset, f.starts_line ? " line" : "");
			break;
		}
	}
	split_free(s);
}

static void assert_split_at(const char *doc, size_t max, bool lines, const char *want)
{
	struct span d = span_cstr(doc);

	for (size_t step = 1; step <= d.len; step++) {
		struct buf got = BUF_INIT(1 << 20);

		split_into(&got, d, step, max, lines);
		assert_string_equal(buf_cstr(&got), want);
		buf_release(&got);
	}
}

static void assert_split(const char *doc, const char *want)
{
	assert_split_at(doc, 1 << 16, false, want);
}

static void split_webhook_gives_alerts_then_the_rest(void **state)
{
	(void)state;
	assert_split(
		"{\"receiver\":\"r\",\"alerts\":[{\"a\":1}, {\"b\":[{}]}],\"version\":\"4\"}",
		"1 {\"a\":1}@26\n1 {\"b\":[{}]}@35\n-1 {\"receiver\":\"r\",\"alerts\":[],\"version\":\"4\"}@0\n");
}

static void split_array_gives_its_objects(void **state)
{
	(void)state;
	assert_split("[ {\"a\":1} ,\n {} ]", "0 {\"a\":1}@2\n0 {}@13\n-1 [ ]@0\n");
}

static void split_groups_gives_inner_before_outer(void **state)
{
	(void)state;
	assert_split(
		"[{\"alerts\":[{\"x\":1},{\"y\":2}],\"labels\":{}},{\"alerts\":[],\"z\":[1]}]",
		"2 {\"x\":1}@12\n2 {\"y\":2}@20\n0 {\"alerts\":[],\"labels\":{}}@1\n0 {\"alerts\":[],\"z\":[1]}@42\n-1 []@0\n");
}

static void split_result_is_cut_two_levels_down(void **state)
{
	(void)state;
	assert_split(
		"{\"data\":{\"x\":[{}],\"result\":[{\"v\":[[1,\"2\"]]}]},\"result\":[{}]}",
		"3 {\"v\":[[1,\"2\"]]}@28\n-1 {\"data\":{\"x\":[{}],\"result\":[]},\"result\":[{}]}@0\n");
}

static void split_array_of_scalars_is_left_whole(void **state)
{
	(void)state;
	assert_split("{\"alerts\":[1,{\"a\":2}]}", "-1 {\"alerts\":[1,{\"a\":2}]}@0\n");
	assert_split("[1, 2]", "-1 [1, 2]@0\n");
}

static void split_scalar_behind_an_object_is_a_part(void **state)
{
	(void)state;
	assert_split("[{}, 12 ,\"s\\\"\",null]",
		     "0 {}@1\n0 12@5\n0 \"s\\\"\"@9\n0 null@15\n-1 []@0\n");
}

static void split_brackets_and_escapes_in_strings_mean_nothing(void **state)
{
	(void)state;
	assert_split(
		"{\"alerts\":[{\"a\":\"]}\\\\\",\"b\":\"\\\"{[\"}],\"c\":\"\\\\\"}",
		"1 {\"a\":\"]}\\\\\",\"b\":\"\\\"{[\"}@11\n-1 {\"alerts\":[],\"c\":\"\\\\\"}@0\n");
}

static void split_same_key_elsewhere_is_not_cut(void **state)
{
	(void)state;
	assert_split("{\"a\":{\"alerts\":[{}]},\"al\\u0065rts\":[{}]}",
		     "-1 {\"a\":{\"alerts\":[{}]},\"al\\u0065rts\":[{}]}@0\n");
}

static void split_documents_behind_one_another(void **state)
{
	(void)state;
	assert_split("{}[{}]{\"alerts\":[{}]}",
		     "-1 {}@0\n0 {}@1\n-1 []@0\n1 {}@11\n-1 {\"alerts\":[]}@0\n");
}

static void split_long_element_is_marked_and_others_come(void **state)
{
	(void)state;
	assert_split_at("[{\"a\":1},{\"bbbbbbbbbbbbbbbbbbb\":1},{\"c\":1}]", 10, false,
			"0 {\"a\":1}@1\n0 {\"bbbbbbbb@9!\n0 {\"c\":1}@35\n-1 []@0\n");
}

static void split_raw_newline_in_string_breaks(void **state)
{
	(void)state;
	assert_split(
		"{\"alerts\":[{\"a\":1},{\"b\":\"x\n{}",
		"1 {\"a\":1}@11\nbroken syntax: a string that does not end on its line at 26\n");
	assert_split("{\"b\":\"x\\\n{}",
		     "broken syntax: a string that does not end on its line at 8\n");
}

static void split_document_in_mid_document_breaks_at_its_line(void **state)
{
	(void)state;
	assert_split("{\"a\":1\n{\"b\":2}",
		     "broken syntax: an opening bracket where ',' is missing at 7 line\n");
	assert_split_at("{\"a\":[\n{\"b\":2}", 100, true,
			"broken syntax: the document does not end on its line at 7 line\n");
	assert_split("{\"a\":[\n{\"b\":2}]}", "-1 {\"a\":[\n{\"b\":2}]}@0\n");
}

static void split_misplaced_punctuation_breaks(void **state)
{
	static const struct {
		const char *doc, *what;
	} cases[] = {
		{"{]", "broken syntax: a closing bracket that nothing opened at 1\n"},
		{"[}", "broken syntax: a closing bracket that nothing opened at 1\n"},
		{"{,", "broken syntax: a ',' in the wrong place at 1\n"},
		{"[1,]", "broken syntax: a value is missing before a closing bracket at 3\n"},
		{"{\"a\":}", "broken syntax: a value is missing before a closing bracket at 5\n"},
		{"{\"a\" 1}", "broken syntax: an unexpected character at 5\n"},
		{"{\"a\",1}", "broken syntax: a ',' in the wrong place at 4\n"},
		{"[1 2]", "broken syntax: an unexpected character at 3\n"},
		{"[1:2]", "broken syntax: a ':' in the wrong place at 2\n"},
		{"{{}}", "broken syntax: an opening bracket where ',' is missing at 1\n"},
		{"{1:2}", "broken syntax: an unexpected character at 1\n"},
		{"[\"a\"\"b\"]", "broken syntax: a string where ',' or ':' is missing at 4\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_split(cases[i].doc, cases[i].what);
}

static void split_depth_over_64_breaks(void **state)
{
	char doc[65];
	struct buf got = BUF_INIT(1 << 20);

	(void)state;
	memset(doc, '[', sizeof doc);
	split_into(&got, span_of(doc, 64), 64, 1000, false);
	assert_int_equal(got.len, 0);
	split_into(&got, span_of(doc, 65), 65, 1000, false);
	assert_string_equal(buf_cstr(&got),
			    "broken depth: more than 64 containers inside one another at 64\n");
	buf_release(&got);
}

static void split_fault_of_an_unfinished_document_says_where_it_ends(void **state)
{
	struct split *s = split_new(cuts, 4, 100);
	struct span in = SPAN("{\"alerts\":[{\"a\":");
	struct split_part part;

	(void)state;
	assert_int_equal(split_feed(s, &in, &part), SPLIT_MORE);
	assert_int_equal(split_fault(s).offset, 16);
	assert_int_equal(split_fault(s).code, REJECT_SYNTAX);
	assert_true(span_is(split_held(s), "{\"a\":"));
	split_free(s);
}

/* What stands around a part is told as far as it came, its brackets closed. */
static void split_around_closes_what_is_open(void **state)
{
	static const char *const paths[] = {"a[]", "a[].b[]", "a[].b[].c[]"};
	static const char doc[] =
		"{\"x\":[1],\"a\":[{\"r\":{\"k\":\"}\"},\"b\":[{\"s\":2,\"c\":[{\"n\":1}, {\"n\":2}],\"t\":3}]}]}";
	static const char *const around[] = {
		"{\"x\":[1],\"a\":[]}", "{\"r\":{\"k\":\"}\"},\"b\":[]}", "{\"s\":2,\"c\":[]}"};

	(void)state;
	for (size_t step = 1; step <= sizeof doc; step++) {
		struct split *s = split_new(paths, 3, 1000);
		struct span all = SPAN(doc);
		struct split_part part;
		size_t n = 0;

		while (n < 2) { /* both {"n":...} */
			struct span in = span_of(all.data, all.len < step ? all.len : step);
			size_t before = in.len;
			enum split_result got = split_feed(s, &in, &part);

			all = span_of(all.data + before - in.len, all.len - before + in.len);
			if (got != SPLIT_PART)
				continue;
			assert_int_equal(part.cut, 2);
			assert_int_equal(split_depth(s), 3);
			for (size_t i = 0; i < 3; i++) {
				struct buf text = BUF_INIT(1000);

				split_around(s, i, &part, &text);
				assert_true(span_is(part.text, around[i]));
				assert_int_equal(part.cut, (int)i - 1);
				assert_int_equal(part.offset, split_offset(s, i));
				buf_release(&text);
			}
			n++;
		}
		split_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_webhook_gives_alerts_then_the_rest),
		cmocka_unit_test(split_array_gives_its_objects),
		cmocka_unit_test(split_groups_gives_inner_before_outer),
		cmocka_unit_test(split_result_is_cut_two_levels_down),
		cmocka_unit_test(split_array_of_scalars_is_left_whole),
		cmocka_unit_test(split_scalar_behind_an_object_is_a_part),
		cmocka_unit_test(split_brackets_and_escapes_in_strings_mean_nothing),
		cmocka_unit_test(split_same_key_elsewhere_is_not_cut),
		cmocka_unit_test(split_documents_behind_one_another),
		cmocka_unit_test(split_long_element_is_marked_and_others_come),
		cmocka_unit_test(split_raw_newline_in_string_breaks),
		cmocka_unit_test(split_document_in_mid_document_breaks_at_its_line),
		cmocka_unit_test(split_misplaced_punctuation_breaks),
		cmocka_unit_test(split_depth_over_64_breaks),
		cmocka_unit_test(split_around_closes_what_is_open),
		cmocka_unit_test(split_fault_of_an_unfinished_document_says_where_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
