/*
 * Secrets that stand in a text encoded: in base64 of either alphabet, in hexadecimal, or with
 * percent signs as in URLs. A run that could be one is decoded once, and what comes out is read as
 * text. Pure.
 */
#ifndef AIOPS_TEXT_ENCODED_H
#define AIOPS_TEXT_ENCODED_H

#include "base/buf.h"
#include "text/secret.h"

/* The first run at or behind `from` that holds a secret, as a whole; false if there is none.
 * decoded is room to work in, whose maximum is at least text.len. O(len) over all calls. */
bool encoded_next(struct span text, size_t from, struct buf *decoded, struct secret *out);

#endif
