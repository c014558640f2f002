/*
 * Secrets from files: tokens, keys, passwords. They come by file, never by argv,
 * and leave memory when they are done with.
 */
#ifndef AIOPS_BASE_SECRET_H
#define AIOPS_BASE_SECRET_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Reads the secret in path behind what b holds, without the white space around
 * it. The file must be a regular one that nobody else can read or write, and
 * hold one line; b->max bounds it. Release b with secret_release.
 * Errors: EX_UNREADABLE, EX_POLICY (its mode), EX_BADDATA (empty, several lines, control
 * characters, too long).
 */
NODISCARD int secret_read(const char *path, struct buf *b, struct err *e);

/* Writes a new file (0600) that must not be there yet, synced. A file that could not be written
 * whole is taken away. Errors: EX_CANNOTCREATE, EX_IO. */
NODISCARD int secret_write_new(const char *path, struct span text, struct err *e);

/* buf_release, the memory overwritten first. */
void secret_release(struct buf *b);

#endif
