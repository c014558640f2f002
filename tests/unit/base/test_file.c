#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each test works in a folder of its own, which it is given as *state. */
static int make_folder(void **state)
{
	char *path = strdup("/tmp/aiops-test-file.XXXXXX");

	*state = path;
	return path && mkdtemp(path) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char *argv[] = {"rm", "-rf", "--", *state, NULL};
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	(void)waitpid(pid, &status, 0);
	free(*state);
	return 0;
}

static const char *in(char *out, size_t size, void **state, const char *name)
{
	(void)snprintf(out, size, "%s/%s", (const char *)*state, name);
	return out;
}

static void expect_content(const char *path, const char *expected)
{
	struct buf b = BUF_INIT(1000);
	struct err e = ERR_INIT;

	assert_int_equal(file_read(path, &b, &e), 0);
	assert_string_equal(buf_cstr(&b), expected);
	buf_release(&b);
}

static void file_read_of_a_missing_file_names_it(void **state)
{
	struct buf b = BUF_INIT(10);
	struct err e = ERR_INIT;
	char path[200];

	assert_int_equal(file_read(in(path, sizeof path, state, "none"), &b, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	assert_non_null(strstr(e.text, path));
	err_clear(&e);
	assert_int_equal(file_read(*state, &b, &e), -1); /* a folder */
	assert_int_equal(e.code, EX_UNREADABLE);
	buf_release(&b);
}

static void file_read_above_the_maximum_is_refused(void **state)
{
	struct buf exact = BUF_INIT(5), small = BUF_INIT(4);
	struct err e = ERR_INIT;
	char path[200];

	in(path, sizeof path, state, "f");
	assert_int_equal(file_write_atomic(path, SPAN("12345"), 0600, &e), 0);
	assert_int_equal(file_read(path, &exact, &e), 0);
	assert_int_equal(exact.len, 5);
	assert_int_equal(file_read(path, &small, &e), -1);
	assert_int_equal(e.code, EX_BADDATA);
	buf_release(&exact);
	buf_release(&small);
}

static void file_write_atomic_replaces_and_leaves_nothing_else(void **state)
{
	struct err e = ERR_INIT;
	struct stat st;
	char path[200], **names;
	size_t n;

	in(path, sizeof path, state, "f");
	assert_int_equal(file_write_atomic(path, SPAN("old"), 0644, &e), 0);
	assert_int_equal(file_write_atomic(path, SPAN("new"), 0600, &e), 0);
	expect_content(path, "new");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(file_list(*state, "", &names, &n, &e), 0);
	assert_int_equal(n, 1);
	file_list_free(names, n);
}

static void file_write_atomic_into_a_missing_folder_fails(void **state)
{
	struct err e = ERR_INIT;
	char path[200];

	in(path, sizeof path, state, "none/f");
	assert_int_equal(file_write_atomic(path, SPAN("x"), 0600, &e), -1);
	assert_int_equal(e.code, EX_CANNOTCREATE);
}

static void file_write_atomic_over_a_folder_keeps_it_and_cleans_up(void **state)
{
	struct err e = ERR_INIT;
	char path[200], **names;
	size_t n;

	in(path, sizeof path, state, "d");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(file_write_atomic(path, SPAN("x"), 0600, &e), -1);
	assert_int_equal(e.code, EX_CANNOTCREATE);
	err_clear(&e);
	assert_int_equal(file_list(*state, "", &names, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_true(file_is_dir(path));
	file_list_free(names, n);
}

static void file_write_atomic_leaves_a_pipe_a_pipe(void **state)
{
	char path[200];
	struct err e = ERR_INIT;
	struct stat st;

	(void)in(path, sizeof path, state, "fifo");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_write_atomic(path, SPAN("x"), 0600, &e), -1);
	assert_int_equal(e.code, EX_CANNOTCREATE);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
}

static void file_write_all_to_a_full_disk_is_io(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct err e = ERR_INIT;

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(file_write_all(fd, SPAN("x"), &e), -1);
	assert_int_equal(e.code, EX_IO);
	(void)close(fd);
}

static void file_lock_is_held_until_closed(void **state)
{
	struct err e = ERR_INIT;
	char path[200];
	int first, second;

	in(path, sizeof path, state, "lock");
	first = file_lock(path, 0, &e);
	assert_true(first >= 0);
	assert_true(fcntl(first, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(file_lock(path, 0, &e), -1);
	assert_int_equal(e.code, EX_TRYLATER);
	(void)close(first);
	err_clear(&e);
	second = file_lock(path, 0, &e);
	assert_true(second >= 0);
	(void)close(second);
}

static void file_lock_of_a_symlink_is_refused(void **state)
{
	struct err e = ERR_INIT;
	char path[200];

	in(path, sizeof path, state, "link");
	assert_int_equal(symlink("/tmp/elsewhere", path), 0);
	assert_int_equal(file_lock(path, 0, &e), -1);
	assert_int_equal(e.code, EX_CANNOTCREATE);
}

static void file_make_parents_makes_private_folders(void **state)
{
	struct err e = ERR_INIT;
	struct stat st;
	char path[200], folder[200];

	in(path, sizeof path, state, "a/b/c.db");
	assert_int_equal(file_make_parents(path, &e), 0);
	assert_int_equal(file_make_parents(path, &e), 0); /* there already */
	assert_int_equal(stat(in(folder, sizeof folder, state, "a/b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(
		file_write_atomic(in(path, sizeof path, state, "plain"), SPAN(""), 0600, &e), 0);
	assert_int_equal(file_make_parents(in(path, sizeof path, state, "plain/x/y"), &e), -1);
	assert_int_equal(e.code, EX_CANNOTCREATE);
}

static void file_list_is_sorted_and_by_suffix(void **state)
{
	static const char *const made[] = {"b.md", "a.md", "B.md", "c.txt", ".hidden.md"};
	struct err e = ERR_INIT;
	char path[200], **names;
	size_t n;

	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		assert_int_equal(file_write_atomic(in(path, sizeof path, state, made[i]), SPAN(""),
						   0600, &e),
				 0);
	assert_int_equal(file_list(*state, ".md", &names, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_string_equal(names[0], in(path, sizeof path, state, "B.md"));
	assert_string_equal(names[1], in(path, sizeof path, state, "a.md"));
	assert_string_equal(names[2], in(path, sizeof path, state, "b.md"));
	file_list_free(names, n);
	assert_int_equal(file_list(in(path, sizeof path, state, "none"), "", &names, &n, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

static void file_new_stands_only_when_committed(void **state)
{
	struct buf path = BUF_INIT(4096), got = BUF_INIT(100);
	struct err e = ERR_INIT;
	struct file_new *f;
	char **names;
	size_t n;

	buf_addf(&path, "%s/pieces", (const char *)*state);
	f = file_new_open(buf_cstr(&path), 0600, &e);
	assert_non_null(f);
	assert_int_equal(file_new_write(f, SPAN("one "), &e), 0);
	assert_int_equal(access(buf_cstr(&path), F_OK), -1);
	assert_int_equal(file_new_write(f, SPAN("two"), &e), 0);
	assert_int_equal(file_new_commit(f, &e), 0);
	f = file_new_open(buf_cstr(&path), 0600, &e);
	assert_non_null(f);
	assert_int_equal(file_new_write(f, SPAN("other"), &e), 0);
	file_new_abandon(f);
	assert_int_equal(file_read(buf_cstr(&path), &got, &e), 0);
	assert_true(span_is(buf_span(&got), "one two"));
	assert_int_equal(file_list(*state, "", &names, &n, &e), 0);
	assert_int_equal(n, 1); /* nothing temporary is left */
	file_list_free(names, n);
	buf_release(&got);
	buf_release(&path);
}

/* Two that never got to the end, as when they are killed, and one that does. */
static void file_new_clears_away_what_was_left(void **state)
{
	struct buf path = BUF_INIT(4096), got = BUF_INIT(100);
	struct err e = ERR_INIT;
	struct file_new *left[2], *f;
	char **names;
	size_t n;

	buf_addf(&path, "%s/pieces", (const char *)*state);
	for (size_t i = 0; i < 2; i++) {
		left[i] = file_new_open(buf_cstr(&path), 0600, &e);
		assert_non_null(left[i]);
		assert_int_equal(file_new_write(left[i], SPAN("never finished"), &e), 0);
		assert_int_equal(file_list(*state, "", &names, &n, &e), 0);
		assert_int_equal(n, 1); /* not one for each */
		file_list_free(names, n);
	}
	f = file_new_open(buf_cstr(&path), 0600, &e);
	assert_non_null(f);
	assert_int_equal(file_new_write(f, SPAN("whole"), &e), 0);
	assert_int_equal(file_new_commit(f, &e), 0);
	assert_int_equal(file_read(buf_cstr(&path), &got, &e), 0);
	assert_true(span_is(buf_span(&got), "whole"));
	assert_int_equal(file_list(*state, "", &names, &n, &e), 0);
	assert_int_equal(n, 1);
	file_list_free(names, n);
	for (size_t i = 0; i < 2; i++)
		file_new_abandon(left[i]);
	buf_release(&got);
	buf_release(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(file_read_of_a_missing_file_names_it),
		IN_FOLDER(file_read_above_the_maximum_is_refused),
		IN_FOLDER(file_write_atomic_replaces_and_leaves_nothing_else),
		IN_FOLDER(file_new_stands_only_when_committed),
		IN_FOLDER(file_new_clears_away_what_was_left),
		IN_FOLDER(file_write_atomic_into_a_missing_folder_fails),
		IN_FOLDER(file_write_atomic_over_a_folder_keeps_it_and_cleans_up),
		IN_FOLDER(file_write_atomic_leaves_a_pipe_a_pipe),
		cmocka_unit_test(file_write_all_to_a_full_disk_is_io),
		IN_FOLDER(file_lock_is_held_until_closed),
		IN_FOLDER(file_lock_of_a_symlink_is_refused),
		IN_FOLDER(file_make_parents_makes_private_folders),
		IN_FOLDER(file_list_is_sorted_and_by_suffix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
