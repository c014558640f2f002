/*
 * Base64 of RFC 4648, section 4: with padding, and one text for each value, so that no byte of a
 * text can be changed without changing what it says.
 */
#ifndef AIOPS_BASE_BASE64_H
#define AIOPS_BASE_BASE64_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Decodes all of text into out, at most max bytes; *len is how many. -1: it is no base64, or more.
 */
NODISCARD int base64_decode(struct span text, uint8_t *out, size_t max, size_t *len);

void base64_add(struct buf *out, struct span data);

#endif
