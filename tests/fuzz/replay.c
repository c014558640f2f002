/*
 * Gives a fuzz target the inputs that are kept for it, with any compiler: what libFuzzer's main
 * is under clang, for every check. Speaks TAP; an input that ends the programme is named.
 *
 * usage: fuzz_NAME FILE|FOLDER ...
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "fuzz.h"

/* Of one programme, all its inputs together. */
enum { PROCESSOR_SECONDS = 120, INPUT_MAX = 1 << 20 };

static char current[4096]; /* what the handler says, whole before the input is given */

static void on_death(int number)
{
	ssize_t written = write(STDOUT_FILENO, current, strlen(current));

	(void)written; /* the signal below says enough */
	signal(number, SIG_DFL);
	raise(number);
}

static int replay_file(const char *path)
{
	struct buf content = BUF_INIT(INPUT_MAX);
	struct err e = ERR_INIT;
	uint8_t *copy;

	snprintf(current, sizeof current, "not ok - %s\n", path);
	if (file_read(path, &content, &e) != 0) {
		printf("not ok - %s: %s\n", path, e.text);
		buf_release(&content);
		return -1;
	}
	/* Exactly its bytes, so that the sanitizer sees what is read behind them. */
	copy = mem_alloc(content.len + !content.len);
	if (content.len)
		memcpy(copy, content.data, content.len);
	(void)LLVMFuzzerTestOneInput(copy, content.len);
	free(copy);
	buf_release(&content);
	return 0;
}

/* How many inputs a folder had, or -1. */
static int replay_folder(const char *path)
{
	struct err e = ERR_INIT;
	char **names;
	size_t n;
	int status = 0;

	if (file_list(path, "", &names, &n, &e) != 0) {
		printf("not ok - %s\n", e.text);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (replay_file(names[i]) != 0)
			status = -1;
	file_list_free(names, n);
	if (n == 0)
		printf("not ok - %s: no inputs\n", path);
	return n && status == 0 ? (int)n : -1;
}

int main(int argc, char **argv)
{
	static const int deadly[] = {
		SIGABRT, SIGXCPU,
#ifndef __SANITIZE_ADDRESS__ /* which tells more of these, and aborts then */
		SIGSEGV, SIGBUS,  SIGFPE, SIGILL, SIGTRAP,
#endif
	};
	struct rlimit most = {PROCESSOR_SECONDS, PROCESSOR_SECONDS + 10};
	int status = argc > 1 ? 0 : 64;

	setrlimit(RLIMIT_CPU, &most);
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		signal(deadly[i], on_death);
	for (int i = 1; i < argc; i++) {
		struct stat st;
		bool folder = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode);
		int n = folder ? replay_folder(argv[i]) : replay_file(argv[i]) == 0 ? 1 : -1;

		if (n > 0)
			printf("ok - %s: %d inputs\n", argv[i], n);
		else
			status = 1;
		fflush(stdout);
	}
	if (argc < 2)
		fprintf(stderr, "usage: %s FILE|FOLDER ...\n", argv[0]);
	return status;
}
