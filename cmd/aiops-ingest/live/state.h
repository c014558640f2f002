/*
 * The state of live sources: one JSON object with a member for each kind of source.
 * A source reads its own part when it starts and puts a new one when its positions
 * are safe; parts of sources that do not run now are kept. It stands in a file
 * (--state), or in the barriers of the stream itself (--resume): then what a later
 * stage has made of the stream tells how far it was read.
 */
#ifndef AIOPS_INGEST_STATE_H
#define AIOPS_INGEST_STATE_H

#include "base/err.h"
#include "base/span.h"
#include "record/record.h"

struct state;

/* Locks path and reads it; a missing file is an empty state. Errors: EX_TRYLATER (another run has
 * it), EX_CANNOTCREATE, EX_UNREADABLE, EX_BADCONFIG (not ours, newer). */
NODISCARD int state_open(const char *path, struct state **out, struct err *e);
/* A state that barriers hold: from the last one in path or, where that has none, in what was
 * rotated from it; empty if there is none. state_save gives each new one, a line without LF, to
 * write. The state is not locked. Errors: EX_UNREADABLE, EX_BADCONFIG. */
NODISCARD int state_of_stream(const char *path, void (*write)(void *ctx, struct span line),
			      void *ctx, struct state **out, struct err *e);
/* Does not save. NULL is accepted. */
void state_close(struct state *s);

/* The part of that name as it was read, VALUE_NONE if there is none. Valid until state_close. */
struct value state_part(const struct state *s, const char *name);
/* Puts a part for the next save; json is copied. */
void state_put(struct state *s, const char *name, struct span json);
/* Writes the file atomically, or a barrier, if a part was put since it was last written. Errors:
 * EX_CANNOTCREATE, EX_IO. */
NODISCARD int state_save(struct state *s, struct err *e);

#endif
