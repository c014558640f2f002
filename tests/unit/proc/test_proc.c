/* lib/proc: the process-tree shapes A-F, the gate, the
 * clean start. */
#include "proc/proc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"

enum {
	START_MS = 1000,  /* in which a shell sets its trap, or starts what it is to start */
	SLEEP_MS = 30000, /* what scripts sleep: nobody waited for that */
};

static const char *const empty_env[] = {NULL};

static struct proc_spec shell(const char *const *argv)
{
	return (struct proc_spec){.path = "/bin/sh",
				  .argv = argv,
				  .envp = empty_env,
				  .timeout_ms = 5000,
				  .kill_after_ms = 100,
				  .output_limit = 65536};
}

static struct proc_result run_ok(const struct proc_spec *spec)
{
	struct err e = ERR_INIT;
	struct proc_result r;

	if (proc_run(spec, NULL, &r, &e) != 0)
		fail_msg("not started: %s", e.text);
	return r;
}

/* Runs a script; the caller releases the result. */
static struct proc_result run_script(const char *script)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct proc_spec spec = shell(argv);

	return run_ok(&spec);
}

static void assert_output(struct proc_output *o, const char *text)
{
	assert_string_equal(buf_cstr(&o->kept), text);
}

/* The script printed a pid; nothing of that number may run now. */
static void assert_gone(struct proc_output *o)
{
	struct err e = ERR_INIT;
	int64_t pid;

	assert_int_equal(num_parse_i64(span_trim(buf_span(&o->kept)), 2, INT32_MAX, &pid, &e), 0);
	assert_int_equal(kill((pid_t)pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void run_exits_status_and_streams(void **state)
{
	struct proc_result r = run_script("echo out; echo err >&2; exit 7");

	(void)state;
	assert_int_equal(r.signal, 0);
	assert_int_equal(r.exit_status, 7);
	assert_false(r.timed_out);
	assert_int_equal(r.survivors, 0);
	assert_output(&r.out, "out\n");
	assert_output(&r.err, "err\n");
	assert_int_equal(r.out.total_bytes, 4);
	proc_result_release(&r);
}

static void run_ended_by_signal_reports_it(void **state)
{
	struct proc_result r = run_script("kill -USR1 $$");

	(void)state;
	assert_int_equal(r.signal, SIGUSR1);
	proc_result_release(&r);
}

static void run_input_is_read_to_its_end(void **state)
{
	const char *const argv[] = {"cat", NULL};
	struct proc_spec spec = shell(argv);
	static char big[300000];
	struct proc_result r;
	struct digest expected;

	(void)state;
	memset(big, 'x', sizeof big);
	spec.path = "/bin/cat";
	spec.input = span_of(big, sizeof big);
	expected = digest_of(&spec.input, 1);
	r = run_ok(&spec);
	assert_int_equal(r.exit_status, 0);
	assert_int_equal(r.out.total_bytes, sizeof big);
	assert_memory_equal(r.out.digest.bytes, expected.bytes, DIGEST_BYTES);
	proc_result_release(&r);
}

static void run_input_unread_is_no_broken_pipe(void **state)
{
	const char *const argv[] = {"true", NULL};
	struct proc_spec spec = shell(argv);
	struct proc_result r;

	(void)state;
	spec.path = "/bin/true";
	spec.input = SPAN("nobody reads this");
	r = run_ok(&spec);
	assert_int_equal(r.exit_status, 0);
	proc_result_release(&r);
}

static void run_missing_file_is_not_started(void **state)
{
	const char *const argv[] = {"gone", NULL};
	struct proc_spec spec = shell(argv);
	struct proc_result r;
	struct err e = ERR_INIT;

	(void)state;
	spec.path = "/nonexistent/gone";
	assert_int_equal(proc_run(&spec, NULL, &r, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	assert_non_null(strstr(e.text, "no such file") ? e.text : strstr(e.text, "No such file"));
}

static void run_script_without_interpreter_is_refused(void **state)
{
	char path[] = "/tmp/proc-test-XXXXXX";
	const char *const argv[] = {"script", NULL};
	struct proc_spec spec = shell(argv);
	struct proc_result r;
	struct err e = ERR_INIT;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "echo hi\n", 8), 8);
	assert_int_equal(fchmod(fd, 0700), 0);
	(void)close(fd);
	spec.path = path;
	assert_int_equal(proc_run(&spec, NULL, &r, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	(void)unlink(path);
}

/* ---- deadlines and trees ---- */

static struct proc_result run_timed(const char *script, int64_t timeout_ms)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct proc_spec spec = shell(argv);

	spec.timeout_ms = timeout_ms;
	return run_ok(&spec);
}

static void timeout_term_is_enough(void **state)
{
	struct proc_result r = run_timed("exec sleep 30", 50);

	(void)state;
	assert_true(r.timed_out);
	assert_int_equal(r.signal, SIGTERM);
	assert_true(r.elapsed_ms >= 50 && r.elapsed_ms < SLEEP_MS);
	proc_result_release(&r);
}

static void timeout_child_may_end_by_itself_on_term(void **state)
{
	struct proc_result r =
		run_timed("trap 'exit 9' TERM; echo ready; sleep 30 & wait", START_MS);

	(void)state;
	assert_true(r.timed_out);
	assert_int_equal(r.signal, 0);
	assert_int_equal(r.exit_status, 9);
	proc_result_release(&r);
}

static void timeout_child_ignoring_term_is_killed(void **state)
{
	struct proc_result r = run_timed("trap '' TERM; while :; do sleep 1; done", START_MS);

	(void)state;
	assert_true(r.timed_out);
	assert_int_equal(r.signal, SIGKILL);
	assert_true(r.elapsed_ms >= START_MS);
	proc_result_release(&r);
}

static void timeout_grandchild_holding_the_pipe_is_ended(void **state)
{
	struct proc_result r = run_timed("sleep 30 & echo $!; wait", START_MS);

	(void)state;
	assert_true(r.timed_out);
	assert_gone(&r.out);
	proc_result_release(&r);
}

static void end_grandchild_in_the_background_is_ended(void **state)
{
	struct proc_result r = run_script("sleep 30 & echo $!");

	(void)state;
	assert_int_equal(r.exit_status, 0);
	assert_false(r.timed_out);
	assert_gone(&r.out);
	assert_true(r.elapsed_ms < SLEEP_MS);
	proc_result_release(&r);
}

static void end_grandchild_in_a_session_of_its_own_is_ended(void **state)
{
	struct proc_result r = run_script("setsid sh -c 'echo $$; trap \"\" TERM "
					  "HUP; sleep 30; sleep 30' & sleep 0.1");

	(void)state;
	assert_int_equal(r.exit_status, 0);
	assert_gone(&r.out);
	assert_int_equal(r.survivors, 0);
	proc_result_release(&r);
}

static void end_double_forked_daemon_is_ended(void **state)
{
	struct proc_result r =
		run_script("(setsid sh -c 'echo $$; exec sleep 30' >&1 &) ; sleep 0.1");

	(void)state;
	assert_gone(&r.out);
	proc_result_release(&r);
}

static void end_other_children_of_the_caller_are_spared(void **state)
{
	pid_t other = fork();
	struct proc_result r;

	(void)state;
	if (other == 0) {
		(void)pause();
		_exit(0);
	}
	r = run_script("sleep 30 & echo $!");
	assert_gone(&r.out);
	assert_int_equal(waitpid(other, NULL, WNOHANG), 0); /* still running */
	(void)kill(other, SIGKILL);
	assert_int_equal(waitpid(other, NULL, 0), other);
	proc_result_release(&r);
}

static void stop_flag_ends_the_tree(void **state)
{
	const char *const argv[] = {"sleep", "30", NULL};
	struct proc_spec spec = shell(argv);
	volatile bool stop = true;
	struct proc_result r;
	struct err e = ERR_INIT;

	(void)state;
	spec.path = "/bin/sleep";
	assert_int_equal(proc_run(&spec, &stop, &r, &e), 0);
	assert_true(r.interrupted);
	assert_false(r.timed_out);
	assert_int_equal(r.signal, SIGTERM);
	proc_result_release(&r);
}

/* ---- output ---- */

static void output_beyond_the_limit_keeps_both_ends_and_the_digest(void **state)
{
	const char *const argv[] = {"sh", "-c", "seq 1 100000", NULL};
	struct proc_spec spec = shell(argv);
	struct proc_result r;
	const char *kept;
	char hex[DIGEST_HEX + 1];

	(void)state;
	spec.output_limit = 100;
	r = run_ok(&spec);
	assert_true(r.out.truncated);
	assert_int_equal(r.out.total_bytes, 588895); /* wc -c */
	kept = buf_cstr(&r.out.kept);
	assert_memory_equal(kept, "1\n2\n3\n", 6);
	assert_non_null(strstr(kept, "\n... 588795 bytes left out ...\n"));
	assert_string_equal(kept + r.out.kept.len - 13, "99999\n100000\n");
	digest_hex(&r.out.digest, hex); /* seq 1 100000 | sha256sum */
	assert_string_equal(hex,
			    "b2bc7d3f8b652d2ec96865b68ad8f80e22cca174abe1aed7889e242a747d590f");
	proc_result_release(&r);
}

static void output_within_the_limit_is_whole(void **state)
{
	const char *const argv[] = {"sh", "-c", "printf 0123456789", NULL};
	struct proc_spec spec = shell(argv);
	struct proc_result r;

	(void)state;
	spec.output_limit = 10;
	r = run_ok(&spec);
	assert_false(r.out.truncated);
	assert_output(&r.out, "0123456789");
	proc_result_release(&r);
}

/* ---- the clean start ---- */

static void start_environment_is_only_what_was_given(void **state)
{
	const char *const argv[] = {"env", NULL}, *const env[] = {"A=1", "B=two words", NULL};
	struct proc_spec spec = shell(argv);
	struct proc_result r;

	(void)state;
	assert_int_equal(setenv("LD_AUDIT_TEST", "leak", 1), 0);
	spec.path = "/usr/bin/env";
	spec.envp = env;
	r = run_ok(&spec);
	assert_output(&r.out, "A=1\nB=two words\n");
	proc_result_release(&r);
}

static void start_no_descriptor_is_inherited(void **state)
{
	int leaky = open("/dev/null", O_RDONLY); /* on purpose without O_CLOEXEC */
	struct proc_result r = run_script("/bin/ls /proc/$$/fd");

	(void)state;
	assert_true(leaky > 2);
	assert_output(&r.out, "0\n1\n2\n");
	(void)close(leaky);
	proc_result_release(&r);
}

static void start_session_directory_umask_and_limits_are_fixed(void **state)
{
	struct proc_result r =
		run_script("pwd; umask; ulimit -c; read -r p c s pp g sid rest </proc/self/stat; "
			   "[ $g = $sid ] && [ $sid = $$ ] && echo own; "
			   "grep NoNewPrivs /proc/self/status; read -r line || echo no input");

	(void)state;
	assert_output(&r.out, "/\n0077\n0\nown\nNoNewPrivs:\t1\nno input\n");
	proc_result_release(&r);
}

static void start_ignored_signals_are_default_again(void **state)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	struct proc_result r;

	(void)state;
	(void)sigaction(SIGPIPE, &ignore, &old);
	r = run_script("kill -PIPE $$; echo survived");
	(void)sigaction(SIGPIPE, &old, NULL);
	assert_int_equal(r.signal, SIGPIPE);
	proc_result_release(&r);
}

static void start_ignored_sigchld_of_the_caller_loses_no_status(void **state)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	struct proc_result r;

	(void)state;
	(void)sigaction(SIGCHLD, &ignore, &old);
	r = run_script("exit 3");
	assert_int_equal(r.exit_status, 3);
	proc_result_release(&r);
}

/* ---- the gate ---- */

static char marker[] = "/tmp/proc-gate-XXXXXX";

static struct proc *prepare_marker(void)
{
	static const char *argv[] = {"sh", "-c", "echo ran >> \"$0\"", marker, NULL};
	struct proc_spec spec = shell(argv);
	struct err e = ERR_INIT;
	struct proc *p;

	assert_int_equal(truncate(marker, 0), 0);
	assert_int_equal(proc_prepare(&spec, &p, &e), 0);
	return p;
}

static off_t marker_size(void)
{
	struct stat st;

	assert_int_equal(stat(marker, &st), 0);
	return st.st_size;
}

static int gate_setup(void **state)
{
	int fd = mkstemp(marker);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int gate_teardown(void **state)
{
	(void)state;
	return unlink(marker);
}

static void gate_abandoned_never_executes(void **state)
{
	struct proc *p = prepare_marker();
	pid_t pid = (pid_t)proc_pid(p);

	(void)state;
	assert_true(pid > 0);
	proc_abandon(p);
	assert_int_equal(marker_size(), 0);
	assert_int_equal(kill(pid, 0), -1); /* reaped */
}

static void gate_released_executes_once(void **state)
{
	struct proc *p = prepare_marker();
	struct proc_result r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(marker_size(), 0); /* held */
	assert_int_equal(proc_release(p, NULL, &r, &e), 0);
	assert_int_equal(r.exit_status, 0);
	assert_int_equal(marker_size(), 4);
	proc_result_release(&r);
}

/* The caller dies by KILL while the child waits: the child must end without
 * exec. */
static void gate_dead_caller_never_executes(void **state)
{
	int report[2];
	pid_t caller, held;

	(void)state;
	assert_int_equal(pipe(report), 0);
	caller = fork();
	if (caller == 0) {
		struct proc *p = prepare_marker();

		held = (pid_t)proc_pid(p);
		(void)!write(report[1], &held, sizeof held);
		(void)raise(SIGKILL);
		_exit(1);
	}
	(void)close(report[1]);
	assert_int_equal(read(report[0], &held, sizeof held), sizeof held);
	assert_int_equal(waitpid(caller, NULL, 0), caller);
	/* We became a subreaper in an earlier case, so the held child is ours to
	 * reap. */
	assert_int_equal(waitpid(held, NULL, 0), held);
	assert_int_equal(marker_size(), 0);
	(void)close(report[0]);
}

static void abandon_null_is_accepted(void **state)
{
	(void)state;
	proc_abandon(NULL);
	proc_result_release(NULL);
}

static void identity_of_self_is_alive_and_of_another_start_is_not(void **state)
{
	struct proc_identity id;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(proc_identify(getpid(), &id, &e), 0);
	assert_true(proc_is_alive(&id));
	id.start_ticks++;
	assert_false(proc_is_alive(&id));
	id.start_ticks--;
	id.boot_id[0] = id.boot_id[0] == 'f' ? '0' : 'f';
	assert_false(proc_is_alive(&id));
}

static void identity_of_no_process_is_an_error(void **state)
{
	struct proc_identity id;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(proc_identify(INT32_MAX, &id, &e), -1);
	assert_int_equal(e.code, EX_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_exits_status_and_streams),
		cmocka_unit_test(run_ended_by_signal_reports_it),
		cmocka_unit_test(run_input_is_read_to_its_end),
		cmocka_unit_test(run_input_unread_is_no_broken_pipe),
		cmocka_unit_test(run_missing_file_is_not_started),
		cmocka_unit_test(run_script_without_interpreter_is_refused),
		cmocka_unit_test(timeout_term_is_enough),
		cmocka_unit_test(timeout_child_may_end_by_itself_on_term),
		cmocka_unit_test(timeout_child_ignoring_term_is_killed),
		cmocka_unit_test(timeout_grandchild_holding_the_pipe_is_ended),
		cmocka_unit_test(end_grandchild_in_the_background_is_ended),
		cmocka_unit_test(end_grandchild_in_a_session_of_its_own_is_ended),
		cmocka_unit_test(end_double_forked_daemon_is_ended),
		cmocka_unit_test(end_other_children_of_the_caller_are_spared),
		cmocka_unit_test(stop_flag_ends_the_tree),
		cmocka_unit_test(output_beyond_the_limit_keeps_both_ends_and_the_digest),
		cmocka_unit_test(output_within_the_limit_is_whole),
		cmocka_unit_test(start_environment_is_only_what_was_given),
		cmocka_unit_test(start_no_descriptor_is_inherited),
		cmocka_unit_test(start_session_directory_umask_and_limits_are_fixed),
		cmocka_unit_test(start_ignored_signals_are_default_again),
		cmocka_unit_test(start_ignored_sigchld_of_the_caller_loses_no_status),
		cmocka_unit_test(gate_abandoned_never_executes),
		cmocka_unit_test(gate_released_executes_once),
		cmocka_unit_test(gate_dead_caller_never_executes),
		cmocka_unit_test(abandon_null_is_accepted),
		cmocka_unit_test(identity_of_self_is_alive_and_of_another_start_is_not),
		cmocka_unit_test(identity_of_no_process_is_an_error),
	};

	return cmocka_run_group_tests(tests, gate_setup, gate_teardown);
}
