/*
 * The records around incidents, as many as fit: a ring for each kind, so that
 * a flood of logs cannot push out the one change that caused it. When memory is
 * used up, the oldest record of the kind that uses most of it goes.
 */
#ifndef AIOPS_TRIAGE_CONTEXT_H
#define AIOPS_TRIAGE_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/evidence/item.h"
#include "base/map.h"

enum context_kind { CONTEXT_ALERTS, CONTEXT_LOGS, CONTEXT_METRICS, CONTEXT_CHANGES, CONTEXT_KINDS };
/* "alerts" ... */
const char *context_kind_name(enum context_kind k);

struct ring {
	struct item **slots; /* oldest first, from `first` on, wrapping at cap */
	size_t first, n, cap;
	size_t bytes;
	uint64_t dropped;
};

struct context {
	struct ring rings[CONTEXT_KINDS];
	struct map by_id;   /* record id to struct item */
	size_t max_records; /* of each kind */
	size_t max_bytes;   /* of all */
	size_t bytes;
};

void context_init(struct context *c, size_t max_records, size_t max_bytes);
void context_release(struct context *c);

/* Keeps what is worth keeping of the parsed record. A record that is there
 * already (equal id) is the same record, delivered twice. Amortised O(size). */
void context_add(struct context *c, const struct record *r);

/* The record of that id, or NULL. */
struct item *context_find(const struct context *c, struct span id);

/* Steps through one kind, oldest arrival first: for (size_t i = 0; (it = context_at(c, k, i));
 * i++). */
struct item *context_at(const struct context *c, enum context_kind k, size_t i);

#endif
