/*
 * A command behind a shim: its outcome is known whoever dies, or it is said that it is not.
 */
#include "proc/shim.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "proc/executable.h"
#include "proc/outcome.h"

static char folder[] = "/tmp/shim-XXXXXX", outcome[64], marker[64];

static const char *const environment[] = {"PATH=/usr/bin:/bin", "AIOPS_TEST=shim-test/1", NULL};

static struct shim_spec script(const char *const *argv)
{
	return (struct shim_spec){.command = {.path = "/bin/sh",
					      .argv = argv,
					      .envp = environment,
					      .timeout_ms = 5000,
					      .kill_after_ms = 100,
					      .output_limit = 1000},
				  .path = outcome,
				  .label = "RUN-1/1"};
}

static void pause_ms(long ms)
{
	const struct timespec t = {.tv_nsec = ms * 1000000};

	(void)nanosleep(&t, NULL);
}

static off_t marker_size(void)
{
	struct stat st;

	return stat(marker, &st) == 0 ? st.st_size : 0;
}

static void wait_for_marker(void)
{
	for (int i = 0; i < 500 && marker_size() == 0; i++)
		pause_ms(10);
	assert_true(marker_size() > 0);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(outcome, sizeof outcome, "%s/outcome", folder);
	(void)snprintf(marker, sizeof marker, "%s/marker", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	(void)unlink(outcome);
	(void)unlink(marker);
	return rmdir(folder);
}

static int fresh(void **state)
{
	(void)state;
	(void)unlink(outcome);
	(void)unlink(marker);
	return 0;
}

static struct shim *prepare(const struct shim_spec *spec)
{
	struct err e = ERR_INIT;
	struct shim *s;

	if (shim_prepare(spec, &s, &e) != 0)
		fail_msg("%s", e.text);
	return s;
}

static void result_comes_back_whole(void **state)
{
	static const char *const argv[] = {"sh", "-c", "echo out; echo err >&2; exit 3", NULL};
	struct shim_spec spec = script(argv);
	struct shim_outcome o;

	(void)state;
	shim_release(prepare(&spec), NULL, &o);
	assert_int_equal(o.end, SHIM_ENDED);
	assert_int_equal(o.result.exit_status, 3);
	assert_int_equal(o.result.out.total_bytes, 4);
	assert_memory_equal(o.result.out.kept.data, "out\n", 4);
	assert_memory_equal(o.result.err.kept.data, "err\n", 4);
	proc_result_release(&o.result);
}

static void abandoned_shim_executes_nothing(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo x > \"$0\"", marker, NULL};
	struct shim_spec spec = script(argv);

	(void)state;
	shim_abandon(prepare(&spec));
	assert_int_equal(marker_size(), 0);
}

static void what_cannot_be_executed_says_why(void **state)
{
	static const char *const argv[] = {"none", NULL};
	struct shim_spec spec = script(argv);
	struct shim_outcome o;

	(void)state;
	spec.command.path = "/nonexistent/none";
	shim_release(prepare(&spec), NULL, &o);
	assert_int_equal(o.end, SHIM_NO_EXEC);
	assert_int_equal(o.why.code, EX_UNREADABLE);
}

static void killed_shim_after_the_gate_is_lost(void **state)
{
	const char *const argv[] = {
		"sh", "-c", "echo x > \"$0\"; sleep 60 & kill -KILL $PPID; wait", marker, NULL};
	struct shim_spec spec = script(argv);
	struct shim_outcome o;

	(void)state;
	shim_release(prepare(&spec), NULL, &o);
	assert_int_equal(o.end, SHIM_LOST);
	assert_true(marker_size() > 0);
}

static void killed_shim_at_the_gate_started_nothing(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo x > \"$0\"", marker, NULL};
	struct shim_spec spec = script(argv);
	struct shim *s = prepare(&spec);
	struct shim_outcome o;

	(void)state;
	assert_int_equal(kill((pid_t)shim_pid(s), SIGKILL), 0);
	shim_release(s, NULL, &o);
	assert_int_equal(o.end, SHIM_NOT_STARTED);
	assert_int_equal(marker_size(), 0);
}

static void stop_ends_the_command(void **state)
{
	const char *const argv[] = {"sh", "-c", "sleep 60", NULL};
	struct shim_spec spec = script(argv);
	volatile bool stop = true;
	struct shim_outcome o;

	(void)state;
	shim_release(prepare(&spec), &stop, &o);
	assert_int_equal(o.end, SHIM_ENDED);
	assert_true(o.result.interrupted);
	proc_result_release(&o.result);
}

/* Forks a caller that opens the gate (or not) and dies. Gives the shim's identity. */
static struct proc_identity dead_caller(const struct shim_spec *spec, bool open_gate)
{
	struct proc_identity who;
	struct err e = ERR_INIT;
	int report[2];
	pid_t caller;

	assert_int_equal(pipe(report), 0);
	caller = fork();
	if (caller == 0) {
		struct shim *s = prepare(spec);
		struct shim_outcome o;

		if (proc_identify(shim_pid(s), &who, &e) == 0)
			(void)!write(report[1], &who, sizeof who);
		if (!open_gate)
			(void)raise(SIGKILL);
		(void)alarm(30);
		shim_release(s, NULL, &o);
		_exit(0);
	}
	(void)close(report[1]);
	assert_int_equal(read(report[0], &who, sizeof who), sizeof who);
	(void)close(report[0]);
	if (open_gate)
		wait_for_marker();
	(void)kill(caller, SIGKILL);
	assert_int_equal(waitpid(caller, NULL, 0), caller);
	return who;
}

static void outcome_outlives_the_caller(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo x > \"$0\"; sleep 0.2; echo late; exit 4",
				    marker, NULL};
	struct shim_spec spec = script(argv);
	struct proc_identity who = dead_caller(&spec, true);
	struct err e = ERR_INIT;
	struct shim_outcome o;

	(void)state;
	assert_int_equal(shim_adopt(outcome, "RUN-1/1", &who, 5000, NULL, &o, &e), 0);
	assert_int_equal(o.end, SHIM_ENDED);
	assert_int_equal(o.result.exit_status, 4);
	assert_memory_equal(o.result.out.kept.data, "late\n", 5);
	proc_result_release(&o.result);
	/* another attempt's outcome is none */
	assert_int_equal(shim_adopt(outcome, "RUN-1/2", &who, 5000, NULL, &o, &e), 0);
	assert_int_equal(o.end, SHIM_LOST);
}

static void dead_caller_at_the_gate_started_nothing(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo x > \"$0\"", marker, NULL};
	struct shim_spec spec = script(argv);
	struct proc_identity who = dead_caller(&spec, false);
	struct err e = ERR_INIT;
	struct shim_outcome o;

	(void)state;
	assert_int_equal(shim_adopt(outcome, "RUN-1/1", &who, 5000, NULL, &o, &e), 0);
	assert_int_equal(o.end, SHIM_NOT_STARTED);
	assert_int_equal(marker_size(), 0);
}

static void adopted_command_can_be_stopped(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo x > \"$0\"; sleep 60", marker, NULL};
	struct shim_spec spec = script(argv);
	struct proc_identity who = dead_caller(&spec, true);
	volatile bool stop = true;
	struct err e = ERR_INIT;
	struct shim_outcome o;

	(void)state;
	assert_int_equal(shim_adopt(outcome, "RUN-1/1", &who, 5000, &stop, &o, &e), 0);
	assert_int_equal(o.end, SHIM_ENDED);
	assert_true(o.result.interrupted);
	proc_result_release(&o.result);
}

static void missing_or_unsynced_outcome_of_an_earlier_boot_is_lost(void **state)
{
	struct proc_identity who = {.pid = 1, .boot_id = "00000000-0000-0000-0000-000000000000"};
	struct err e = ERR_INIT;
	struct shim_outcome o;
	int fd;

	(void)state;
	assert_int_equal(shim_adopt(outcome, "RUN-1/1", &who, 100, NULL, &o, &e), 0);
	assert_int_equal(o.end, SHIM_LOST);
	fd = open(outcome, O_RDWR | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(shim_adopt(outcome, "RUN-1/1", &who, 100, NULL, &o, &e), 0);
	assert_int_equal(o.end, SHIM_LOST);
	(void)close(fd);
}

/* Cut anywhere and changed anywhere it is never taken for another outcome. */
static void damaged_outcome_is_never_believed(void **state)
{
	static const char *const argv[] = {"sh", "-c", "echo out; exit 3", NULL};
	struct shim_spec spec = script(argv);
	struct err e = ERR_INIT, why = ERR_INIT;
	struct shim_outcome o;
	struct proc_result r;
	enum outcome_kind kind;
	char whole[4096], broken[4096];
	ssize_t n;
	int fd;

	(void)state;
	shim_release(prepare(&spec), NULL, &o);
	proc_result_release(&o.result);
	fd = open(outcome, O_RDWR);
	n = read(fd, whole, sizeof whole);
	assert_true(n > 100);
	for (ssize_t i = 0; i < n; i++) {
		memcpy(broken, whole, (size_t)n);
		broken[i] ^= 1;
		assert_int_equal(pwrite(fd, broken, (size_t)n, 0), n);
		assert_int_equal(outcome_read(outcome, "RUN-1/1", &kind, &r, &why, &e), 0);
		assert_int_equal(kind, OUTCOME_FILE_BEGUN);
	}
	assert_int_equal(pwrite(fd, whole, (size_t)n, 0), n);
	for (ssize_t i = n - 1; i > 0; i--) {
		assert_int_equal(ftruncate(fd, i), 0);
		assert_int_equal(outcome_read(outcome, "RUN-1/1", &kind, &r, &why, &e), 0);
		assert_int_equal(kind, OUTCOME_FILE_BEGUN);
	}
	(void)close(fd);
}

static void marked_processes_are_ended(void **state)
{
	int found = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		(void)execle("/bin/sleep", "sleep", "60", (char *)NULL, environment);
		_exit(1);
	}
	for (int i = 0; i < 500; i++) {
		if (proc_end_marked("AIOPS_TEST=shim-test/", 0, &found) > 0)
			break;
		pause_ms(2);
	}
	assert_int_equal(found, 1);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(proc_end_marked("AIOPS_TEST=shim-test/1", 100, &found), 0);
	assert_int_equal(found, 0);
}

static void changed_executable_is_not_opened(void **state)
{
	struct exe_identity id;
	struct err e = ERR_INIT;
	FILE *f = fopen(marker, "w");
	int fd;

	(void)state;
	(void)fputs("#!/bin/sh\nexit 0\n", f);
	(void)fclose(f);
	assert_int_equal(exe_identify(marker, &id, &e), 0);
	fd = exe_open(marker, &id, &e);
	assert_true(fd >= 0);
	(void)close(fd);
	f = fopen(marker, "w"); /* the same size, perhaps the same stamp */
	(void)fputs("#!/bin/sh\nexit 1\n", f);
	(void)fclose(f);
	assert_int_equal(exe_open(marker, &id, &e), -1);
	assert_int_equal(e.code, EX_POLICY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(result_comes_back_whole, fresh),
		cmocka_unit_test_setup(abandoned_shim_executes_nothing, fresh),
		cmocka_unit_test_setup(what_cannot_be_executed_says_why, fresh),
		cmocka_unit_test_setup(killed_shim_after_the_gate_is_lost, fresh),
		cmocka_unit_test_setup(killed_shim_at_the_gate_started_nothing, fresh),
		cmocka_unit_test_setup(stop_ends_the_command, fresh),
		cmocka_unit_test_setup(outcome_outlives_the_caller, fresh),
		cmocka_unit_test_setup(dead_caller_at_the_gate_started_nothing, fresh),
		cmocka_unit_test_setup(adopted_command_can_be_stopped, fresh),
		cmocka_unit_test_setup(missing_or_unsynced_outcome_of_an_earlier_boot_is_lost,
				       fresh),
		cmocka_unit_test_setup(damaged_outcome_is_never_believed, fresh),
		cmocka_unit_test_setup(marked_processes_are_ended, fresh),
		cmocka_unit_test_setup(changed_executable_is_not_opened, fresh),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
