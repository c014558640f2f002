#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

/* The status of a child in which f runs, its standard error out of sight. */
static int status_of(void (*f)(void))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(null, STDERR_FILENO);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void ask_for_a_product_that_wraps(void)
{
	free(mem_array(NULL, SIZE_MAX / 2 + 2, 2));
}

static void grow_past_all_sizes(void)
{
	size_t cap = 1;
	char *p = mem_alloc(1);

	p = mem_grow_(p, &cap, SIZE_MAX, 1);
	free(p);
}

static void mem_array_of_a_wrapping_product_ends_with_71(void **state)
{
	(void)state;
	assert_int_equal(status_of(ask_for_a_product_that_wraps), EX_SYSTEM);
	assert_int_equal(status_of(grow_past_all_sizes), EX_SYSTEM);
}

/* What no system has, asked for as a library would, past mem_*. Volatile, or the compiler leaves
 * the calls out. */
static volatile size_t too_much = SIZE_MAX / 2;
static void *volatile given;

static void ask_malloc(void)
{
	given = malloc(too_much);
}

static void ask_calloc(void)
{
	given = calloc(2, too_much);
}

static void ask_realloc(void)
{
	given = realloc(strdup("kept"), too_much);
}

static void ask_posix_memalign(void)
{
	void *p = NULL;

	(void)!posix_memalign(&p, 64, too_much);
	given = p;
}

static void malloc_of_any_library_ends_with_71(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* the sanitizer's allocator ends the process in its own way */
#endif
	assert_int_equal(status_of(ask_malloc), EX_SYSTEM);
	assert_int_equal(status_of(ask_calloc), EX_SYSTEM);
	assert_int_equal(status_of(ask_realloc), EX_SYSTEM);
	assert_int_equal(status_of(ask_posix_memalign), EX_SYSTEM);
}

static void malloc_that_cannot_fail_answers_as_ever(void **state)
{
	void *p, *q = NULL;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* it takes a bad alignment for a mistake */
#endif
	p = malloc(0);
	assert_non_null(p);
	assert_null(realloc(p, 0)); /* freed */
	assert_int_equal(posix_memalign(&q, 3, 8), EINVAL);
}

static void mem_alloc_of_nothing_is_something(void **state)
{
	char *p = mem_alloc(0), *q = mem_zalloc(0);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	p = mem_array(p, 0, 8);
	assert_non_null(p);
	free(p);
	free(q);
}

static void mem_zalloc_is_zero(void **state)
{
	unsigned char *p = mem_zalloc(100);

	(void)state;
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	free(p);
}

static void mem_dup_adds_a_nul(void **state)
{
	char *p = mem_dup("abc", 2), *none = mem_dup(NULL, 0), *z = mem_dupz("xyz");

	(void)state;
	assert_string_equal(p, "ab");
	assert_string_equal(none, "");
	assert_string_equal(z, "xyz");
	free(p);
	free(none);
	free(z);
}

static void mem_grow_doubles_and_keeps(void **state)
{
	size_t cap = 0;
	int *list = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		mem_grow(list, cap, (size_t)i + 1);
		list[i] = i;
	}
	assert_int_equal(cap, 1024);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mem_array_of_a_wrapping_product_ends_with_71),
		cmocka_unit_test(malloc_of_any_library_ends_with_71),
		cmocka_unit_test(malloc_that_cannot_fail_answers_as_ever),
		cmocka_unit_test(mem_alloc_of_nothing_is_something),
		cmocka_unit_test(mem_zalloc_is_zero),
		cmocka_unit_test(mem_dup_adds_a_nul),
		cmocka_unit_test(mem_grow_doubles_and_keeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
