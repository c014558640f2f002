/*
 * What the end of the last run announced before its time.
 *
 * At the end of its input a run with a state file announces all that it knows,
 * alerts that still wait included; but in the state those go on waiting, so
 * that a next run, whose first alerts may be older, decides them in the right
 * order. What it then comes to again is not announced a second time; and an
 * incident that was announced but turns out to be part of another is closed.
 */
#ifndef AIOPS_CORRELATE_AHEAD_H
#define AIOPS_CORRELATE_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/span.h"

struct ahead_entry {
	uint32_t revision;
	uint64_t digest; /* of the record */
	uint64_t fp;     /* of the alert that opened it */
};

struct ahead {
	struct map map; /* incident to struct ahead_entry */
};

void ahead_init(struct ahead *a);
void ahead_release(struct ahead *a);

/* A record was announced ahead of its time. entry is copied. */
void ahead_note(struct ahead *a, const char *incident, const struct ahead_entry *entry);
/* True if this revision (with these bytes), or a later one, was announced
 * already; a record that differs or goes beyond ends the entry. */
bool ahead_has(struct ahead *a, const char *incident, uint32_t revision, uint64_t digest);
void ahead_drop(struct ahead *a, const char *incident);

/* The last record of an incident that turned out to be no incident of its own:
 * its alert is part of `into` (NULL: unknown). */
void ahead_close_words(const char *incident, const struct ahead_entry *entry, int64_t now_ns, const char *into,
		       struct buf *out);

/* FNV-1a 64 of a record's text. */
uint64_t record_digest(struct span text);

#endif
