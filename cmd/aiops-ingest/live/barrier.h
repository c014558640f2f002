/*
 * Barriers that --follow --resume puts into its stream, each with the state of that moment. Every
 * stage behind passes one on when all before it is written and its own state is saved; so the
 * last one that stands in the file which the stages write to says how far they have come,
 * and was written by the same call that wrote what they made.
 */
#ifndef AIOPS_INGEST_BARRIER_H
#define AIOPS_INGEST_BARRIER_H

#include "base/buf.h"
#include "base/err.h"

/* Around the state, an object, in a line of its own. */
#define BARRIER_FRONT "{\"_barrier\":"
#define BARRIER_BACK  "}"

/* Appends the state of the last whole barrier of ours in path to out; where path is missing or has
 * none, that of the newest file rotated from it that has one. 1, 0 if there is none, -1. Reads from
 * the end, with memory for one barrier. Errors: EX_UNREADABLE, EX_BADDATA (larger than out may be).
 */
NODISCARD int barrier_last(const char *path, struct buf *out, struct err *e);

#endif
