/*
 * Breakers that processes share. Who got through is counted outside: each child
 * appends a byte to a file after it was admitted.
 *
 * AIOPS_TORTURE=1 (make torture) makes the races longer.
 */
#include "store/breaker_rows.h"

#include "fixture.h"

#include <fcntl.h>
#include <sys/wait.h>

enum { PROCESSES = 64 };

static const struct breaker_policy policy = {
	.window_calls = 20,
	.minimum_calls = 20,
	.failure_ratio = .5,
	.consecutive_failures = 3,
	.slow_ms = 100,
	.slow_ratio = 2,
	.open_ms = 1000,
	.open_max_ms = 4000,
	.trials = 2,
	.trials_at_once = 1,
	.one_decides = true,
	.trial_ms = 500,
};
static const struct breaker_key key = {{"runbook", 7}, {"restart", 7}};

static struct store *open_rows(struct fixture *f)
{
	struct store *s = NULL;

	err_clear(&f->err);
	if (store_open(f->db, breaker_migrations, breaker_migration_count, &s, &f->err) != 0)
		fail_msg("%s", f->err.text);
	return s;
}

static int admit(struct fixture *f, struct store *s, const char *holder, int64_t now,
		 struct breaker_ticket *t, int64_t *retry)
{
	int rc = breaker_row_admit(s, &key, &policy, span_cstr(holder), now, t, retry, &f->err);

	if (rc < 0)
		fail_msg("%s", f->err.text);
	return rc;
}

static bool settle(struct fixture *f, struct store *s, const char *holder,
		   const struct breaker_ticket *t, enum breaker_end end, int64_t now)
{
	bool opened = false;

	fixture_ok(f, breaker_row_settle(s, &key, &policy, span_cstr(holder), t, end, now, &opened,
					 &f->err));
	return opened;
}

/* One call by a process of its own, as a command line tool makes it. */
static bool call(struct fixture *f, enum breaker_end end, int64_t now)
{
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	int64_t retry;
	bool opened;

	assert_int_equal(admit(f, s, NULL, now, &t, &retry), 1);
	opened = settle(f, s, NULL, &t, end, now);
	store_close(s);
	return opened;
}

static void open_it(struct fixture *f, int64_t now)
{
	assert_false(call(f, BREAKER_END_FAILED, now));
	assert_false(call(f, BREAKER_END_UNVERIFIED, now));
	assert_true(call(f, BREAKER_END_FAILED, now));
}

static int64_t must_refuse(struct fixture *f, struct store *s, int64_t now)
{
	struct breaker_ticket t;
	int64_t retry = -1;

	assert_int_equal(admit(f, s, NULL, now, &t, &retry), 0);
	return retry;
}

/* ---- ---- */

static void breaker_rows_outlive_the_process_that_opened_them(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	open_it(f, 50);
	s = open_rows(f);
	assert_int_equal(must_refuse(f, s, 50), 1000);
	store_close(s);
	s = open_rows(f);
	assert_int_equal(must_refuse(f, s, 1049), 1);
	store_close(s);
}

static void breaker_rows_are_apart_by_scope_and_name(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	static const struct breaker_key others[] = {{{"runbook", 7}, {"restart2", 8}},
						    {{"model", 5}, {"restart", 7}}};
	struct breaker_ticket t;
	int64_t retry;

	open_it(f, 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(breaker_row_admit(s, &others[i], &policy, SPAN_NONE, 1, &t, &retry,
						   &f->err),
				 1);
	(void)must_refuse(f, s, 1);
	store_close(s);
}

static void breaker_row_trial_is_leased_and_its_end_frees_the_place(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket dead, next;
	int64_t retry;

	open_it(f, 0);
	assert_int_equal(admit(f, s, "RUN-A", 1000, &dead, &retry), 1);
	assert_int_equal(must_refuse(f, s, 1000), 500);
	/* The lease ends as a failure: open again, for twice as long. */
	assert_int_equal(must_refuse(f, s, 1500), 2000);
	assert_false(settle(f, s, "RUN-A", &dead, BREAKER_END_SUCCEEDED, 1600));
	(void)must_refuse(f, s, 1600);
	assert_int_equal(admit(f, s, "RUN-B", 3500, &next, &retry), 1);
	store_close(s);
}

static void breaker_row_ticket_is_found_and_given_again_to_its_holder(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket a, again, found;
	int64_t retry;

	open_it(f, 0);
	assert_int_equal(admit(f, s, "RUN-A", 1000, &a, &retry), 1);
	store_close(s); /* the runner dies; another takes the run up */
	s = open_rows(f);
	assert_int_equal(admit(f, s, "RUN-A", 1400, &again, &retry), 1);
	assert_memory_equal(&a, &again, sizeof a);
	assert_int_equal(breaker_row_find(s, &key, SPAN("RUN-A"), &found, &f->err), 1);
	assert_int_equal(found.taken_ms, 1000);
	assert_false(settle(f, s, "RUN-A", &found, BREAKER_END_SUCCEEDED, 1450));
	assert_int_equal(breaker_row_find(s, &key, SPAN("RUN-A"), &found, &f->err), 0);
	/* The second good trial closes it. */
	assert_int_equal(admit(f, s, "RUN-B", 1460, &a, &retry), 1);
	assert_false(settle(f, s, "RUN-B", &a, BREAKER_END_SUCCEEDED, 1470));
	assert_int_equal(admit(f, s, NULL, 1480, &a, &retry), 1);
	assert_int_equal(admit(f, s, NULL, 1480, &a, &retry), 1);
	store_close(s);
}

static void breaker_row_first_bad_trial_opens_it_again(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	int64_t retry;

	open_it(f, 0);
	assert_int_equal(admit(f, s, "RUN-A", 1000, &t, &retry), 1);
	assert_true(settle(f, s, "RUN-A", &t, BREAKER_END_UNVERIFIED, 1001));
	assert_int_equal(must_refuse(f, s, 1001), 2000);
	store_close(s);
}

static void breaker_row_that_could_not_start_says_nothing(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	int64_t retry;

	for (int i = 0; i < 10; i++)
		assert_false(call(f, BREAKER_END_NOT_STARTED, i));
	open_it(f, 0);
	assert_int_equal(admit(f, s, "RUN-A", 1000, &t, &retry), 1);
	assert_false(settle(f, s, "RUN-A", &t, BREAKER_END_NOT_STARTED, 1001));
	assert_int_equal(admit(f, s, "RUN-B", 1002, &t, &retry), 1); /* the place was free */
	store_close(s);
}

static int look(void *ctx, const struct breaker_row *r, struct err *e)
{
	struct breaker_row *out = ctx;

	(void)e;
	*out = *r;
	out->holders.data = out->set_by.data = NULL; /* borrowed */
	if (r->set_by.data)
		assert_true(span_is(r->set_by, "maria") && span_is(r->set_reason, "moving"));
	if (r->holders.data)
		assert_true(span_is(r->holders, "RUN-A"));
	out->set_ms += r->holders.data ? 1000000 : 0; /* says that they were there */
	return 0;
}

static void breaker_row_counts_each_kind_of_end_apart(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_row row;
	struct breaker_ticket t;
	int64_t retry;

	assert_int_equal(admit(f, s, NULL, 0, &t, &retry), 1);
	(void)settle(f, s, NULL, &t, BREAKER_END_SUCCEEDED, 101); /* slow */
	assert_int_equal(admit(f, s, NULL, 0, &t, &retry), 1);
	(void)settle(f, s, NULL, &t, BREAKER_END_NOT_STARTED, 101);
	assert_int_equal(admit(f, s, NULL, 0, &t, &retry), 1);
	(void)settle(f, s, NULL, &t, BREAKER_END_NOT_MADE, 101);
	open_it(f, 200);
	assert_int_equal(admit(f, s, "RUN-A", 1200, &t, &retry), 1);
	fixture_ok(f, breaker_row_each(s, SPAN("runbook"), SPAN_NONE, look, &row, &f->err));
	assert_int_equal(row.succeeded, 1);
	assert_int_equal(row.failed, 2);
	assert_int_equal(row.unverified, 1);
	assert_int_equal(row.not_started, 1);
	assert_int_equal(row.slow, 1);
	assert_int_equal(row.opened, 1);
	assert_int_equal(row.state.state, BREAKER_HALF_OPEN);
	assert_int_equal(row.set_ms, 1000000);
	store_close(s);
}

static void breaker_row_obeys_its_operator_alone(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	struct breaker_row row;
	int64_t retry;

	assert_int_equal(admit(f, s, "RUN-A", 1, &t, &retry), 1);
	fixture_ok(f, breaker_row_set(s, &key, BREAKER_FORCED_OPEN, SPAN("maria"), SPAN("moving"),
				      5, &f->err));
	assert_true(must_refuse(f, s, INT64_MAX / 2) == INT64_MAX);
	(void)settle(f, s, "RUN-A", &t, BREAKER_END_SUCCEEDED, 6);
	assert_true(must_refuse(f, s, 7) == INT64_MAX);
	assert_int_equal(admit(f, s, "RUN-A", 7, &t, &retry), 0);
	fixture_ok(f, breaker_row_each(s, SPAN_NONE, SPAN("restart"), look, &row, &f->err));
	assert_int_equal(row.set_ms, 5);
	fixture_ok(f, breaker_row_set(s, &key, BREAKER_DISABLED, SPAN("maria"), SPAN("moving"), 8,
				      &f->err));
	for (int i = 0; i < 10; i++)
		assert_false(call(f, BREAKER_END_FAILED, 9));
	fixture_ok(f, breaker_row_set(s, &key, BREAKER_CLOSED, SPAN("maria"), SPAN("moving"), 10,
				      &f->err));
	open_it(f, 11);
	store_close(s);
}

/* Nobody gets through on what cannot be read; a reset repairs it. */
static void breaker_row_that_is_damaged_refuses_until_it_is_reset(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	struct breaker_row row;
	int64_t retry;

	open_it(f, 0);
	fixture_sql(f, "UPDATE aiops_breaker SET detail = 'v1 closed x'");
	assert_int_equal(breaker_row_admit(s, &key, &policy, SPAN_NONE, 1, &t, &retry, &f->err),
			 -1);
	assert_int_equal(f->err.code, EX_BADDATA);
	assert_non_null(strstr(f->err.text, "breaker runbook restart"));
	err_clear(&f->err);
	fixture_ok(f, breaker_row_each(s, SPAN_NONE, SPAN_NONE, look, &row, &f->err));
	assert_true(row.damaged);
	fixture_ok(f, breaker_row_set(s, &key, BREAKER_CLOSED, SPAN("maria"), SPAN("moving"), 2,
				      &f->err));
	assert_int_equal(admit(f, s, NULL, 3, &t, &retry), 1);
	store_close(s);
}

static void breaker_row_joins_the_callers_transaction(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	int64_t retry;

	open_it(f, 0);
	fixture_ok(f, store_begin(s, &f->err));
	assert_int_equal(admit(f, s, "RUN-A", 1000, &t, &retry), 1);
	store_rollback(s); /* the start was refused for another reason */
	assert_int_equal(admit(f, s, "RUN-B", 1000, &t, &retry), 1);
	store_close(s);
}

/* Who is refused takes its transaction back, and with it what was found of a dead trial. */
static void breaker_row_tick_keeps_what_time_has_done(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	struct breaker_row row;
	bool opened = true;
	int64_t retry;

	open_it(f, 0);
	assert_int_equal(admit(f, s, "RUN-A", 1000, &t, &retry), 1);
	fixture_ok(f, breaker_row_tick(s, &key, &policy, 1100, &opened, &f->err));
	assert_false(opened); /* its lease has not run out */
	fixture_ok(f, store_begin(s, &f->err));
	assert_int_equal(admit(f, s, "RUN-B", 1600, &t, &retry), 0);
	store_rollback(s);
	fixture_ok(f, breaker_row_tick(s, &key, &policy, 1600, &opened, &f->err));
	assert_true(opened);
	fixture_ok(f, breaker_row_tick(s, &key, &policy, 1600, &opened, &f->err));
	assert_false(opened); /* it was, the last time */
	fixture_ok(f, breaker_row_each(s, SPAN_NONE, SPAN_NONE, look, &row, &f->err));
	assert_int_equal(row.opened, 2);
	assert_int_equal(must_refuse(f, s, 2600), 1000); /* open since 1600, for 2000 */
	assert_int_equal(admit(f, s, "RUN-B", 3600, &t, &retry), 1);
	store_close(s);
}

static void breaker_row_each_finds_nothing_in_a_store_without_tables(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f);
	struct breaker_row row = {.set_ms = -1};

	fixture_ok(f, breaker_row_each(s, SPAN_NONE, SPAN_NONE, look, &row, &f->err));
	assert_int_equal(row.set_ms, -1);
	store_close(s);
}

/* ---- races ---- */

/* Waits for the gate to close, then asks; a byte in the file says that it got through. */
_Noreturn static void contend(struct fixture *f, int gate, int through, int64_t now)
{
	struct store *s = open_rows(f);
	struct breaker_ticket t;
	char holder[32], c;
	int64_t retry;

	(void)snprintf(holder, sizeof holder, "RUN-%d", (int)getpid());
	while (read(gate, &c, 1) > 0)
		;
	if (admit(f, s, holder, now, &t, &retry) == 1 && write(through, "x", 1) != 1)
		_exit(2);
	store_close(s);
	_exit(0);
}

static int race(struct fixture *f, int64_t now)
{
	char path[128];
	struct stat st;
	int gate[2], through;

	(void)snprintf(path, sizeof path, "%s/through", f->dir);
	through = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	assert_true(through >= 0);
	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			(void)close(gate[1]);
			contend(f, gate[0], through, now);
		}
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	for (int i = 0, status; i < PROCESSES; i++)
		assert_true(wait(&status) > 0 && status == 0);
	assert_int_equal(fstat(through, &st), 0);
	(void)close(through);
	return (int)st.st_size;
}

static void breaker_row_admits_exactly_one_trial_of_64_processes(void **state)
{
	struct fixture *f = *state;
	int rounds = getenv("AIOPS_TORTURE") ? 50 : 2, admitted = 0;
	int64_t now = 0;

	open_it(f, now);
	now += 1000;
	for (int i = 0; i < rounds; i++) {
		int n = race(f, now);

		assert_int_equal(n, 1);
		admitted += n;
		now += 10000; /* the lease ran out as a failure, and the opening after it */
		{
			struct store *s = open_rows(f);

			(void)must_refuse(f, s, now);
			store_close(s);
		}
		now += 4000;
	}
	print_message("breaker, half-open: %d rounds of %d processes, %d admitted, %d refused\n",
		      rounds, PROCESSES, admitted, rounds * PROCESSES - admitted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_fixture(breaker_rows_outlive_the_process_that_opened_them),
		with_fixture(breaker_rows_are_apart_by_scope_and_name),
		with_fixture(breaker_row_trial_is_leased_and_its_end_frees_the_place),
		with_fixture(breaker_row_ticket_is_found_and_given_again_to_its_holder),
		with_fixture(breaker_row_first_bad_trial_opens_it_again),
		with_fixture(breaker_row_that_could_not_start_says_nothing),
		with_fixture(breaker_row_counts_each_kind_of_end_apart),
		with_fixture(breaker_row_obeys_its_operator_alone),
		with_fixture(breaker_row_that_is_damaged_refuses_until_it_is_reset),
		with_fixture(breaker_row_joins_the_callers_transaction),
		with_fixture(breaker_row_tick_keeps_what_time_has_done),
		with_fixture(breaker_row_each_finds_nothing_in_a_store_without_tables),
		with_fixture(breaker_row_admits_exactly_one_trial_of_64_processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
