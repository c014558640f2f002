/* Signatures: loading, and what is refused and where. */
#include "aiops-triage/knowledge/signature.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "triage_test.h"

#define HEAD "version: 1\nid: disk\ntitle: Disk\ntext: \"disk of {component}\"\n"
#define TAIL "first_action: {text: look, effect: read}\n"

static void add_reads_signals_of_every_source(void **state)
{
	struct signatures s;

	(void)state;
	signatures_init(&s);
	test_signatures(&s, HEAD "signals:\n"
				 "  - {alert: \"disk full*\", weight: 5}\n"
				 "  - {log: no space left, weight: 2.5}\n"
				 "  - {label: {reason: DiskPressure, tier: db}, weight: 1}\n"
				 "  - {metric: \"node_filesystem_*\", weight: 1}\n"
				 "  - {change: deploy, weight: 1}\n"
				 "causes: [a dump]\ninvestigate: [df, du]\n" TAIL);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.n_signals, 5);
	assert_int_equal(s.signals[0].n_words, 2);
	assert_span(s.signals[0].words[1], "full*");
	assert_near(s.signals[1].weight, 2.5);
	assert_int_equal(s.signals[2].n_pairs, 2);
	assert_int_equal(s.items[0].investigate.n, 2);
	assert_span(s.items[0].first_action, "look");
	signatures_release(&s);
}

struct refused {
	const char *yaml;
	size_t line, col;
	const char *part;
};

static void add_refuses_mistakes_with_position(void **state)
{
	static const struct refused cases[] = {
		{HEAD "signal: []\n" TAIL, 5, 1, "did you mean 'signals'"},
		{HEAD "signals: []\n" TAIL, 5, 10, "needs a signal"},
		{HEAD TAIL, 1, 1, "'signals' is missing"},
		{HEAD "signals:\n  - {alert: x, wieght: 1}\n" TAIL, 6, 16, "did you mean 'weight'"},
		{HEAD "signals:\n  - {alert: x}\n" TAIL, 6, 5, "'weight' is missing"},
		{HEAD "signals:\n  - {alert: x, weight: 0}\n" TAIL, 6, 24, "above 0"},
		{HEAD "signals:\n  - {alert: x, weight: 11}\n" TAIL, 6, 24, "at most 10"},
		{HEAD "signals:\n  - {weight: 1}\n" TAIL, 6, 5, "one of alert"},
		{HEAD "signals:\n  - {alert: x, log: some words, weight: 1}\n" TAIL, 6, 21,
		 "one of alert"},
		{HEAD "signals:\n  - {alert: DiskFull, weight: 1}\n" TAIL, 6, 13, "lower case"},
		{HEAD "signals:\n  - {log: \"*x*\", weight: 1}\n" TAIL, 6, 11, "needs a word"},
		{HEAD "signals:\n  - {label: {}, weight: 1}\n" TAIL, 6, 13, "one to four"},
		{HEAD "signals:\n  - {alert: x, weight: 1}\n", 1, 1, "'first_action' is missing"},
		{HEAD "signals:\n  - {alert: x, weight: 1}\nfirst_action: {text: restart, effect: "
		      "write}\n",
		 7, 39, "only reads"},
		{"version: 2\n", 1, 10, ""},
		{"version: 1\nid: Disk\n", 2, 5, "lower-case"},
		{"version: 1\nid: disk\ntitle: x\ntext: no place\n", 4, 7, "{component}"},
		{"- 1\n", 1, 1, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct signatures s;
		struct err e = ERR_INIT;

		signatures_init(&s);
		assert_int_equal(signatures_add(&s, span_cstr(cases[i].yaml), &e), -1);
		assert_int_equal(e.code, EX_BADCONFIG);
		if (e.line != cases[i].line || e.col != cases[i].col ||
		    !strstr(e.text, cases[i].part))
			fail_msg("case %zu: %zu:%zu: %s", i, e.line, e.col, e.text);
		assert_int_equal(s.n, 0);
		signatures_release(&s);
	}
}

static void add_same_id_twice_is_refused(void **state)
{
	struct signatures s;
	struct err e = ERR_INIT;

	(void)state;
	signatures_init(&s);
	test_signatures(&s, HEAD "signals:\n  - {alert: x, weight: 1}\n" TAIL);
	assert_int_equal(
		signatures_add(&s, SPAN(HEAD "signals:\n  - {alert: x, weight: 1}\n" TAIL), &e),
		-1);
	assert_non_null(strstr(e.text, "another signature"));
	signatures_release(&s);
}

static void load_names_the_file(void **state)
{
	char dir[] = "/tmp/triage-test-XXXXXX";
	struct buf path = BUF_INIT(256);
	struct signatures s;
	struct err e = ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	signatures_init(&s);
	assert_int_equal(signatures_load(&s, dir, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	err_clear(&e);
	buf_addf(&path, "%s/bad.yaml", dir);
	assert_int_equal(file_write_atomic(buf_cstr(&path), SPAN("version: 1\nidd: x\n"), 0600, &e),
			 0);
	assert_int_equal(signatures_load(&s, dir, &e), -1);
	assert_int_equal(e.code, EX_BADCONFIG);
	assert_non_null(strstr(e.text, "/bad.yaml:2:1: "));
	assert_int_equal(unlink(buf_cstr(&path)), 0);
	assert_int_equal(rmdir(dir), 0);
	buf_release(&path);
	signatures_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add_reads_signals_of_every_source),
		cmocka_unit_test(add_refuses_mistakes_with_position),
		cmocka_unit_test(add_same_id_twice_is_refused),
		cmocka_unit_test(load_names_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
