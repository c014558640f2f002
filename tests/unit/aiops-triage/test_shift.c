/* How far a series moved when an incident began. */
#include "aiops-triage/evidence/shift.h"

#include "base/instant.h"
#include "triage_test.h"

#define ONSET (INT64_C(1000000) * NS_PER_S)

static const struct period period = {.onset_ns = ONSET, .last_ns = ONSET};

/* n samples, step_s apart, the first at onset + from_s; `after` from the onset on. */
static size_t make(struct sample *out, size_t n, int64_t from_s, int64_t step_s,
		   double (*before)(size_t i), double after)
{
	for (size_t i = 0; i < n; i++) {
		int64_t at_s = from_s + (int64_t)i * step_s;

		out[i] = (struct sample){.at_ns = ONSET + at_s * NS_PER_S,
					 .value = at_s >= 0 ? after : before(i)};
	}
	return n;
}

static double saw(size_t i) /* median 10, P95 - P5 close to 2 */
{
	return 9 + (double)(i % 11) * 0.2;
}

static double flat(size_t i)
{
	(void)i;
	return 50;
}

static double zero(size_t i)
{
	(void)i;
	return 0;
}

static void measure_step_counts_in_usual_spreads(void **state)
{
	struct sample s[100];
	struct shift out;
	size_t n = make(s, 100, -5700, 60, saw, 20);

	(void)state;
	assert_true(shift_measure(s, n, &period, HARM_RISE, 0, &out));
	assert_float_equal(out.normal, 10, 0.2);
	assert_float_equal(out.scale, 2, 0.21);
	assert_float_equal(out.score, 5, 0.6);
	assert_true(out.rose);
	assert_float_equal(s[out.at].value, 20, 0);
	assert_true(s[out.at].at_ns >= ONSET);
}

static void measure_other_way_is_no_harm(void **state)
{
	struct sample s[100];
	struct shift out;
	size_t n = make(s, 100, -5700, 60, saw, 2);

	(void)state;
	assert_true(shift_measure(s, n, &period, HARM_RISE, 0, &out));
	assert_float_equal(out.score, 0, 0.5);
	assert_true(shift_measure(s, n, &period, HARM_FALL, 0, &out));
	assert_true(out.score > 3);
	assert_false(out.rose);
	assert_true(shift_measure(s, n, &period, HARM_BOTH, 0, &out));
	assert_true(out.score > 3);
}

static void measure_unit_does_not_matter(void **state)
{
	struct sample s[60], bytes[60];
	struct shift a, b;
	size_t n = make(s, 60, -3000, 60, flat, 60);

	(void)state;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (struct sample){s[i].at_ns, s[i].value * 1e9};
	assert_true(shift_measure(s, n, &period, HARM_RISE, 0, &a));
	assert_true(shift_measure(bytes, n, &period, HARM_RISE, 0, &b));
	assert_float_equal(a.score, 10, 1e-9); /* 10 more, of a floor of 2 % of 50 */
	assert_float_equal(a.score, b.score, 1e-9);
}

static void measure_from_nothing_is_ten(void **state)
{
	struct sample s[60];
	struct shift out;
	size_t n = make(s, 60, -3000, 60, zero, 0.001);

	(void)state;
	assert_true(shift_measure(s, n, &period, HARM_RISE, 0, &out));
	assert_float_equal(out.score, 10, 1e-9);
}

static void measure_share_has_a_floor_of_its_own(void **state)
{
	struct sample s[60];
	struct shift out;
	size_t n = make(s, 60, -3000, 60, flat, 49.9);
	double floor = shift_share_floor(s, n);

	(void)state;
	assert_float_equal(floor, 0.2, 1e-12); /* of 100: 2 of 1000 */
	assert_true(shift_measure(s, n, &period, HARM_FALL, floor, &out));
	assert_float_equal(out.score, 0.5, 1e-6);
	for (size_t i = 0; i < n; i++)
		s[i].value /= 100;
	assert_float_equal(shift_share_floor(s, n), 0.002, 1e-12);
}

static void measure_one_spike_is_no_harm(void **state)
{
	struct sample s[105];
	struct shift out;
	size_t n = make(s, 105, -5700, 60, saw, 10);

	(void)state;
	s[97].value = 1000; /* one of the five samples of the incident's time */
	assert_true(shift_measure(s, n, &period, HARM_RISE, 0, &out));
	assert_true(out.score < 1);
}

static void measure_late_trigger_still_sees_it(void **state)
{
	struct sample s[120];
	struct period late = {.onset_ns = ONSET + 240 * NS_PER_S,
			      .last_ns = ONSET + 240 * NS_PER_S};
	struct shift out;
	size_t n = make(s, 120, -6000, 60, saw, 20);

	(void)state;
	assert_true(shift_measure(s, n, &late, HARM_RISE, 0, &out));
	assert_true(out.score > 4);
}

static void measure_too_little_is_not_known(void **state)
{
	struct sample s[20];
	struct shift out;
	size_t n = make(s, 20, -180, 60, saw, 20);

	(void)state;
	assert_false(shift_measure(s, n, &period, HARM_RISE, 0, &out)); /* two normal samples */
	assert_false(shift_measure(s, 0, &period, HARM_RISE, 0, &out));
	n = make(s, 20, -6000, 60, saw, 20);
	assert_false(shift_measure(s, n, &period, HARM_RISE, 0, &out)); /* none of the incident */
}

static void measure_normal_time_may_come_later(void **state)
{
	struct sample s[40];
	struct shift out;
	size_t n = make(s, 5, -60, 60, saw, 20);

	(void)state;
	for (size_t i = 0; i < 30; i++)
		s[n++] = (struct sample){ONSET + (7200 + (int64_t)i * 60) * NS_PER_S, saw(i)};
	assert_true(shift_measure(s, n, &period, HARM_RISE, 0, &out));
	assert_true(out.score > 4);
}

static void times_fit_the_cadence(void **state)
{
	struct sample s[100];
	struct spans_of_time t;

	(void)state;
	(void)make(s, 100, -27000, 300, saw, 20);
	t = shift_times(s, 100, &period);
	assert_int_equal(t.cadence_ns, 300 * NS_PER_S);
	assert_int_equal(t.abnormal_from, ONSET - 300 * NS_PER_S);
	assert_int_equal(t.abnormal_until, ONSET + 600 * NS_PER_S);
	assert_int_equal(t.normal_until, ONSET - 600 * NS_PER_S);
	(void)make(s, 100, -1200, 15, saw, 20);
	t = shift_times(s, 100, &period);
	assert_int_equal(t.cadence_ns, 15 * NS_PER_S);
	assert_int_equal(t.abnormal_until, ONSET + 180 * NS_PER_S);
}

static void rates_leave_resets_out(void **state)
{
	struct sample s[] = {{0, 10},
			     {10 * NS_PER_S, 30},
			     {20 * NS_PER_S, 30},
			     {30 * NS_PER_S, 5}, /* restarted */
			     {40 * NS_PER_S, 15}};

	(void)state;
	assert_int_equal(shift_rates(s, 5), 3);
	assert_float_equal(s[0].value, 2, 0);
	assert_float_equal(s[1].value, 0, 0);
	assert_float_equal(s[2].value, 1, 0);
	assert_int_equal(shift_rates(s, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measure_step_counts_in_usual_spreads),
		cmocka_unit_test(measure_other_way_is_no_harm),
		cmocka_unit_test(measure_unit_does_not_matter),
		cmocka_unit_test(measure_from_nothing_is_ten),
		cmocka_unit_test(measure_share_has_a_floor_of_its_own),
		cmocka_unit_test(measure_one_spike_is_no_harm),
		cmocka_unit_test(measure_late_trigger_still_sees_it),
		cmocka_unit_test(measure_too_little_is_not_known),
		cmocka_unit_test(measure_normal_time_may_come_later),
		cmocka_unit_test(times_fit_the_cadence),
		cmocka_unit_test(rates_leave_resets_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
