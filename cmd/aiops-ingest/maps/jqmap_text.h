/*
 * Documents on their way through jq and back. jq holds numbers as doubles and
 * prints them anew; a number that it might print otherwise (beyond 2^53, 1.10,
 * 1e400) travels as a string behind a mark, and comes out of it byte for byte.
 * What is a secret by its name does not travel at all. Pure.
 */
#ifndef AIOPS_INGEST_JQMAP_TEXT_H
#define AIOPS_INGEST_JQMAP_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* U+FDD0, a code point that Unicode keeps for the inside of programmes; a document that holds it
 * all the same gets it back. */
#define JQMAP_MARK "\xef\xb7\x90"
/* Behind a mark that stood in the document itself. */
#define JQMAP_ESCAPE "\xef\xb7\x91"

/* Appends doc, which is valid JSON, on one line: such numbers marked, secret members null. O(len).
 */
void jqmap_encode(struct span doc, struct buf *out);

/* Appends a line of what jq printed: a string that is a marked number becomes the number, a mark
 * elsewhere goes. O(len). */
void jqmap_decode(struct span line, struct buf *out);

/* Does jq print this token of a JSON number as it is? */
bool jqmap_number_is_safe(struct span token);

#endif
