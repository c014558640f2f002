/* What a confined command can and cannot do, on a kernel that has Landlock. */
#include "proc/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proc/proc.h"

static char folder[] = "/tmp/sandbox-XXXXXX";

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char name[64];

	(void)state;
	(void)snprintf(name, sizeof name, "%s/in", folder);
	(void)unlink(name);
	return rmdir(folder);
}

/* The exit status of a script with $1, the folder. */
static int status_of(const char *script, const struct sandbox *s)
{
	const char *const argv[] = {"sh", "-c", script, "sh", folder, NULL};
	static const char *const envp[] = {"PATH=/usr/bin:/bin", NULL};
	struct proc_spec spec = {.path = "/bin/sh",
				 .argv = argv,
				 .envp = envp,
				 .timeout_ms = 5000,
				 .kill_after_ms = 100,
				 .output_limit = 1000,
				 .sandbox = s};
	struct err e = ERR_INIT;
	struct proc_result r;
	int status;

	if (proc_run(&spec, NULL, &r, &e) != 0)
		fail_msg("%s", e.text);
	status = r.signal ? -1 : r.exit_status;
	proc_result_release(&r);
	return status;
}

static bool supported(void)
{
	struct sandbox_support s;

	sandbox_support(&s);
	return s.files;
}

static void nothing_can_be_written_unless_it_is_named(void **state)
{
	const char *const write[] = {folder, NULL};
	const struct sandbox none = {0}, folder_only = {.write = write};

	(void)state;
	if (!supported())
		skip();
	assert_int_equal(status_of("echo x > $1/in", NULL), 0);
	assert_int_not_equal(status_of("echo x > $1/in", &none), 0);
	assert_int_not_equal(status_of("rm $1/in", &none), 0);
	assert_int_equal(status_of("cat $1/in > /dev/null", &none), 0);
	assert_int_equal(status_of("echo y > $1/in && rm $1/in", &folder_only), 0);
	assert_int_not_equal(status_of("echo x > /tmp/sandbox-escaped", &folder_only), 0);
	/* what it starts is held as well */
	assert_int_not_equal(status_of("setsid sh -c 'echo x > $0/in' $1", &none), 0);
}

static void reading_can_be_held_too(void **state)
{
	const char *const read[] = {"/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", NULL};
	struct sandbox s = {.read = read};

	(void)state;
	if (!supported() || access("/lib64", F_OK) != 0 || access("/etc/ld.so.cache", F_OK) != 0)
		skip();
	assert_int_equal(status_of("cat /usr/bin/env > /dev/null", &s), 0);
	assert_int_not_equal(status_of("cat /etc/passwd > /dev/null", &s), 0);
}

static void path_that_is_not_there_is_an_error(void **state)
{
	const char *const write[] = {"/nonexistent", NULL};
	const struct sandbox s = {.write = write};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(sandbox_open(&s, &e), -1);
	assert_int_equal(e.code, supported() ? EX_UNREADABLE : EX_POLICY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_can_be_written_unless_it_is_named),
		cmocka_unit_test(reading_can_be_held_too),
		cmocka_unit_test(path_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
