#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

_Noreturn void mem_exhausted(void)
{
	static const char text[] = "aiops: error: out of memory\n";

	(void)!write(STDERR_FILENO, text, sizeof text - 1); /* nothing left to do about it */
	_exit(EX_SYSTEM);
}

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_zalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_array(void *old, size_t n, size_t size)
{
	void *p;

	if (size && n > SIZE_MAX / size)
		mem_exhausted();
	p = realloc(old, n && size ? n * size : 1);
	if (!p)
		mem_exhausted();
	return p;
}

char *mem_dup(const char *data, size_t len)
{
	char *p = mem_alloc(len + 1);

	if (len)
		memcpy(p, data, len);
	p[len] = '\0';
	return p;
}

char *mem_dupz(const char *s)
{
	return mem_dup(s, strlen(s));
}

void *mem_grow_(void *array, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 8;

	while (n < need) {
		if (n > SIZE_MAX / 2)
			mem_exhausted();
		n *= 2;
	}
	array = mem_array(array, n, size);
	*cap = n;
	return array;
}
