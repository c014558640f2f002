/*
 * A key for what its source gives none: of what it says.
 */
#ifndef AIOPS_INGEST_CONTENTKEY_H
#define AIOPS_INGEST_CONTENTKEY_H

#include "aiops-ingest/formats/arena.h"

/* The first 32 hex digits of SHA-256 over the parts, one behind the other. */
struct span content_key(struct arena *words, const struct span *parts, size_t n);

#endif
