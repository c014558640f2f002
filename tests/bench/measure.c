/*
 * Runs a command and prints, as numbers with spaces between:
 *
 *	cpu_s wall_s peak_kib status
 *
 * processor time (user and system) and wall time are the median of the runs,
 * peak resident memory the greatest, status the last exit status (128 + signal).
 *
 * usage: measure [-n RUNS] [-i FILE] [-o FILE] [-e FILE] COMMAND [ARGUMENT...]
 *	-i -o -e   the command's standard input, output and error; /dev/null unless named
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"

struct job {
	const char *files[3]; /* standard input, output, error */
	char **argv;
};

struct measure {
	double cpu_s, wall_s;
	long peak_kib;
	int status;
};

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static _Noreturn void exec_job(const struct job *j)
{
	for (int fd = 0; fd < 3; fd++) {
		int flags = fd == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
		int opened = open(j->files[fd], flags, 0600);

		if (opened < 0 || dup2(opened, fd) < 0)
			_exit(126);
		if (opened != fd)
			(void)close(opened);
	}
	(void)execvp(j->argv[0], j->argv);
	_exit(127);
}

static int run(const struct job *j, struct measure *m)
{
	double start = now_s();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (pid == 0)
		exec_job(j);
	if (wait4(pid, &status, 0, &usage) != pid)
		return -1;
	m->wall_s = now_s() - start;
	m->cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	m->peak_kib = usage.ru_maxrss;
	m->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}

static int by_cpu(const void *a, const void *b)
{
	double x = ((const struct measure *)a)->cpu_s, y = ((const struct measure *)b)->cpu_s;

	return (x > y) - (x < y);
}

/* The run of median processor time, with the greatest memory of all. */
static void print_median(struct measure *runs, size_t n)
{
	int status = runs[n - 1].status;
	long peak_kib = 0;

	for (size_t i = 0; i < n; i++)
		peak_kib = runs[i].peak_kib > peak_kib ? runs[i].peak_kib : peak_kib;
	qsort(runs, n, sizeof *runs, by_cpu);
	printf("%.6f %.6f %ld %d\n", runs[n / 2].cpu_s, runs[n / 2].wall_s, peak_kib, status);
}

static int usage(void)
{
	fprintf(stderr,
		"usage: measure [-n RUNS] [-i FILE] [-o FILE] [-e FILE] COMMAND [ARGUMENT...]\n");
	return EX_BADUSAGE;
}

int main(int argc, char **argv)
{
	struct job j = {.files = {"/dev/null", "/dev/null", "/dev/null"}};
	struct err e = ERR_INIT;
	struct measure *runs;
	int64_t n = 1;
	int c;

	while ((c = getopt(argc, argv, "+n:i:o:e:")) != -1) {
		if (c == '?')
			return usage();
		if (c != 'n')
			j.files[c == 'i' ? 0 : c == 'o' ? 1 : 2] = optarg;
		else if (num_parse_i64(span_cstr(optarg), 1, 1000, &n, &e) != 0)
			return usage();
	}
	if (optind == argc)
		return usage();
	j.argv = argv + optind;
	runs = mem_array(NULL, (size_t)n, sizeof *runs);
	for (int64_t i = 0; i < n; i++) {
		if (run(&j, &runs[i]) != 0) {
			perror("measure");
			return EX_SYSTEM;
		}
	}
	print_median(runs, (size_t)n);
	free(runs);
	return 0;
}
