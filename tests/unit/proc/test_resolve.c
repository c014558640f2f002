/* proc_resolve: where an executable may come from. */
#include "proc/proc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ROOT/bin/tool (0755), ROOT/open/tool in a directory that others may write to,
 * ROOT/bin/loose (0777), ROOT/bin/data (no x), ROOT/bin/link -> ../open/tool */
static char root[] = "/tmp/resolve-test-XXXXXX";
static char bin[64], open_dir[64];

static void make_file(const char *dir, const char *name, mode_t mode)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	(void)close(fd);
}

static int setup(void **state)
{
	char link_path[80];

	(void)state;
	assert_non_null(mkdtemp(root));
	(void)snprintf(bin, sizeof bin, "%s/bin", root);
	(void)snprintf(open_dir, sizeof open_dir, "%s/open", root);
	(void)snprintf(link_path, sizeof link_path, "%s/link", bin);
	assert_int_equal(mkdir(bin, 0755), 0);
	assert_int_equal(mkdir(open_dir, 0755), 0);
	make_file(bin, "tool", 0755);
	make_file(bin, "loose", 0777);
	make_file(bin, "data", 0644);
	make_file(open_dir, "tool", 0755);
	make_file(open_dir, "only", 0755);
	assert_int_equal(chmod(open_dir, 01777), 0);
	return symlink("../open/tool", link_path);
}

static int teardown(void **state)
{
	static const char *const files[] = {"bin/tool",  "bin/loose", "bin/data", "bin/link",
					    "open/tool", "open/only", "bin",      "open"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", root, files[i]);
		(void)remove(path);
	}
	return rmdir(root);
}

static void assert_found(const char *name, const char *path, const char *expected)
{
	struct err e = ERR_INIT;
	char *found;

	if (proc_resolve(name, path, &found, &e) != 0)
		fail_msg("%s: %s", name, e.text);
	assert_string_equal(found, expected);
	free(found);
}

static void assert_refused(const char *name, const char *path, int code, const char *part)
{
	struct err e = ERR_INIT;
	char *found;

	assert_int_equal(proc_resolve(name, path, &found, &e), -1);
	assert_int_equal(e.code, code);
	if (!strstr(e.text, part))
		fail_msg("'%s' lacks '%s'", e.text, part);
}

static void resolve_name_is_found_in_order(void **state)
{
	char path[256], expected[128];

	(void)state;
	(void)snprintf(path, sizeof path, "/nonexistent::relative:%s:/usr/bin", bin);
	(void)snprintf(expected, sizeof expected, "%s/tool", bin);
	assert_found("tool", path, expected);
	assert_found("env", path, "/usr/bin/env");
}

static void resolve_absolute_name_is_only_checked(void **state)
{
	(void)state;
	assert_found("/usr/bin/env", "/nonexistent", "/usr/bin/env");
	assert_refused("/usr/bin/nonexistent", "/usr/bin", EX_UNREADABLE,
		       "no executable '/usr/bin/nonexistent'");
}

static void resolve_what_is_not_there_or_not_executable_is_unreadable(void **state)
{
	(void)state;
	assert_refused("nothing-of-this-name", "/usr/bin:/bin", EX_UNREADABLE, "in /usr/bin:/bin");
	assert_refused("data", bin, EX_UNREADABLE, "no executable");
	assert_refused("", "/bin", EX_UNREADABLE, "no name");
	assert_refused("..", bin, EX_UNREADABLE, "no executable");
}

static void resolve_what_others_may_write_to_is_refused(void **state)
{
	(void)state;
	assert_refused("loose", bin, EX_POLICY, "others may write to it");
	assert_refused("only", open_dir, EX_POLICY, "others may write to the directory");
	assert_refused("link", bin, EX_POLICY, "others may write to the directory");
}

static void resolve_relative_path_is_refused(void **state)
{
	(void)state;
	assert_refused("./tool", bin, EX_POLICY, "must be absolute");
	assert_refused("bin/tool", bin, EX_POLICY, "must be absolute");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resolve_name_is_found_in_order),
		cmocka_unit_test(resolve_absolute_name_is_only_checked),
		cmocka_unit_test(resolve_what_is_not_there_or_not_executable_is_unreadable),
		cmocka_unit_test(resolve_what_others_may_write_to_is_refused),
		cmocka_unit_test(resolve_relative_path_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
