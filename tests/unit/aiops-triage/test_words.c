/* Words of names and texts. */
#include "aiops-triage/knowledge/words.h"

#include "triage_test.h"

static void assert_parts(const char *name, const char *joined)
{
	struct name_words w;
	struct buf b = BUF_INIT(1024);

	words_of_name(span_cstr(name), &w);
	for (size_t i = 0; i < w.n; i++) {
		buf_add(&b, w.items[i].text, w.items[i].len);
		buf_add_char(&b, ' ');
	}
	assert_string_equal(buf_cstr(&b), joined);
	buf_release(&b);
}

static void words_of_name_splits_case_digits_and_signs(void **state)
{
	(void)state;
	assert_parts("KubePodCrashLooping", "kube pod crash looping ");
	assert_parts("http5xxErrors", "http 5 xx errors ");
	assert_parts("HTTPErrors", "http errors ");
	assert_parts("disk_full-on host", "disk full on host ");
	assert_parts("", "");
	assert_parts("---", "");
}

static void words_of_name_hostile_length_is_bounded(void **state)
{
	char long_name[4000];
	struct name_words w;

	(void)state;
	for (size_t i = 0; i < sizeof long_name; i++)
		long_name[i] = i % 2 ? 'a' : 'B';
	words_of_name(span_of(long_name, sizeof long_name), &w);
	assert_int_equal(w.n, WORDS_PER_NAME);
	memset(long_name, 'a', sizeof long_name);
	words_of_name(span_of(long_name, sizeof long_name), &w);
	assert_int_equal(w.n, 1);
	assert_int_equal(w.items[0].len, WORD_BYTES);
}

static void word_matches_whole_word_or_prefix(void **state)
{
	struct name_words w;

	(void)state;
	words_of_name(SPAN("Connections"), &w);
	assert_true(word_matches(&w.items[0], SPAN("connections")));
	assert_true(word_matches(&w.items[0], SPAN("connection*")));
	assert_true(word_matches(&w.items[0], SPAN("*")));
	assert_false(word_matches(&w.items[0], SPAN("connection")));
	assert_false(word_matches(&w.items[0], SPAN("connectionsx*")));
}

static void words_expand_keeps_joined_form_and_parts(void **state)
{
	struct buf b = BUF_INIT(1024);

	(void)state;
	words_expand(SPAN("PodCrash, full \xC3\xA4rger"), &b);
	assert_string_equal(buf_cstr(&b), "PodCrash Pod Crash full \xC3\xA4rger ");
	buf_release(&b);
}

static void stop_words_are_sorted_and_found(void **state)
{
	(void)state;
	assert_true(is_stop_word(SPAN("a")));
	assert_true(is_stop_word(SPAN("you")));
	assert_true(is_stop_word(SPAN("errors")));
	assert_true(is_stop_word(SPAN("this")));
	assert_false(is_stop_word(SPAN("disk")));
	assert_false(is_stop_word(SPAN("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_name_splits_case_digits_and_signs),
		cmocka_unit_test(words_of_name_hostile_length_is_bounded),
		cmocka_unit_test(word_matches_whole_word_or_prefix),
		cmocka_unit_test(words_expand_keeps_joined_form_and_parts),
		cmocka_unit_test(stop_words_are_sorted_and_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
