/*
 * Which files beside a path are its rotated ones.
 */
#include "aiops-ingest/live/rotated.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const names[] = {"app.log",
				    "app.log.1",
				    "app.log.2",
				    "app.log-20261121",
				    "app.log.2026-11-21T09:00:00Z",
				    "app.log.json",
				    "app.log.1.gz",
				    "app.logs",
				    "app.log.old"};
#define NAMES (sizeof names / sizeof *names)

static char dir[64], path[96];

/* The files are there, changed at second 100, 99, 98, ... */
static int make(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/aiops-rotated-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	for (size_t i = 0; i < NAMES; i++) {
		struct timespec times[2] = {{(time_t)(100 - i), 0}, {(time_t)(100 - i), 0}};
		int fd;

		(void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (fd < 0 || futimens(fd, times) != 0 || close(fd) != 0)
			return -1;
	}
	(void)snprintf(path, sizeof path, "%s/app.log", dir);
	return 0;
}

static int drop(void **state)
{
	char name[160];

	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		(void)snprintf(name, sizeof name, "%s/%s", dir, names[i]);
		(void)unlink(name);
	}
	return rmdir(dir);
}

static void rotated_find_knows_the_file_by_its_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		char name[160];
		struct stat st;
		char *found;

		(void)snprintf(name, sizeof name, "%s/%s", dir, names[i]);
		assert_int_equal(stat(name, &st), 0);
		found = rotated_find(path, st.st_dev, st.st_ino);
		if (i < 5)
			assert_string_equal(found, name);
		else
			assert_null(found); /* another's log, or not to be read on */
		free(found);
	}
	assert_null(rotated_find("/tmp/aiops-no-such-folder/x", 1, 1));
}

static void rotated_since_gives_newer_ones_oldest_first(void **state)
{
	struct rotated_files found;
	struct err e = ERR_INIT;
	struct stat last;
	char name[160];

	(void)state;
	(void)snprintf(name, sizeof name, "%s/app.log-20261121", dir);
	assert_int_equal(stat(name, &last), 0);
	assert_int_equal(rotated_since(path, &last, &found, &e), 0);
	assert_int_equal(found.n, 2); /* not the path itself, nor those that are as old */
	assert_string_equal(strrchr(found.names[0], '/'), "/app.log.2");
	assert_string_equal(strrchr(found.names[1], '/'), "/app.log.1");
	rotated_release(&found);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(rotated_find_knows_the_file_by_its_number),
		CASE(rotated_since_gives_newer_ones_oldest_first),
	};

	return cmocka_run_group_tests_name("aiops-ingest/rotated", tests, NULL, NULL);
}
