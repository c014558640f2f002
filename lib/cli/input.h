/*
 * What the filter loop needs of an input beside filter.h.
 */
#ifndef AIOPS_CLI_INPUT_H
#define AIOPS_CLI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/filter.h"

/* Called before a wait for more input, ahead of the flush. -1 makes the read return
 * INPUT_ERROR with e as it was set. */
void input_on_idle(struct input *in, int (*idle)(void *ctx, struct err *e), void *ctx);
/* Called once when a wait has lasted ms; output is flushed after it. -1 as above. For what is held
 * back in case that the next bytes go on from it: a short wait (a slow writer) must not decide. */
void input_on_pause(struct input *in, int ms, int (*pause)(void *ctx, struct err *e), void *ctx);
/* Called after each read(2) that brought something. */
void input_on_read(struct input *in, void (*read)(void *ctx), void *ctx);

/* The progress bar of --progress: begin before the first read, tick after each (input_on_read), end
 * before the last messages. */
void input_progress_begin(struct cli *c, struct input *in);
void input_progress_tick(struct cli *c, const struct input *in, int64_t records);
void input_progress_end(struct cli *c);

/* Bytes read so far, of all files. */
uint64_t input_bytes(const struct input *in);
/* Bytes of all files together if each is a regular file, else 0. */
int64_t input_total_bytes(struct input *in);
/* The line that input_line gave had an LF behind it (it stands at line.data[line.len]). */
bool input_had_newline(const struct input *in);

#endif
