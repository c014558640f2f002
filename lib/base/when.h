/*
 * Points in time as people give them on a command line.
 */
#ifndef AIOPS_BASE_WHEN_H
#define AIOPS_BASE_WHEN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

/* "2026-11-21T09:00:00Z", "2026-11-21", "today", "yesterday" (their beginning), or
 * "2h": so long before now_ns.
 * Errors: EX_BADUSAGE. */
NODISCARD int when_parse(struct span s, int64_t now_ns, struct instant *out, struct err *e);

/* Appends t as the log writes times, in milliseconds: the first that is not before t. */
void when_add_bound(struct buf *out, struct instant t);

#endif
