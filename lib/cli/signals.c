/*
 * Handlers only set flags and write one byte to a pipe that the blocking wait
 * polls beside its input (D. J. Bernstein's self-pipe), so no signal is lost
 * between a check and a wait. No SA_RESTART: a blocking open(2) wakes too.
 */
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t stats_wanted;
static volatile bool stopped;
static int wake_fds[2] = {-1, -1};

static void set_action(int sig, void (*handler)(int))
{
	struct sigaction a = {.sa_handler = handler};

	sigemptyset(&a.sa_mask);
	(void)sigaction(sig, &a, NULL); /* fails only for a bad number */
}

static bool is_ignored(int sig)
{
	struct sigaction a;

	return sigaction(sig, NULL, &a) == 0 && a.sa_handler == SIG_IGN;
}

static void unblock(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL); /* fails only for a bad argument */
}

static void wake(void)
{
	int saved = errno;

	(void)!write(wake_fds[1], "", 1); /* a full pipe wakes as well */
	errno = saved;
}

static void on_stop(int sig)
{
	stop_signal = sig;
	stopped = true;
	set_action(SIGINT, SIG_DFL); /* the second one kills */
	set_action(SIGTERM, SIG_DFL);
	wake();
}

static void on_stats(int sig)
{
	(void)sig; /* only one signal leads here */
	stats_wanted = 1;
	wake();
}

static void on_pipe(int sig)
{
	(void)sig; /* write(2) says EPIPE */
}

void signals_prepare(void)
{
	set_action(SIGPIPE, SIG_DFL);
	unblock(SIGPIPE);
	set_action(SIGXFSZ, SIG_IGN);
}

int signals_catch(struct err *e)
{
	if (wake_fds[0] >= 0)
		return 0;
	if (pipe2(wake_fds, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot make a pipe");
	if (!is_ignored(SIGINT))
		set_action(SIGINT, on_stop);
	if (!is_ignored(SIGTERM))
		set_action(SIGTERM, on_stop);
	set_action(SIGUSR1, on_stats);
	return 0;
}

void signals_catch_pipe(void)
{
	set_action(SIGPIPE, on_pipe);
}

int signals_stop(void)
{
	return stop_signal;
}

const volatile bool *signals_stop_flag(void)
{
	return &stopped;
}

bool signals_take_stats(void)
{
	if (!stats_wanted)
		return false;
	stats_wanted = 0;
	return true;
}

int signals_wake_fd(void)
{
	return wake_fds[0];
}

void signals_wake_drain(void)
{
	char bytes[64];

	while (read(wake_fds[0], bytes, sizeof bytes) > 0)
		continue;
}

_Noreturn void signals_die(int sig)
{
	set_action(sig, SIG_DFL);
	unblock(sig);
	(void)raise(sig); /* does not return for the signals that lead here */
	_exit(128 + sig);
}
