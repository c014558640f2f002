/*
 * Many processes at once: what may happen N times happens N times. Who got
 * through is counted outside the programme, by a byte that each process appends
 * to a file.
 *
 * AIOPS_TORTURE=1 (make torture) plays 50 rounds of each race instead of one.
 */
#include "aiops-runbook/runs/start.h"

#include "fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "aiops-runbook/breaker/trip.h"
#include "store/breaker_rows.h"

enum { PROCESSES = 64 };

struct world {
	struct fixture x;
	struct runbook rb;
	struct plan plan;
	struct site site;
	struct approver maria;
	struct secret_key key;
	struct words policy;
	int next; /* number of the next run */
};

static int rounds(void)
{
	return getenv("AIOPS_TORTURE") ? 50 : 1;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	uint8_t seed[crypto_sign_SEEDBYTES] = {1};

	fixture_open(&w->x);
	w->rb.id = SPAN("demo");
	w->rb.limits = (struct limits){.max_actions_per_hour = 1000};
	w->plan = (struct plan){.rb = &w->rb, .actions = 1};
	(void)crypto_sign_seed_keypair(w->key.public.bytes, w->key.bytes, seed);
	w->maria = (struct approver){SPAN("maria"), w->key.public};
	w->site.approvers = (struct approvers){&w->maria, 1};
	*state = w;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct world *w = *state;

	journal_release(&w->x.journal);
	store_close(w->x.store);
	pool_release(&w->x.pool);
	assert_int_equal(nftw(w->x.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(w);
	return 0;
}

/* A run of its own key, so that no lock keeps it from the race. */
static void file_run(struct world *w, bool needs_approval, char id[static RUN_ID_LEN + 1])
{
	char sql[256];

	(void)snprintf(id, RUN_ID_LEN + 1, "RUN-%016d", w->next++);
	(void)fixture_run(&w->x, id);
	(void)snprintf(sql, sizeof sql,
		       "UPDATE aiops_run SET concurrency_key = id, incident = id, state = '%s',"
		       " needs_approval = %d WHERE id = '%s'",
		       needs_approval ? "awaiting_approval" : "planned", needs_approval, id);
	fixture_sql(&w->x, sql);
}

/* ---- the processes ---- */

/* 0: it got through; else why not. */
typedef const char *contender_fn(struct world *w, struct journal *j, int index);

/* A process with a store of its own. */
_Noreturn static void contend(struct world *w, int gate, int out, int index, contender_fn *fn)
{
	struct store *s;
	struct journal j;
	struct err e = ERR_INIT;
	const char *why;
	char c;

	w->x.random = (uint64_t)index * 1000003 + 17;
	if (runstore_open(w->x.db, &s, &e) != 0)
		_exit(2);
	journal_init(&j, s, &w->x.env, SPAN("ada"), fixture_sink, &w->x);
	while (read(gate, &c, 1) > 0)
		;
	why = fn(w, &j, index);
	if (write(out, why ? why : "+", 1) != 1)
		_exit(3);
	journal_release(&j);
	store_close(s);
	_exit(0);
}

struct result {
	int through, refused; /* refused for the reason that was expected */
};

/* Lets 64 processes go at once; reason: why the others are to be refused, by its first letter. */
static struct result race(struct world *w, contender_fn *fn, char reason)
{
	char path[128], answers[PROCESSES + 1];
	struct result r = {0, 0};
	int gate[2], out;
	ssize_t n;

	(void)snprintf(path, sizeof path, "%s/answers", w->x.folder);
	out = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	assert_true(out >= 0);
	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			(void)close(gate[1]);
			contend(w, gate[0], out, i, fn);
		}
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	for (int i = 0, status; i < PROCESSES; i++)
		assert_true(wait(&status) > 0 && status == 0);
	n = pread(out, answers, sizeof answers, 0);
	assert_int_equal(n, PROCESSES);
	for (int i = 0; i < PROCESSES; i++) {
		r.through += answers[i] == '+';
		r.refused += answers[i] == reason;
	}
	(void)close(out);
	return r;
}

static const char *start_one(struct world *w, struct journal *j, int index)
{
	struct pool pool = {NULL};
	struct refusal why = {.reason = NULL};
	struct err e = ERR_INIT;
	struct run_lock lock;
	struct run_row run;
	char id[RUN_ID_LEN + 1];
	int rc;

	(void)snprintf(id, sizeof id, "RUN-%016d", w->next - PROCESSES + index);
	rc = run_by_id(j->store, span_cstr(id), &pool, &run, &e) == 1
		     ? start_run(j, w->x.db, &w->plan, &w->site, &pool, &run, &lock, &why, &e)
		     : -1;
	return rc == 0 ? NULL : rc == 1 ? why.reason : "!";
}

/* Approvals, by whichever process comes first: the run's lock is not asked, so the row must do. */
static const char *use_approval(struct world *w, struct journal *j, int index)
{
	struct pool pool = {NULL};
	struct refusal why = {.reason = NULL};
	struct err e = ERR_INIT;
	struct run_row run;
	char id[RUN_ID_LEN + 1];
	bool self;
	int rc;

	(void)index;
	(void)snprintf(id, sizeof id, "RUN-%016d", w->next - 1);
	if (journal_begin(j, &e) != 0 || run_by_id(j->store, span_cstr(id), &pool, &run, &e) != 1)
		return "!";
	rc = approval_consume(j, &run, &w->site, &self, &why, &e);
	if (rc == 0)
		rc = journal_commit(j, &e);
	else
		journal_abort(j);
	return rc == 0 ? NULL : rc == 1 ? why.reason : "!";
}

static int approve(struct world *w, struct journal *j, struct refusal *why)
{
	const struct decision d = {.approve = true,
				   .approver = SPAN("maria"),
				   .key = &w->key,
				   .site = &w->site,
				   .policy = &w->policy};
	struct pool pool = {NULL};
	struct err e = ERR_INIT;
	struct run_row run;
	char id[RUN_ID_LEN + 1];
	int rc = -1;

	(void)snprintf(id, sizeof id, "RUN-%016d", w->next - 1);
	if (run_by_id(j->store, span_cstr(id), &pool, &run, &e) == 1)
		rc = approval_decide(j, &run, &d, why, &e);
	pool_release(&pool);
	return rc;
}

static const char *approve_one(struct world *w, struct journal *j, int index)
{
	struct refusal why = {.reason = NULL};
	int rc = approve(w, j, &why);

	(void)index;
	return rc == 0 ? NULL : rc == 1 ? why.reason : "!";
}

/* ---- the races ---- */

static void report(const char *what, int n, int through, int want)
{
	print_message("%s: %d rounds of %d processes, %d let through, %d to be\n", what, n,
		      PROCESSES, through, want);
	assert_int_equal(through, want);
}

static void start_lets_in_as_many_as_the_rate_has_room_for(void **state)
{
	struct world *w = *state;
	int through = 0;

	w->rb.limits.max_actions_per_hour = 4;
	for (int i = 0; i < rounds(); i++) {
		char id[RUN_ID_LEN + 1];
		struct result r;

		for (int k = 0; k < PROCESSES; k++)
			file_run(w, false, id);
		r = race(w, start_one, 'r');
		assert_int_equal(r.through, 4);
		assert_int_equal(r.refused, PROCESSES - 4);
		through += r.through;
		w->x.now_ns += 3601 * NS_PER_S;
	}
	report("rate", rounds(), through, 4 * rounds());
}

static void start_lets_one_in_on_a_target(void **state)
{
	static struct span target[] = {{"db-1", 4}};
	struct world *w = *state;
	int through = 0;

	w->plan.targets = target;
	w->plan.n_targets = 1;
	w->rb.limits.per_target_cooldown_ms = 60000;
	for (int i = 0; i < rounds(); i++) {
		char id[RUN_ID_LEN + 1];
		struct result r;

		for (int k = 0; k < PROCESSES; k++)
			file_run(w, false, id);
		r = race(w, start_one, 'c');
		assert_int_equal(r.refused, PROCESSES - 1);
		through += r.through;
		fixture_sql(&w->x, "DELETE FROM aiops_reserved_target; DELETE FROM aiops_reserved");
	}
	report("cooldown", rounds(), through, rounds());
}

static void breaker_lets_one_trial_in(void **state)
{
	struct world *w = *state;
	struct breaker_key key = {SPAN(BREAKER_SCOPE_RUNBOOK), SPAN("demo")};
	struct breaker_policy policy;
	struct err e = ERR_INIT;
	int through = 0;

	assert_int_equal(trip_policy(SPAN("{}"), &policy, &e), 0);
	for (int i = 0; i < rounds(); i++) {
		struct breaker_ticket t;
		int64_t retry, now = w->x.now_ns / NS_PER_MS;
		char id[RUN_ID_LEN + 1];
		struct result r;

		for (int k = 0; k < 3; k++) {
			assert_int_equal(breaker_row_admit(w->x.store, &key, &policy, SPAN_NONE,
							   now, &t, &retry, &e),
					 1);
			assert_int_equal(breaker_row_settle(w->x.store, &key, &policy, SPAN_NONE,
							    &t, BREAKER_END_FAILED, now, NULL, &e),
					 0);
		}
		w->x.now_ns += policy.open_ms * NS_PER_MS;
		for (int k = 0; k < PROCESSES; k++)
			file_run(w, false, id);
		r = race(w, start_one, 'b');
		assert_int_equal(r.refused, PROCESSES - 1);
		through += r.through;
		assert_int_equal(breaker_row_set(w->x.store, &key, BREAKER_CLOSED, SPAN("test"),
						 SPAN("again"), now, &e),
				 0);
	}
	report("breaker", rounds(), through, rounds());
}

static void approval_is_used_once(void **state)
{
	struct world *w = *state;
	int through = 0;

	for (int i = 0; i < rounds(); i++) {
		struct refusal why;
		char id[RUN_ID_LEN + 1];
		struct result r;

		file_run(w, true, id);
		w->x.random += 1000;
		assert_int_equal(approve(w, &w->x.journal, &why), 0);
		r = race(w, use_approval, 'a');
		assert_int_equal(r.refused, PROCESSES - 1);
		through += r.through;
	}
	report("approval, use", rounds(), through, rounds());
}

static void approval_is_given_once(void **state)
{
	struct world *w = *state;
	int through = 0;

	for (int i = 0; i < rounds(); i++) {
		char id[RUN_ID_LEN + 1];
		struct result r;

		file_run(w, true, id);
		r = race(w, approve_one, 'a');
		assert_int_equal(r.refused, PROCESSES - 1);
		through += r.through;
		fixture_sql(&w->x, "DELETE FROM aiops_approval");
	}
	report("approval, decision", rounds(), through, rounds());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(start_lets_in_as_many_as_the_rate_has_room_for,
						setup, teardown),
		cmocka_unit_test_setup_teardown(start_lets_one_in_on_a_target, setup, teardown),
		cmocka_unit_test_setup_teardown(breaker_lets_one_trial_in, setup, teardown),
		cmocka_unit_test_setup_teardown(approval_is_used_once, setup, teardown),
		cmocka_unit_test_setup_teardown(approval_is_given_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
