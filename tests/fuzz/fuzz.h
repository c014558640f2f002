/*
 * What fuzz targets share. A target is one LLVMFuzzerTestOneInput that feeds any bytes to one
 * parser and holds what comes out to what the parser's header promises; see README.md here.
 */
#ifndef AIOPS_TESTS_FUZZ_H
#define AIOPS_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for every input. The input that breaks it is a finding. */
#define FUZZ_CHECK(condition)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,          \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The input, taken from the front piece by piece; what is not there reads as 0 or empty. */
struct fuzz_input {
	const char *at;
	size_t left;
};

static inline struct fuzz_input fuzz_input(const uint8_t *data, size_t size)
{
	return (struct fuzz_input){(const char *)data, size};
}

static inline struct span fuzz_take(struct fuzz_input *in, size_t n)
{
	struct span s = span_of(in->at, n < in->left ? n : in->left);

	if (s.len == 0)
		return span_of("", 0);
	in->at += s.len;
	in->left -= s.len;
	return s;
}

static inline uint8_t fuzz_byte(struct fuzz_input *in)
{
	struct span s = fuzz_take(in, 1);

	return s.len ? (uint8_t)s.data[0] : 0;
}

/* Little-endian. */
static inline uint64_t fuzz_u64(struct fuzz_input *in)
{
	struct span s = fuzz_take(in, 8);
	uint64_t n = 0;

	for (size_t i = s.len; i-- > 0;)
		n = n << 8 | (uint8_t)s.data[i];
	return n;
}

static inline struct span fuzz_rest(struct fuzz_input *in)
{
	return fuzz_take(in, in->left);
}

/* Up to the next such byte, which is taken too, or all that is left. */
static inline struct span fuzz_until(struct fuzz_input *in, char end)
{
	const char *found = in->left ? memchr(in->at, end, in->left) : NULL;
	struct span s = fuzz_take(in, found ? (size_t)(found - in->at) : in->left);

	if (found)
		(void)fuzz_byte(in); /* the end itself */
	return s;
}

/*
 * A copy on the heap with exactly so many bytes of padding, so that the sanitizer sees any byte
 * read or written behind it. The padding is such that it would be taken for more input. Free it.
 */
static inline char *fuzz_copy(struct span s, size_t padding)
{
	char *copy = mem_alloc(s.len + padding + !(s.len + padding));

	if (s.len)
		memcpy(copy, s.data, s.len);
	memset(copy + s.len, '{', padding);
	return copy;
}

#endif
