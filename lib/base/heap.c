/*
 * The allocator of the whole process, made to end it with EX_SYSTEM when memory
 * runs out, whoever asked. The libraries that we link do not all look at what
 * malloc gives them: libfyaml 0.7 crashes, or drops a key of the document and
 * goes on; the C library's getpwuid() crashes, and its time zones turn into UTC
 * without a word. A configuration of which a line went missing is worse than
 * no answer, so nobody gets to see NULL.
 *
 * These definitions stand in front of the C library's and of any preloaded
 * ones, and pass on to the next; what was given is freed by whoever gave it.
 * See "Replacing malloc" in the manual of the GNU C library. Sanitizers bring
 * their own allocator and end the process themselves.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&                             \
	!__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer) &&                   \
	!__has_feature(thread_sanitizer)

/* What stands behind ours, looked up at the first call (which allocates nothing). */
static _Atomic uintptr_t next_malloc, next_calloc, next_realloc, next_aligned;

static uintptr_t next(_Atomic uintptr_t *known, const char *name)
{
	uintptr_t found = atomic_load_explicit(known, memory_order_relaxed);

	if (!found) {
		found = (uintptr_t)dlsym(RTLD_NEXT, name);
		if (!found)
			mem_exhausted(); /* a C library without it: cannot be */
		atomic_store_explicit(known, found, memory_order_relaxed);
	}
	return found;
}

static void *given(void *p)
{
	if (!p)
		mem_exhausted();
	return p;
}

void *malloc(size_t size)
{
	return given(((void *(*)(size_t))next(&next_malloc, "malloc"))(size));
}

void *calloc(size_t n, size_t size)
{
	return given(((void *(*)(size_t, size_t))next(&next_calloc, "calloc"))(n, size));
}

/* To nothing is freed, and that gives NULL. */
void *realloc(void *old, size_t size)
{
	void *p = ((void *(*)(void *, size_t))next(&next_realloc, "realloc"))(old, size);

	return old && !size ? p : given(p);
}

/* EINVAL, a bad alignment, is the caller's affair. */
int posix_memalign(void **out, size_t align, size_t size)
{
	typedef int aligned_fn(void **, size_t, size_t);
	int rc = ((aligned_fn *)next(&next_aligned, "posix_memalign"))(out, align, size);

	if (rc == ENOMEM)
		mem_exhausted();
	return rc;
}

#endif
