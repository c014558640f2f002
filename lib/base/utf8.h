/*
 * UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef AIOPS_BASE_UTF8_H
#define AIOPS_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Reads one code point at the start of s into *cp and returns its length in
 * bytes (1 to 4), or 0 if the bytes there are not valid (or s is empty). */
size_t utf8_next(struct span s, uint32_t *cp);

/* Bytes from the start that are valid UTF-8: s.len if all are. */
size_t utf8_valid_prefix(struct span s);

/* Code points of valid UTF-8: about the columns that it takes on a terminal. */
size_t utf8_count(struct span s);

#endif
