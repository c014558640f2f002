/*
 * What a terminal must not see, beside term_safe() of cli.h.
 */
#ifndef AIOPS_CLI_TERM_H
#define AIOPS_CLI_TERM_H

#include "base/buf.h"
#include "base/span.h"

/* For records that go to a terminal: DEL, C1, line and paragraph separators and bidi
 * controls as \u escapes. Inside a JSON string that is the same value, and outside of
 * one they cannot stand. Everything else is copied, the escapes that a tool prints itself too. */
void term_records(struct buf *out, struct span s);

#endif
