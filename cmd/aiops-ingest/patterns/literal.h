/*
 * What a text must hold for a regular expression to match it: the longest
 * literal that every match contains. Pure.
 */
#ifndef AIOPS_INGEST_LITERAL_H
#define AIOPS_INGEST_LITERAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends the literal, its ASCII letters in lower case, to out. False if none of at least
 * LITERAL_MIN bytes is sure: the pattern is then to be tried on every text. A text is to be folded
 * the same way before it is looked for. Whatever is not understood gives false, never a literal
 * that is not needed.
 */
enum { LITERAL_MIN = 3 };
bool literal_required(struct span pattern, struct buf *out);

#endif
