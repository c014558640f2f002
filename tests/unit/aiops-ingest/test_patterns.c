#include <stdio.h>
#include <unistd.h>

#include "harness.h"

#include "aiops-ingest/patterns/patterns.h"
#include "base/file.h"
#include "record/members.h"

static struct patterns *load(const char *yaml, struct err *e)
{
	char path[] = "/tmp/aiops-patterns-XXXXXX";
	int fd = mkstemp(path);
	struct patterns *p;

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, span_cstr(yaml), e), 0);
	(void)close(fd);
	p = patterns_load(path, e);
	(void)unlink(path);
	return p;
}

static struct patterns *load_good(const char *yaml)
{
	struct err e = ERR_INIT;
	struct patterns *p = load(yaml, &e);

	if (!p)
		fail_msg("%zu:%zu: %s", e.line, e.col, e.text);
	return p;
}

/* How often a piece of text stands in what came out. */
static int count_of(struct harness *h, const char *text)
{
	const char *at = buf_cstr(&h->out);
	int n = 0;

	for (; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static const char errors[] = "patterns:\n"
			     "  - name: Errors\n"
			     "    pattern: 'error (?<code>\\d+)'\n"
			     "    severity: high\n"
			     "    count: 3\n"
			     "    window: 1m\n"
			     "    cooldown: 2m\n"
			     "    resolve_after: 5m\n"
			     "    labels: {code: '${code}'}\n";

static void add_line(struct buf *b, int minute, int second, int code)
{
	buf_addf(b, "2026-11-17T08:%02d:%02dZ error %d\n", minute, second, code);
}

static void count_is_by_label_set_within_the_window(void **state)
{
	struct harness h = harness_new();
	struct buf text = BUF_INIT(1 << 16);

	(void)state;
	h.opt.patterns = load_good(errors);
	add_line(&text, 0, 0, 1);
	add_line(&text, 0, 10, 2);
	add_line(&text, 0, 20, 1);
	add_line(&text, 0, 30, 2);
	add_line(&text, 1, 21, 1); /* 81 s behind its first */
	harness_run(&h, "text", buf_cstr(&text));
	assert_int_equal(count_of(&h, "\"kind\":\"alert\""), 0);
	add_line(&text, 1, 21, 1); /* three within 61 s */
	add_line(&text, 1, 22, 1); /* three within 1 s */
	patterns_free(h.opt.patterns);
	h.opt.patterns = load_good(errors);
	harness_run(&h, "text", buf_cstr(&text));
	assert_int_equal(count_of(&h, "\"kind\":\"alert\""), 1);
	assert_out(&h, "\"timestamp\":\"2026-11-17T08:01:22Z\"");
	assert_out(&h, "\"starts_at\":\"2026-11-17T08:01:21Z\"");
	assert_out(&h,
		   "\"labels\":{\"alertname\":\"Errors\",\"code\":\"1\",\"severity\":\"high\"}");
	patterns_free(h.opt.patterns);
	buf_release(&text);
	harness_release(&h);
}

static void alert_is_told_again_after_the_cooldown_and_resolves_when_quiet(void **state)
{
	struct harness h = harness_new();
	struct buf text = BUF_INIT(1 << 16);

	(void)state;
	h.opt.patterns = load_good(errors);
	for (int s = 0; s < 3; s++)
		add_line(&text, 0, s, 1);
	add_line(&text, 1, 0, 1);  /* within the cooldown */
	add_line(&text, 2, 10, 1); /* told again */
	buf_add_cstr(&text, "2026-11-17T08:07:09Z quiet for 4:59\n");
	harness_run(&h, "text", buf_cstr(&text));
	assert_int_equal(count_of(&h, "\"status\":\"firing\""), 2);
	assert_int_equal(count_of(&h, "\"count\":\"5\""), 1);
	assert_int_equal(count_of(&h, "\"status\":\"resolved\""), 0);
	buf_add_cstr(&text, "2026-11-17T08:07:10Z quiet for 5:00\n");
	patterns_free(h.opt.patterns);
	h.opt.patterns = load_good(errors);
	harness_run(&h, "text", buf_cstr(&text));
	assert_int_equal(count_of(&h, "\"status\":\"resolved\""), 1);
	assert_out(&h, "\"ends_at\":\"2026-11-17T08:07:10Z\"");
	patterns_free(h.opt.patterns);
	buf_release(&text);
	harness_release(&h);
}

/* Any order of the lines within the window gives the alert. */
static void order_of_lines_does_not_matter_to_the_count(void **state)
{
	struct harness h = harness_new();

	(void)state;
	h.opt.patterns = load_good(errors);
	harness_run(&h, "text",
		    "2026-11-17T08:00:50Z error 1\n2026-11-17T08:00:10Z error 1\n"
		    "2026-11-17T08:00:30Z error 1\n");
	assert_int_equal(count_of(&h, "\"status\":\"firing\""), 1);
	assert_out(&h, "\"starts_at\":\"2026-11-17T08:00:10Z\"");
	patterns_free(h.opt.patterns);
	harness_release(&h);
}

static void window_longer_than_the_default_quiet_is_taken_for_it(void **state)
{
	struct harness h = harness_new();

	(void)state;
	h.opt.patterns = load_good("patterns: [{name: P, pattern: no, severity: low, count: 2,"
				   " window: 1h}]\n");
	harness_run(&h, "text",
		    "2026-11-17T07:00:00Z no\n2026-11-17T07:59:00Z no\n2026-11-17T08:30:00Z x\n"
		    "2026-11-17T08:59:00Z x\n");
	assert_int_equal(count_of(&h, "\"status\":\"firing\""), 1);
	assert_out(&h, "\"ends_at\":\"2026-11-17T08:59:00Z\"");
	patterns_free(h.opt.patterns);
	harness_release(&h);
}

static void lines_of_the_future_do_not_end_alerts(void **state)
{
	struct harness h = harness_new();

	(void)state;
	h.opt.patterns = load_good(errors);
	harness_run(&h, "text",
		    "2026-11-17T09:00:00Z error 1\n2026-11-17T09:00:01Z error 1\n"
		    "2026-11-17T09:00:02Z error 1\n2099-01-01T00:00:00Z hello\n");
	assert_int_equal(count_of(&h, "\"status\":\"firing\""), 1);
	assert_int_equal(count_of(&h, "\"status\":\"resolved\""), 0);
	patterns_free(h.opt.patterns);
	harness_release(&h);
}

static void records_of_logs_are_looked_at_when_they_pass(void **state)
{
	struct harness h = harness_new();

	(void)state;
	h.opt.patterns = load_good("patterns: [{name: P, pattern: panic, severity: critical}]\n");
	harness_run(
		&h, "ndjson",
		"{\"v\":1,\"kind\":\"log\",\"id\":\"a\",\"timestamp\":\"2026-11-17T08:00:00Z\","
		"\"source\":\"s\",\"service\":\"cart\",\"host\":\"h\",\"body\":\"panic: no\"}\n"
		"{\"v\":1,\"kind\":\"alert\",\"id\":\"b\",\"timestamp\":\"2026-11-17T08:00:00Z\","
		"\"source\":\"s\",\"status\":\"firing\",\"severity\":\"low\",\"body\":\"panic\"}\n");
	assert_int_equal(h.n_out, 3);
	assert_out(&h, "\"labels\":{\"alertname\":\"P\",\"host\":\"h\",\"service\":\"cart\","
		       "\"severity\":\"critical\"}");
	patterns_free(h.opt.patterns);
	harness_release(&h);
}

/* (a+)+$ takes time exponential in the a's: it is given up, and the line passes. */
static void hostile_pattern_is_given_up_and_the_line_passes(void **state)
{
	struct harness h = harness_new();
	char line[1 << 12];

	(void)state;
	memset(line, 'a', sizeof line);
	memcpy(line + sizeof line - 3, "b\n", 3);
	h.opt.patterns = load_good("patterns: [{name: P, pattern: '(?:a+)+$', severity: low}]\n");
	harness_run(&h, "text", line);
	assert_int_equal(h.n_out, 1);
	assert_int_equal(h.n_warnings, 1);
	assert_int_equal(patterns_counts(h.opt.patterns).limit_hits, 1);
	patterns_free(h.opt.patterns);
	harness_release(&h);
}

static void pattern_that_gives_up_too_often_is_set_aside(void **state)
{
	struct harness h = harness_new();
	struct buf text = BUF_INIT(1 << 20);

	(void)state;
	for (int i = 0; i < 1200; i++)
		buf_add_cstr(&text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n");
	h.opt.patterns = load_good("patterns: [{name: P, pattern: '(?:a+)+$', severity: low}]\n");
	harness_run(&h, "text", buf_cstr(&text));
	assert_int_equal(h.n_out, 1200);
	assert_int_equal(patterns_counts(h.opt.patterns).limit_hits, 1000);
	assert_int_equal(h.n_warnings, 4); /* three lines, then that it is set aside */
	patterns_free(h.opt.patterns);
	buf_release(&text);
	harness_release(&h);
}

static void label_sets_are_bounded(void **state)
{
	struct harness h = harness_new();
	struct buf text = BUF_INIT(4 << 20);

	(void)state;
	for (int i = 0; i < 10100; i++)
		buf_addf(&text, "2026-11-17T08:00:00Z error %d\n", i);
	h.opt.patterns = load_good(errors);
	harness_run(&h, "text", buf_cstr(&text));
	assert_int_equal(patterns_counts(h.opt.patterns).untracked, 100);
	assert_int_equal(h.n_warnings, 1);
	patterns_free(h.opt.patterns);
	buf_release(&text);
	harness_release(&h);
}

/* Half of the lines, the state, the other half: as all of them at once. */
static void state_carries_on_where_the_last_run_ended(void **state)
{
	struct harness h = harness_new();
	struct buf saved = BUF_INIT(1 << 20);
	enum reject_code code;
	struct err e = ERR_INIT;
	struct record *r = record_new(1 << 20);

	(void)state;
	h.opt.patterns = load_good(errors);
	harness_run(&h, "text", "2026-11-17T08:00:00Z error 1\n2026-11-17T08:00:01Z error 1\n");
	patterns_save(h.opt.patterns, &saved);
	patterns_free(h.opt.patterns);
	h.opt.patterns = load_good(errors);
	(void)buf_room(&saved, RECORD_PADDING);
	assert_int_equal(record_parse(r, saved.data, saved.len, &code, &e), 0);
	assert_int_equal(patterns_restore(h.opt.patterns, record_root(r), &e), 0);
	harness_run(&h, "text", "2026-11-17T08:00:02Z error 1\n2026-11-17T08:06:00Z over\n");
	assert_int_equal(count_of(&h, "\"status\":\"firing\""), 1);
	assert_out(&h, "\"starts_at\":\"2026-11-17T08:00:00Z\"");
	assert_int_equal(count_of(&h, "\"status\":\"resolved\""), 1);
	record_free(r);
	patterns_free(h.opt.patterns);
	buf_release(&saved);
	harness_release(&h);
}

static void load_tells_where_a_mistake_stands(void **state)
{
	static const struct {
		const char *yaml, *text;
		size_t line;
	} cases[] = {
		{"a: b\n", "unknown key 'a'", 1},
		{"patterns: 1\n", "", 1},
		{"patterns:\n  - name: A\n", "key 'pattern' is missing", 2},
		{"patterns:\n  - name: A\n    pattern: '('\n", "not a pattern: missing closing", 3},
		{"patterns:\n  - {name: A, pattern: x}\n", "key 'severity' is missing", 2},
		{"patterns:\n  - {name: A, pattern: x, severity: bad}\n", "no severity", 2},
		{"patterns:\n  - {name: A, pattern: x, severity: low, count: 2}\n",
		 "needs a window", 2},
		{"patterns:\n  - {name: A, pattern: x, severity: low, count: 0}\n", "", 2},
		{"patterns:\n  - {name: A, pattern: x, severity: low, count: 2, window: 1h,\n"
		 "     resolve_after: 30m}\n",
		 "shorter than the window", 3},
		{"patterns:\n  - {name: A, pattern: x, severity: low, title: '${y}'}\n",
		 "no capture named 'y'", 2},
		{"patterns:\n  - {name: A, pattern: x, severity: low, labels: {severity: x}}\n",
		 "'severity' is no name", 2},
		{"patterns:\n  - {name: A, pattern: x, severity: low}\n"
		 "  - {name: A, pattern: y, severity: low}\n",
		 "two patterns of this name", 3},
		{"patterns:\n  - {name: A, pattern: '\\C', severity: low}\n", "not a pattern", 2},
		{"patterns:\n  - {name: A, pattern: '((x{1,100}y){100}z){100}', severity: low}\n",
		 "", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = ERR_INIT;
		struct patterns *p = load(cases[i].yaml, &e);

		if (p)
			fail_msg("case %zu is taken", i);
		assert_int_equal(e.code, EX_BADCONFIG);
		if (e.line != cases[i].line || !strstr(e.text, cases[i].text))
			fail_msg("case %zu: %zu:%zu: %s", i, e.line, e.col, e.text);
	}
}

/* A run that saw no line has a state, too. */
static void patterns_state_before_any_line_is_read_back(void **state)
{
	struct buf saved = BUF_INIT(1 << 20);
	struct record *r = record_new(1 << 20);
	struct patterns *p = load_good("patterns:\n  - {name: a, pattern: boom, severity: low}\n");
	enum reject_code code;
	struct err e = ERR_INIT;

	(void)state;
	patterns_save(p, &saved);
	(void)buf_room(&saved, RECORD_PADDING);
	assert_int_equal(record_parse(r, saved.data, saved.len, &code, &e), 0);
	if (patterns_restore(p, record_root(r), &e) != 0)
		fail_msg("%s", e.text);
	patterns_free(p);
	record_free(r);
	buf_release(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(count_is_by_label_set_within_the_window),
		cmocka_unit_test(alert_is_told_again_after_the_cooldown_and_resolves_when_quiet),
		cmocka_unit_test(order_of_lines_does_not_matter_to_the_count),
		cmocka_unit_test(window_longer_than_the_default_quiet_is_taken_for_it),
		cmocka_unit_test(lines_of_the_future_do_not_end_alerts),
		cmocka_unit_test(records_of_logs_are_looked_at_when_they_pass),
		cmocka_unit_test(hostile_pattern_is_given_up_and_the_line_passes),
		cmocka_unit_test(pattern_that_gives_up_too_often_is_set_aside),
		cmocka_unit_test(label_sets_are_bounded),
		cmocka_unit_test(state_carries_on_where_the_last_run_ended),
		cmocka_unit_test(load_tells_where_a_mistake_stands),
		cmocka_unit_test(patterns_state_before_any_line_is_read_back),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
