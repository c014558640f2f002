#include "record/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *name;
	int number;
	const char *words; /* of reference and manual, separated by spaces */
} levels[] = {
	[SEVERITY_UNKNOWN] = {"unknown", 0, "none unknown whatever P6 Sev5 criticall 5 war"},
	[SEVERITY_INFO] =
		{"info", 9,
		 "info information informational debug trace verbose P5 ok normal success cleared"},
	[SEVERITY_LOW] = {"low", 11, "low minor notice P4 Sev4"},
	[SEVERITY_MEDIUM] = {"medium", 13, "medium warning warn average P3 Sev3"},
	[SEVERITY_HIGH] = {"high", 17, "high major error err P2 Sev2"},
	[SEVERITY_CRITICAL] =
		{"critical", 21,
		 "critical crit page fatal emergency emerg alert panic disaster P1 Sev0 Sev1"},
};

static void severity_names_and_numbers_are_the_manuals(void **state)
{
	(void)state;
	for (int i = SEVERITY_UNKNOWN; i <= SEVERITY_CRITICAL; i++) {
		assert_string_equal(severity_name((enum severity)i), levels[i].name);
		assert_int_equal(severity_number((enum severity)i), levels[i].number);
		assert_int_equal(severity_from_name(span_cstr(levels[i].name)), i);
	}
}

static void severity_from_name_takes_only_our_names(void **state)
{
	(void)state;
	assert_int_equal(severity_from_name(SPAN("Critical")), SEVERITY_UNKNOWN);
	assert_int_equal(severity_from_name(SPAN("warning")), SEVERITY_UNKNOWN);
	assert_int_equal(severity_from_name(SPAN_NONE), SEVERITY_UNKNOWN);
}

static void severity_from_word_is_the_table(void **state)
{
	(void)state;
	for (int i = SEVERITY_UNKNOWN; i <= SEVERITY_CRITICAL; i++) {
		const char *at = levels[i].words;

		while (*at) {
			size_t n = strcspn(at, " ");

			if (severity_from_word(span_of(at, n), NULL) != (enum severity)i)
				fail_msg("'%.*s' is not %s", (int)n, at, levels[i].name);
			at += n + (at[n] == ' ');
		}
	}
	assert_int_equal(severity_from_word(SPAN_NONE, NULL), SEVERITY_UNKNOWN);
}

static void severity_from_word_ignores_case_and_space(void **state)
{
	(void)state;
	assert_int_equal(severity_from_word(SPAN(" WARNING\n"), NULL), SEVERITY_MEDIUM);
	assert_int_equal(severity_from_word(SPAN("sEV1"), NULL), SEVERITY_CRITICAL);
	assert_int_equal(severity_from_word(SPAN("p 1"), NULL), SEVERITY_UNKNOWN);
}

static void severity_from_word_says_what_is_over(void **state)
{
	static const char *const over[] = {"ok", "Normal", "SUCCESS", "cleared"};
	bool resolved = false;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		resolved = false;
		(void)severity_from_word(span_cstr(over[i]), &resolved);
		assert_true(resolved);
	}
	(void)severity_from_word(SPAN("info"), &resolved);
	assert_false(resolved);
	resolved = true;
	(void)severity_from_word(SPAN("no such word"), &resolved);
	assert_false(resolved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(severity_names_and_numbers_are_the_manuals),
		cmocka_unit_test(severity_from_name_takes_only_our_names),
		cmocka_unit_test(severity_from_word_is_the_table),
		cmocka_unit_test(severity_from_word_ignores_case_and_space),
		cmocka_unit_test(severity_from_word_says_what_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
