#include "breaker/breaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct breaker_policy three = {
	.window_calls = 10,
	.minimum_calls = 4,
	.failure_ratio = .5,
	.consecutive_failures = 3,
	.slow_ms = 100,
	.slow_ratio = 1,
	.open_ms = 1000,
	.open_max_ms = 4000,
	.trials = 2,
	.trial_ms = 500,
};

static struct breaker_permit must_try(struct breaker *b, int64_t now)
{
	struct breaker_permit permit;
	int64_t retry;

	assert_true(breaker_try(b, &three, now, &permit, &retry));
	return permit;
}

static int64_t must_refuse(struct breaker *b, int64_t now)
{
	struct breaker_permit permit;
	int64_t retry = -1;

	assert_false(breaker_try(b, &three, now, &permit, &retry));
	assert_true(retry > 0);
	return retry;
}

static bool call(struct breaker *b, int64_t now, enum breaker_result result)
{
	return breaker_report(b, &three, must_try(b, now), result, 1, now);
}

static struct breaker opened(int64_t now)
{
	struct breaker b = {0};

	assert_false(call(&b, now, BREAKER_FAILED));
	assert_false(call(&b, now, BREAKER_FAILED));
	assert_true(call(&b, now, BREAKER_FAILED));
	assert_int_equal(b.state, BREAKER_OPEN);
	return b;
}

static void breaker_opens_after_failures_in_a_row(void **state)
{
	struct breaker b = opened(50);

	(void)state;
	assert_int_equal(must_refuse(&b, 50), 1000);
	assert_int_equal(must_refuse(&b, 1049), 1);
	(void)must_try(&b, 1050);
	assert_int_equal(b.state, BREAKER_HALF_OPEN);
}

/* The case that counters which a success lowers never see. */
static void breaker_opens_when_every_second_call_fails(void **state)
{
	struct breaker b = {0};

	(void)state;
	assert_false(call(&b, 1, BREAKER_SUCCEEDED));
	assert_false(call(&b, 2, BREAKER_FAILED));
	assert_false(call(&b, 3, BREAKER_SUCCEEDED));
	assert_true(call(&b, 4, BREAKER_FAILED));
}

static void breaker_opens_when_calls_are_slow(void **state)
{
	struct breaker b = {0};

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_false(
			breaker_report(&b, &three, must_try(&b, i), BREAKER_SUCCEEDED, 101, i));
	assert_true(breaker_report(&b, &three, must_try(&b, 3), BREAKER_SUCCEEDED, 101, 3));
}

static void breaker_lets_exactly_the_trials_through(void **state)
{
	struct breaker b = opened(0);
	struct breaker_permit permit;
	int64_t retry;
	int admitted = 0;

	(void)state;
	for (int i = 0; i < 500; i++)
		admitted += breaker_try(&b, &three, 1000, &permit, &retry);
	assert_int_equal(admitted, three.trials);
}

static void breaker_closes_when_the_trials_go_well(void **state)
{
	struct breaker b = opened(0);
	struct breaker_permit one, two;

	(void)state;
	one = must_try(&b, 1000);
	two = must_try(&b, 1000);
	(void)must_refuse(&b, 1000);
	assert_false(breaker_report(&b, &three, one, BREAKER_SUCCEEDED, 1, 1001));
	(void)must_refuse(&b, 1001);
	assert_false(breaker_report(&b, &three, two, BREAKER_SUCCEEDED, 1, 1002));
	assert_int_equal(b.state, BREAKER_CLOSED);
}

static void breaker_doubles_its_open_time_to_the_cap_and_halves_it(void **state)
{
	static const int64_t lengths[] = {2000, 4000, 4000};
	struct breaker b = opened(0);
	int64_t now = 1000;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)call(&b, now, BREAKER_FAILED);
		assert_true(call(&b, now, BREAKER_FAILED));
		assert_int_equal(must_refuse(&b, now), lengths[i]);
		now += lengths[i];
	}
	(void)call(&b, now, BREAKER_SUCCEEDED);
	(void)call(&b, now, BREAKER_SUCCEEDED);
	for (int i = 0; i < 3; i++)
		(void)call(&b, now, BREAKER_FAILED);
	assert_int_equal(must_refuse(&b, now), 2000);
}

static void breaker_takes_a_dead_callers_trial_back_as_a_failure(void **state)
{
	struct breaker b = opened(0);
	struct breaker_permit dead = must_try(&b, 1000);

	(void)state;
	(void)must_try(&b, 1000);
	assert_int_equal(must_refuse(&b, 1499), 1);
	assert_int_equal(must_refuse(&b, 1500), 2000);
	assert_int_equal(b.state, BREAKER_OPEN);
	assert_false(breaker_report(&b, &three, dead, BREAKER_SUCCEEDED, 1, 1600));
	assert_int_equal(must_refuse(&b, 1600), 1900);
}

static void breaker_gives_a_call_that_was_not_made_to_the_next(void **state)
{
	struct breaker b = opened(0);
	struct breaker_permit one = must_try(&b, 1000);

	(void)state;
	(void)must_try(&b, 1000);
	(void)must_refuse(&b, 1000);
	assert_false(breaker_report(&b, &three, one, BREAKER_NOT_MADE, 0, 1001));
	(void)must_try(&b, 1001);
	(void)must_refuse(&b, 1001);
}

/* "Late failures while open push recovery out": they do not. */
static void breaker_ignores_results_of_an_earlier_state(void **state)
{
	struct breaker b = {0};
	struct breaker_permit late = must_try(&b, 0);

	(void)state;
	for (int i = 0; i < 3; i++)
		(void)call(&b, 0, BREAKER_FAILED);
	assert_false(breaker_report(&b, &three, late, BREAKER_FAILED, 1, 900));
	(void)must_try(&b, 1000);
}

static void breaker_obeys_its_operator(void **state)
{
	struct breaker b = {0};
	struct breaker_permit permit;
	int64_t retry;

	(void)state;
	breaker_set(&b, BREAKER_FORCED_OPEN, 5);
	assert_false(breaker_try(&b, &three, INT64_MAX / 2, &permit, &retry));
	assert_true(retry == INT64_MAX);
	breaker_set(&b, BREAKER_DISABLED, 6);
	for (int i = 0; i < 20; i++)
		assert_false(call(&b, 7, BREAKER_FAILED));
	breaker_set(&b, BREAKER_CLOSED, 8);
	assert_false(call(&b, 9, BREAKER_FAILED));
}

static void breaker_forgets_what_is_older_than_its_window(void **state)
{
	struct breaker_policy p = three;
	struct breaker b = {0};
	struct breaker_permit permit;
	int64_t retry;

	(void)state;
	p.window_ms = 1000;
	p.consecutive_failures = 0;
	for (int i = 0; i < 40; i++) {
		assert_true(breaker_try(&b, &p, i * 600, &permit, &retry));
		assert_false(breaker_report(&b, &p, permit, BREAKER_FAILED, 1, i * 600));
	}
}

static void breaker_is_not_held_open_by_a_clock_that_went_back(void **state)
{
	struct breaker b = opened(1000000);

	(void)state;
	assert_int_equal(must_refuse(&b, 10), 1000);
	(void)must_try(&b, 1010);
}

/* ---- against a model: lists that only grow, searched from the start each time ---- */

enum { STEPS = 60, CALLERS = 8 };

struct model {
	const struct breaker_policy *p;
	enum breaker_state state;
	int64_t since, length;
	struct breaker_outcome all[STEPS + 1]; /* since it closed */
	int n, epoch;
	struct {
		int64_t end;
		bool ended, failed, slow, returned;
	} trials[STEPS + 1];
	int trials_n;
};

struct held {
	struct breaker_permit permit;
	int epoch, trial;
};

static void model_enter(struct model *m, enum breaker_state s, int64_t now)
{
	m->state = s;
	m->since = now;
	m->n = m->trials_n = 0;
	m->epoch++;
}

static void model_open(struct model *m, int64_t now, bool again)
{
	if (m->length < m->p->open_ms)
		m->length = m->p->open_ms;
	if (again)
		m->length *= 2;
	if (m->length > m->p->open_max_ms)
		m->length = m->p->open_max_ms;
	model_enter(m, BREAKER_OPEN, now);
}

static void model_decide(struct model *m, int64_t now)
{
	int ended = 0, failed = 0, slow = 0;
	bool bad;

	for (int i = 0; i < m->trials_n; i++) {
		ended += m->trials[i].ended;
		failed += m->trials[i].failed;
		slow += m->trials[i].slow;
	}
	if (ended < m->p->trials && !(m->p->one_decides && failed))
		return;
	bad = failed &&
	      (m->p->one_decides || failed == ended || failed >= m->p->failure_ratio * ended);
	if (bad || (slow && slow >= m->p->slow_ratio * ended)) {
		model_open(m, now, true);
	} else {
		m->length /= 2;
		model_enter(m, BREAKER_CLOSED, now);
	}
}

static bool model_try(struct model *m, int64_t now, int *trial)
{
	int taken = 0, going = 0;

	*trial = -1;
	if (m->state == BREAKER_HALF_OPEN) {
		for (int i = 0; i < m->trials_n; i++) {
			if (!m->trials[i].ended && !m->trials[i].returned &&
			    m->trials[i].end <= now)
				m->trials[i].ended = m->trials[i].failed = true;
		}
		model_decide(m, now);
	}
	if (m->state == BREAKER_OPEN && now >= m->since + m->length)
		model_enter(m, BREAKER_HALF_OPEN, now);
	if (m->state != BREAKER_HALF_OPEN)
		return m->state == BREAKER_CLOSED || m->state == BREAKER_DISABLED;
	for (int i = 0; i < m->trials_n; i++) {
		taken += !m->trials[i].returned;
		going += !m->trials[i].returned && !m->trials[i].ended;
	}
	if (taken >= m->p->trials || (m->p->trials_at_once && going >= m->p->trials_at_once))
		return false;
	*trial = m->trials_n;
	memset(&m->trials[m->trials_n], 0, sizeof m->trials[0]);
	m->trials[m->trials_n++].end = now + m->p->trial_ms;
	return true;
}

static bool model_must_open(const struct model *m, int64_t now)
{
	int failed = 0, slow = 0, n = 0, row = 0;

	/* Backwards over what counts: the last so many, of at most that age. */
	for (int i = m->n - 1; i >= 0 && n < m->p->window_calls; i--) {
		if (m->p->window_ms && now - m->all[i].at_ms > m->p->window_ms)
			break;
		row += m->all[i].failed && row == n;
		failed += m->all[i].failed;
		slow += m->all[i].slow;
		n++;
	}
	/* In a row counts also what fell out of the window by number, not by age. */
	for (int i = m->n - 1 - n; i >= 0 && row == m->n - 1 - i && m->all[i].failed; i--) {
		if (m->p->window_ms && now - m->all[i].at_ms > m->p->window_ms)
			break;
		row++;
	}
	if (m->p->consecutive_failures && row >= m->p->consecutive_failures)
		return true;
	return n >= m->p->minimum_calls &&
	       (failed >= m->p->failure_ratio * n || slow >= m->p->slow_ratio * n);
}

static void model_report(struct model *m, struct held h, enum breaker_result r, int64_t took,
			 int64_t now)
{
	bool slow = m->p->slow_ms && took > m->p->slow_ms;

	if (h.epoch != m->epoch || (r == BREAKER_NOT_MADE && h.trial < 0) ||
	    m->state == BREAKER_DISABLED)
		return;
	if (h.trial >= 0) {
		if (m->trials[h.trial].ended)
			return;
		m->trials[h.trial].returned = r == BREAKER_NOT_MADE;
		m->trials[h.trial].ended = r != BREAKER_NOT_MADE;
		m->trials[h.trial].failed = r == BREAKER_FAILED;
		m->trials[h.trial].slow = r != BREAKER_NOT_MADE && slow;
		model_decide(m, now);
		return;
	}
	m->all[m->n++] = (struct breaker_outcome){now, r == BREAKER_FAILED, slow};
	if (model_must_open(m, now))
		model_open(m, now, false);
}

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static int below(uint64_t *seed, int n)
{
	return (int)(next_random(seed) % (uint64_t)n);
}

/* What opens and closes differs from sequence to sequence. */
static struct breaker_policy random_policy(uint64_t *seed)
{
	static const double ratios[] = {.25, .5, 1, 2};
	struct breaker_policy p = three;

	if (below(seed, 4) == 0)
		return p;
	p.window_calls = 5 + below(seed, 20);
	p.window_ms = below(seed, 2) ? 0 : 500 + below(seed, 4000);
	p.minimum_calls = 1 + below(seed, p.window_calls);
	p.failure_ratio = ratios[below(seed, 4)];
	p.consecutive_failures = below(seed, 6);
	p.slow_ms = below(seed, 2) ? 0 : 100;
	p.slow_ratio = p.slow_ms ? ratios[below(seed, 4)] : 2;
	p.trials = 1 + below(seed, 4);
	p.trials_at_once = below(seed, 3);
	p.one_decides = below(seed, 2);
	return p;
}

/* An operator speaks now and then. */
static void speak(struct breaker *b, struct model *m, int64_t now, uint64_t *seed)
{
	static const enum breaker_state words[] = {BREAKER_CLOSED, BREAKER_FORCED_OPEN,
						   BREAKER_DISABLED};
	enum breaker_state word = words[below(seed, 3)];

	breaker_set(b, word, now);
	m->length = 0;
	model_enter(m, word, now);
}

struct tried {
	int admitted, refused, opened;
};

static void one_sequence(uint64_t *seed, struct tried *count)
{
	struct breaker_policy p = random_policy(seed);
	struct breaker b = {0};
	struct model m = {.p = &p};
	struct held held[CALLERS];
	int n = 0, bad = below(seed, 90), loud = below(seed, 4) == 0;
	int64_t now = 0;

	for (int step = 0; step < STEPS; step++) {
		struct held h;
		int64_t retry;
		bool ok;

		now += below(seed, 400);
		if (loud && below(seed, 20) == 0) {
			speak(&b, &m, now, seed);
		} else if (n < CALLERS && below(seed, 3) != 0) {
			ok = breaker_try(&b, &p, now, &h.permit, &retry);
			assert_int_equal(ok, model_try(&m, now, &h.trial));
			h.epoch = m.epoch;
			if (ok)
				held[n++] = h;
			count->admitted += ok;
			count->refused += !ok;
		} else if (n > 0) {
			int i = below(seed, n);
			enum breaker_result r = below(seed, 100) < bad ? BREAKER_FAILED
						: below(seed, 9)       ? BREAKER_SUCCEEDED
								       : BREAKER_NOT_MADE;
			int64_t took = below(seed, 130);

			count->opened += breaker_report(&b, &p, held[i].permit, r, took, now);
			model_report(&m, held[i], r, took, now);
			held[i] = held[--n];
		}
		assert_int_equal(b.state, m.state);
	}
}

static void breaker_agrees_with_a_model_over_100000_sequences(void **state)
{
	int sequences = getenv("AIOPS_TORTURE") ? 5000000 : 100000;
	struct tried count = {0};
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int i = 0; i < sequences; i++) {
		struct tried one = {0};

		one_sequence(&seed, &one);
		count.admitted += one.admitted > 0;
		count.refused += one.refused > 0;
		count.opened += one.opened > 0;
	}
	print_message(
		"breaker, model: %d sequences; %d let calls through, %d refused some, %d opened\n",
		sequences, count.admitted, count.refused, count.opened);
	/* A test that never opens would prove nothing. */
	assert_true(count.opened > sequences / 4 && count.refused > sequences / 4);
}

/* ---- text ---- */

static void breaker_text_reads_back(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct breaker b = {0}, back;
		struct buf text = BUF_INIT(1 << 14), again = BUF_INIT(1 << 14);
		struct err e = ERR_INIT;
		int64_t now = 1763719759000, retry;

		for (int step = 0; step < 40; step++) {
			struct breaker_permit permit;

			now += (int64_t)(next_random(&seed) % 400);
			if (breaker_try(&b, &three, now, &permit, &retry) && next_random(&seed) % 4)
				(void)breaker_report(&b, &three, permit,
						     next_random(&seed) % 2 ? BREAKER_FAILED
									    : BREAKER_SUCCEEDED,
						     (int64_t)(next_random(&seed) % 150), now);
		}
		breaker_add_text(&text, &b);
		if (breaker_parse(buf_span(&text), &back, &e) != 0)
			fail_msg("%s: %s", e.text, buf_cstr(&text));
		breaker_add_text(&again, &back);
		assert_string_equal(buf_cstr(&text), buf_cstr(&again));
		buf_release(&text);
		buf_release(&again);
	}
}

static void breaker_parse_refuses_what_it_did_not_write(void **state)
{
	static const char *const bad[] = {
		"",
		"v2 closed 0 0 0 0 | 0 0 0 0 0 0 0 0 0 0 0 0 0 |",
		"v1 ajar 0 0 0 0 | 0 0 0 0 0 0 0 0 0 0 0 0 0 |",
		"v1 closed 0 0 0 | 0 0 0 0 0 0 0 0 0 0 0 0 0 |",
		"v1 closed 0 -1 0 0 | 0 0 0 0 0 0 0 0 0 0 0 0 0 |",
		"v1 closed 0 0 0 0 | 11 0 0 0 0 0 0 0 0 0 0 0 0 |",
		"v1 closed 0 0 0 0 | 1 2 0 0 0 0 0 0 0 0 0 0 0 |",
		"v1 closed 0 0 0 0 | 0 0 0 0 0 0 0 0 0 0 0 0 0",
		"v1 closed 0 0 0 0 | 0 0 0 0 0 0 0 0 0 0 0 0 0 | 12x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct breaker b = {.since_ms = 77};
		struct err e = ERR_INIT;

		if (breaker_parse(span_cstr(bad[i]), &b, &e) == 0)
			fail_msg("accepted: '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADDATA);
		assert_int_equal(b.since_ms, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(breaker_opens_after_failures_in_a_row),
		cmocka_unit_test(breaker_opens_when_every_second_call_fails),
		cmocka_unit_test(breaker_opens_when_calls_are_slow),
		cmocka_unit_test(breaker_lets_exactly_the_trials_through),
		cmocka_unit_test(breaker_closes_when_the_trials_go_well),
		cmocka_unit_test(breaker_doubles_its_open_time_to_the_cap_and_halves_it),
		cmocka_unit_test(breaker_takes_a_dead_callers_trial_back_as_a_failure),
		cmocka_unit_test(breaker_gives_a_call_that_was_not_made_to_the_next),
		cmocka_unit_test(breaker_ignores_results_of_an_earlier_state),
		cmocka_unit_test(breaker_obeys_its_operator),
		cmocka_unit_test(breaker_forgets_what_is_older_than_its_window),
		cmocka_unit_test(breaker_is_not_held_open_by_a_clock_that_went_back),
		cmocka_unit_test(breaker_agrees_with_a_model_over_100000_sequences),
		cmocka_unit_test(breaker_text_reads_back),
		cmocka_unit_test(breaker_parse_refuses_what_it_did_not_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
