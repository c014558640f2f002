/*
 * Memory that is always there: mem_* never return NULL. When the system has
 * none left they write one line to standard error and end the process (71).
 * Sizes that come from input must be bounded before they get here.
 * Libraries are held to the same: see heap.c, which puts malloc itself under
 * this rule for the whole process.
 */
#ifndef AIOPS_BASE_MEM_H
#define AIOPS_BASE_MEM_H

#include <stddef.h>

__attribute__((malloc, returns_nonnull)) void *mem_alloc(size_t size);
__attribute__((malloc, returns_nonnull)) void *mem_zalloc(size_t size);
/* Room for n elements of size bytes, the product checked; old contents kept. */
__attribute__((returns_nonnull)) void *mem_array(void *old, size_t n, size_t size);
__attribute__((malloc, returns_nonnull)) char *mem_dup(const char *data,
						       size_t len); /* adds a NUL */
__attribute__((malloc, returns_nonnull)) char *mem_dupz(const char *s);

/* Grows *array (capacity *cap, elements of size bytes) to hold at least need
 * elements, doubling. The caller bounds need. */
#define mem_grow(array, cap, need)                                                                 \
	((void)((need) > (cap) ? ((array) = mem_grow_((array), &(cap), (need), sizeof *(array)))   \
			       : (array)))
__attribute__((returns_nonnull)) void *mem_grow_(void *array, size_t *cap, size_t need,
						 size_t size);

/* Ends the process with EX_SYSTEM: the one exit in lib/. */
_Noreturn void mem_exhausted(void);

#endif
