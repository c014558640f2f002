#include "aiops-correlate/suppress/maintenance.h"

#include "correlate_test.h"

#define WINDOW(rest) "version: 1\nwindows:\n  - name: w\n    match: [service=db]\n" rest

static struct maintenance *of(const char *text)
{
	struct err e = ERR_INIT;
	struct maintenance *m = maintenance_parse(span_cstr(text), &e);

	if (!m)
		fail_msg("%zu:%zu %s", e.line, e.col, e.text);
	return m;
}

static int64_t at(const char *text)
{
	struct instant t;
	struct err e = ERR_INIT;

	if (instant_parse(span_cstr(text), &t, &e) != 0)
		fail_msg("%s", e.text);
	return t.ns;
}

/* Begins and ends of text's one window after `from`, as many as there are in want. */
static void expect(const char *text, const char *from, const char *const *want, size_t n)
{
	struct maintenance *m = of(text);
	const struct window *w = &m->windows[0];
	int64_t t = at(from);
	bool active = window_is_active(w, t);

	for (size_t i = 0; i < n; i++) {
		int64_t next = window_next(w, t);

		if (next != at(want[i]))
			fail_msg("%zu: %lld s past %s", i,
				 (long long)((next - at(want[i])) / NS_PER_S), want[i]);
		/* nothing changes before, everything does there */
		assert_int_equal(window_is_active(w, next - 1), active);
		active = !active;
		assert_int_equal(window_is_active(w, next), active);
		assert_true(window_last(w, next) == next);
		assert_true(window_last(w, next - 1) <= t || i == 0);
		t = next;
	}
	maintenance_free(m);
}

static void window_once_begins_and_ends(void **state)
{
	static const char *const want[] = {"2026-11-22T21:00:00Z", "2026-11-23T01:00:00Z"};
	const char *text =
		WINDOW("    from: 2026-11-22T22:00:00+01:00\n    to: 2026-11-23T02:00:00+01:00\n");
	struct maintenance *m;

	(void)state;
	expect(text, "2026-11-01T00:00:00Z", want, ARRAY_LEN(want));
	m = of(text);
	assert_true(window_next(m->windows, at("2026-11-23T01:00:00Z")) == INT64_MAX);
	maintenance_free(m);
}

/* Berlin: on 2026-03-29 clocks go from 02:00 to 03:00, on 2026-10-25 back from 03:00 to 02:00. */
static void window_daily_follows_the_clocks_of_its_zone(void **state)
{
	static const char *const spring[] = {"2026-03-28T00:30:00Z", "2026-03-28T02:30:00Z",
					     "2026-03-29T00:30:00Z", "2026-03-29T02:30:00Z",
					     "2026-03-29T23:30:00Z", "2026-03-30T01:30:00Z"};
	static const char *const autumn[] = {"2026-10-23T23:30:00Z", "2026-10-24T01:30:00Z",
					     "2026-10-24T23:30:00Z", "2026-10-25T01:30:00Z",
					     "2026-10-26T00:30:00Z", "2026-10-26T02:30:00Z"};
	const char *text = WINDOW("    repeat: daily\n    at: \"01:30\"\n    for: 2h\n"
				  "    zone: Europe/Berlin\n");

	(void)state;
	expect(text, "2026-03-28T00:00:00Z", spring, ARRAY_LEN(spring));
	expect(text, "2026-10-23T22:00:00Z", autumn, ARRAY_LEN(autumn));
}

/* 02:30 does not come on that day; clocks then show 03:30. It comes twice in autumn: the first. */
static void window_at_a_time_that_is_skipped_or_doubled(void **state)
{
	static const char *const spring[] = {"2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z"};
	static const char *const autumn[] = {"2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z",
					     "2026-10-26T01:30:00Z"};
	const char *text = WINDOW("    repeat: daily\n    at: \"02:30\"\n    for: 30m\n"
				  "    zone: Europe/Berlin\n");

	(void)state;
	expect(text, "2026-03-28T12:00:00Z", spring, ARRAY_LEN(spring));
	expect(text, "2026-10-24T12:00:00Z", autumn, ARRAY_LEN(autumn));
}

/* 2026-11-21 is a Saturday. */
static void window_weekly_on_its_days_within_its_bounds(void **state)
{
	static const char *const want[] = {"2026-11-22T23:00:00Z", "2026-11-23T03:00:00Z",
					   "2026-11-26T23:00:00Z", "2026-11-27T03:00:00Z"};
	const char *text =
		WINDOW("    repeat: weekly\n    weekdays: [sun, thu]\n    at: \"23:00\"\n"
		       "    for: 4h\n    from: 2026-11-21T00:00:00Z\n"
		       "    until: 2026-11-29T23:00:00Z\n");
	struct maintenance *m = of(text);

	(void)state;
	expect(text, "2020-01-01T00:00:00Z", want, ARRAY_LEN(want));
	assert_true(window_next(m->windows, at("2026-11-27T03:00:00Z")) == INT64_MAX);
	maintenance_free(m);
}

static void window_monthly_skips_months_without_its_day(void **state)
{
	static const char *const the_31st[] = {"2026-12-31T12:00:00Z", "2026-12-31T13:00:00Z",
					       "2027-01-31T12:00:00Z", "2027-01-31T13:00:00Z",
					       "2027-03-31T12:00:00Z"};
	static const char *const last[] = {"2027-01-31T12:00:00Z", "2027-01-31T13:00:00Z",
					   "2027-02-28T12:00:00Z", "2027-02-28T13:00:00Z",
					   "2027-03-31T12:00:00Z"};

	(void)state;
	expect(WINDOW("    repeat: monthly\n    day: 31\n    at: \"12:00\"\n    for: 1h\n"),
	       "2026-11-21T00:00:00Z", the_31st, ARRAY_LEN(the_31st));
	expect(WINDOW("    repeat: monthly\n    day: last\n    at: \"12:00\"\n    for: 1h\n"),
	       "2027-01-01T00:00:00Z", last, ARRAY_LEN(last));
}

/* Each day for a day and a half: it never ends. */
static void window_whose_occurrences_overlap_stays_active(void **state)
{
	struct maintenance *m = of(WINDOW("    repeat: daily\n    at: \"12:00\"\n    for: 36h\n"));

	(void)state;
	for (int hour = 0; hour < 100; hour++)
		assert_true(window_is_active(m->windows,
					     at("2026-11-21T00:00:00Z") + hour * 3600 * NS_PER_S));
	maintenance_free(m);
}

static void maintenance_look_keeps_what_is_active(void **state)
{
	struct maintenance *m = of("windows:\n"
				   "  - {name: a, match: [x=1], from: 2026-11-21T09:00:00Z, to: "
				   "2026-11-21T11:00:00Z}\n"
				   "  - {name: b, match: [x=2], from: 2026-11-21T10:00:00Z, to: "
				   "2026-11-21T12:00:00Z}\n");
	static const struct {
		const char *at;
		size_t n, first;
	} cases[] = {{"2026-11-21T08:59:59Z", 0, 0}, {"2026-11-21T09:00:00Z", 1, 0},
		     {"2026-11-21T10:30:00Z", 2, 0}, {"2026-11-21T11:00:00Z", 1, 1},
		     {"2026-11-21T12:00:00Z", 0, 0}, {"2026-11-21T09:59:59Z", 1, 0}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		maintenance_look(m, at(cases[i].at));
		assert_int_equal(m->n_now, cases[i].n);
		if (cases[i].n)
			assert_int_equal(m->now[0], cases[i].first);
	}
	maintenance_free(m);
}

static void maintenance_that_is_wrong(void **state)
{
	static const struct {
		const char *text;
		size_t line, col;
		const char *want;
	} cases[] = {
		{"window: []", 1, 1, "unknown key 'window' (did you mean 'windows'?)"},
		{"version: 2\nwindows: []", 1, 10, "2 is out of range (1 to 1)"},
		{"{}", 1, 1, "'windows' is missing"},
		{"windows:\n  - name: w\n", 2, 5,
		 "'from' is missing from a window that repeats once"},
		{WINDOW("    from: yesterday\n    to: 2026-11-21T00:00:00Z\n"), 5, 11,
		 "a time is written as 2026-11-22T22:00:00+01:00"},
		{WINDOW("    from: 2026-11-21T00:00:00Z\n    to: 2026-11-21T00:00:00Z\n"), 6, 9,
		 "to is not after from"},
		{WINDOW("    repeat: dayly\n"), 5, 13,
		 "repeat 'dayly' is unknown (did you mean 'daily'?)"},
		{WINDOW("    repeat: daily\n    at: \"1:30\"\n    for: 1h\n    weekdays: [mon]\n"),
		 8, 15, "'weekdays' means nothing in a window that repeats daily"},
		{WINDOW("    repeat: weekly\n    weekdays: [mod]\n    at: \"01:30\"\n    for: 1h\n"),
		 6, 16, "weekday 'mod' is unknown (did you mean 'mon'?)"},
		{WINDOW("    repeat: daily\n    at: \"24:00\"\n    for: 1h\n"), 6, 9,
		 "a time of day is written as \"01:30\""},
		{WINDOW("    repeat: daily\n    at: \"01:30\"\n    for: 32d\n"), 7, 10,
		 "a window lasts longer than 0 and at most 31d"},
		{"windows:\n  - {name: w, from: 2026-11-21T00:00:00Z, to: 2026-11-22T00:00:00Z}\n",
		 2, 5, "'match' with at least one matcher is missing"},
		{"windows:\n  - {name: w, match: [service], from: 2026-11-21T00:00:00Z, to: "
		 "2026-11-22T00:00:00Z}\n",
		 2, 23, "behind the label 'service' comes one of =, !=, =~, !~"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;

		assert_null(maintenance_parse(span_cstr(cases[i].text), &e));
		assert_int_equal(e.code, EX_BADCONFIG);
		if (e.line != cases[i].line || e.col != cases[i].col ||
		    strncmp(e.text, cases[i].want, strlen(cases[i].want)) != 0)
			fail_msg("%zu: %zu:%zu %s", i, e.line, e.col, e.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(window_once_begins_and_ends),
		cmocka_unit_test(window_daily_follows_the_clocks_of_its_zone),
		cmocka_unit_test(window_at_a_time_that_is_skipped_or_doubled),
		cmocka_unit_test(window_weekly_on_its_days_within_its_bounds),
		cmocka_unit_test(window_monthly_skips_months_without_its_day),
		cmocka_unit_test(window_whose_occurrences_overlap_stays_active),
		cmocka_unit_test(maintenance_look_keeps_what_is_active),
		cmocka_unit_test(maintenance_that_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
