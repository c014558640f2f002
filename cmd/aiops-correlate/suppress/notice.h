/*
 * Notices: records that tell what is being held back, since when, and how much.
 */
#ifndef AIOPS_CORRELATE_NOTICE_H
#define AIOPS_CORRELATE_NOTICE_H

#include <stdint.h>

#include "base/buf.h"
#include "record/jsonw.h"

/* Begins a notice: event is "cap_began" and the like, about tells apart notices of one event and
 * time. The caller adds members of its own and ends it. */
struct jsonw notice_begin(struct buf *out, const char *event, struct span about, int64_t at_ns,
			  struct span title);
void notice_end(struct jsonw *w);

#endif
