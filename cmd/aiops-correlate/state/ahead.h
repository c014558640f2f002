/*
 * What the end of the last run announced before its time.
 *
 * At the end of its input a run with a state file announces all that it knows,
 * alerts that still wait included; but in the state those go on waiting, so
 * that a next run, whose first alerts may be older, decides them in the right
 * order. What it then comes to again is not announced a second time. If it
 * comes to something else (only possible when alerts come out of order across
 * two runs), what was said is put right under a higher revision.
 */
#ifndef AIOPS_CORRELATE_AHEAD_H
#define AIOPS_CORRELATE_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/span.h"

struct ahead_entry {
	uint32_t revision; /* the last one announced */
	uint32_t base;     /* what the incident's own count is raised by */
	uint64_t digest;   /* of that record */
	uint64_t fp;       /* of the alert that opened it */
	bool closed;       /* said to be over, as no incident of its own */
};

struct ahead {
	struct map map; /* incident to struct ahead_entry */
};

void ahead_init(struct ahead *a);
void ahead_release(struct ahead *a);
void ahead_clear(struct ahead *a);

/* The entry of an incident, or NULL. */
struct ahead_entry *ahead_get(const struct ahead *a, const char *incident);
/* Sets the entry of an incident; *entry is copied. */
void ahead_note(struct ahead *a, const char *incident, const struct ahead_entry *entry);
/* True if what would be said now was said: an earlier revision, or the same one
 * with the same bytes. e may be NULL. */
bool ahead_covers(const struct ahead_entry *e, uint32_t revision, uint64_t digest);

/* The last record of an incident that turned out to be over, or no incident of
 * its own: then its alert is part of `into` (NULL: unknown). */
void ahead_close_words(const char *incident, uint32_t revision, int64_t now_ns, const char *into,
		       struct buf *out);

/* FNV-1a 64 of a record's text. */
uint64_t record_digest(struct span text);

#endif
