#include "base/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64], path[96];

static int make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/aiops-lock-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	(void)snprintf(path, sizeof path, "%s/x.lock", dir);
	return 0;
}

static int drop_dir(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

static int opened(void)
{
	struct err e = ERR_INIT;
	int fd = lock_open(path, &e);

	if (fd < 0)
		fail_msg("%s", e.text);
	return fd;
}

static int take(int fd, int64_t wait_ms)
{
	struct err e = ERR_INIT;

	return lock_take(fd, path, wait_ms, &e) == 0 ? 0 : e.code;
}

static void lock_open_makes_a_private_file(void **state)
{
	struct stat st;
	int fd = opened();

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	(void)close(fd);
}

static void lock_open_follows_no_link(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	(void)unlink(path);
	assert_int_equal(symlink("/tmp/elsewhere", path), 0);
	assert_int_equal(lock_open(path, &e), -1);
	assert_int_equal(e.code, EX_CANNOTCREATE);
	(void)unlink(path);
}

static void lock_take_of_a_held_lock_waits_and_gives_up(void **state)
{
	int a = opened(), b = opened();

	(void)state;
	assert_int_equal(take(a, 0), 0);
	assert_int_equal(take(b, 5), EX_TRYLATER);
	lock_drop(a);
	assert_int_equal(take(b, 0), 0);
	assert_int_equal(take(a, 0), EX_TRYLATER);
	(void)close(b); /* the end of its holder lets it go */
	assert_int_equal(take(a, 0), 0);
	(void)close(a);
}

static void lock_take_excludes_flock_of_others(void **state)
{
	int a = opened(), b = opened();

	(void)state;
	assert_int_equal(flock(b, LOCK_EX), 0);
	assert_int_equal(take(a, 5), EX_TRYLATER);
	assert_int_equal(flock(b, LOCK_UN), 0);
	assert_int_equal(take(a, 0), 0);
	assert_int_equal(flock(b, LOCK_EX | LOCK_NB), -1);
	(void)close(a);
	(void)close(b);
}

/* One process takes the lock over and over without a pause. With retries alone another one would
 * hardly ever get in between; in the queue it gets its turn each time. */
static void lock_take_gives_a_waiting_process_its_turn(void **state)
{
	enum { TURNS = 20 };
	int fd = opened(), status;
	pid_t greedy;

	(void)state;
	greedy = fork();
	if (greedy == 0) {
		int own = open(path, O_RDWR | O_CLOEXEC);
		struct err e = ERR_INIT;

		(void)alarm(20); /* should the test die */
		for (;;) {
			if (lock_take(own, path, 10000, &e) != 0)
				_exit(1);
			for (volatile int i = 0; i < 100000; i++)
				continue;
			lock_drop(own);
		}
	}
	for (int i = 0; i < TURNS; i++) {
		assert_int_equal(take(fd, 2000), 0);
		lock_drop(fd);
	}
	(void)kill(greedy, SIGKILL);
	assert_int_equal(waitpid(greedy, &status, 0), greedy);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lock_open_makes_a_private_file),
		cmocka_unit_test(lock_open_follows_no_link),
		cmocka_unit_test(lock_take_of_a_held_lock_waits_and_gives_up),
		cmocka_unit_test(lock_take_excludes_flock_of_others),
		cmocka_unit_test(lock_take_gives_a_waiting_process_its_turn),
	};

	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
