/*
 * The output buffer, for the filter loop that writes into it without a copy.
 */
#ifndef AIOPS_CLI_OUT_H
#define AIOPS_CLI_OUT_H

#include "cli/context.h"

enum { OUT_BYTES = 64 << 10 };

/* The buffer itself; call out_added after appending n bytes to it. */
struct buf *out_buffer(struct cli *c);
void out_added(struct cli *c, size_t n);
/* The reader of standard output has gone (EPIPE, once signals_catch_pipe was called). */
bool out_pipe_gone(const struct cli *c);
/* Flushes and closes standard output; an error is reported once. EX_DONE or EX_IO. */
int out_finish(struct cli *c);

#endif
