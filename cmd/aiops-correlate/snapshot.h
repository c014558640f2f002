/*
 * The correlator's memory as one versioned JSON document, and back.
 */
#ifndef AIOPS_CORRELATE_SNAPSHOT_H
#define AIOPS_CORRELATE_SNAPSHOT_H

#include "aiops-correlate/ahead.h"
#include "aiops-correlate/engine.h"
#include "base/buf.h"
#include "base/err.h"

/* Raised when the document changes so that an older programme cannot read it. */
#define SNAPSHOT_VERSION 1

/* Appends the state of en. The settings are not part of it: they may differ
 * from run to run. Errors: EX_SYSTEM (the buffer's limit). */
NODISCARD int snapshot_save(const struct engine *en, struct buf *out, struct err *e);
/* Puts the announcements `a` in place of the closing brace; the last step of saving. */
NODISCARD int snapshot_add_ahead(const struct ahead *a, struct buf *out, struct err *e);

/* Reads a document into en and a, both fresh. Errors: EX_BADCONFIG (not a state
 * of this programme, newer, or damaged); en is then only good for release. */
NODISCARD int snapshot_load(struct engine *en, struct ahead *a, struct span text, struct err *e);

#endif
