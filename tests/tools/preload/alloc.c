/*
 * alloc: fails the n-th allocation of a programme, once or from there on.
 * Preloaded by tests/torture/fault-alloc.
 *
 *	ALLOC_AT       n, from 1; 0 or nothing counts only
 *	ALLOC_EVER     1: every allocation from the n-th on fails, not that one alone
 *	ALLOC_MAIN     1: counting begins with main, behind what loader and libraries do before it
 *	ALLOC_CHILDREN 1: forked children count too, in one row with their parent; 2: also what they
 *	               become by exec; else they are left alone
 *	ALLOC_COUNT    a file: three 64-bit numbers, how many were asked for, how many failed,
 *	               and how many of these in children
 *
 * strdup, asprintf, getline, fopen, operator new and what else allocates in the C and
 * C++ libraries come through the calls wrapped here. The allocator behind them is asked by
 * names that glibc exports: there is nothing to look up, which might allocate itself.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

struct tally {
	_Atomic uint64_t asked, failed, in_children;
};

static struct tally own, *tally = &own;
static uint64_t at;
static uint64_t in_children;
static bool begun, ever, counts, is_child;

static void begin(void);

/* True if this one is to fail; ENOMEM is set then. */
static bool strikes(void)
{
	uint64_t n;

	begin(); /* other libraries allocate before our constructor's turn */
	if (!counts)
		return false;
	n = atomic_fetch_add(&tally->asked, 1) + 1;
	if (!at || (ever ? n < at : n != at))
		return false;
	atomic_fetch_add(&tally->failed, 1);
	if (is_child)
		atomic_fetch_add(&tally->in_children, 1);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return strikes() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return strikes() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return strikes() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}

void *memalign(size_t align, size_t size)
{
	return strikes() ? NULL : __libc_memalign(align, size);
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

/* Tells by its answer, not by errno. */
int posix_memalign(void **out, size_t align, size_t size)
{
	int saved = errno;
	void *p = memalign(align, size);

	errno = saved;
	if (!p)
		return ENOMEM;
	*out = p;
	return 0;
}

static void become_child(void)
{
	is_child = true;
	if (!in_children)
		counts = false;
}

static uint64_t number(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 10) : 0;
}

static void share_tally(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *p = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof *tally) == 0)
		p = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		_exit(126); /* rather than a test that counts nothing */
	tally = p;
	(void)close(fd);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("ALLOC_COUNT");

	if (begun)
		return;
	begun = true;
	at = number("ALLOC_AT");
	ever = number("ALLOC_EVER");
	in_children = number("ALLOC_CHILDREN");
	if (path)
		share_tally(path);
	if (in_children < 2)
		(void)unsetenv("LD_PRELOAD");
	(void)pthread_atfork(NULL, NULL, become_child);
	counts = !number("ALLOC_MAIN");
}

typedef int main_fn(int, char **, char **);

static main_fn *real_main;

static int counted_main(int argc, char **argv, char **envp)
{
	counts = true;
	return real_main(argc, argv, envp);
}

/* Not declared by any header: the C library's own entry, called by the programme's first
 * instructions. */
int __libc_start_main(main_fn *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(main_fn *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end)
{
	__typeof__(&__libc_start_main) real;

	*(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
	real_main = main;
	return real(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
