/*
 * simdjson's DOM parser behind a C header: the one way from C to C++.
 *
 * The parse result is simdjson's tape, whose layout its project documents
 * (simdjson, doc/tape.md): 64-bit words with a type letter in the top byte.
 * Everything that reads it is C, in record/tape.h and the files that use it.
 */
#ifndef AIOPS_RECORD_DOM_H
#define AIOPS_RECORD_DOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dom;

/* What came out of a parse; borrowed from the parser until its next parse. */
struct tape {
	uint64_t *words;
	const uint8_t *strings; /* each: 4 bytes of length, the unescaped bytes, a NUL */
};

enum dom_status {
	DOM_OK,
	DOM_SYNTAX,
	DOM_UTF8,
	DOM_DEPTH,
	DOM_NUMBER, /* bad grammar, or an integer beyond 64 bits, or no finite double */
	DOM_EMPTY,  /* white space only */
	DOM_BROKEN, /* the library cannot work here */
};

/*
 * A parser for at most max_depth nested containers, or a little more (its own
 * count differs by one between arrays and objects; count again). When memory
 * runs out, here and in every later C++ allocation of the process, on_no_memory
 * is called, which must not return: simdjson allocates inside noexcept
 * functions, where a thrown bad_alloc would end in SIGABRT.
 */
struct dom *dom_new(size_t max_depth, void (*on_no_memory)(void));
void dom_free(struct dom *d);

/*
 * Parses text[0..len), behind which 64 bytes must be readable. The buffers grow
 * to the next power of two, never above limit (at least len, below 4 GiB). On
 * DOM_OK *out is set, else *words says what is wrong, in static text. O(len).
 */
enum dom_status dom_parse(struct dom *d, const char *text, size_t len, size_t limit,
			  struct tape *out, const char **words);

/* The double nearest to digits times 10 to the power, -300 to 300; false, rarely, where the
 * library's short way cannot tell or there is no finite one. */
bool dom_round(uint64_t digits, int64_t power, bool negative, double *out);

#ifdef __cplusplus
}
#endif

#endif
