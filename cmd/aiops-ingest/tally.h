/*
 * Records and rejects of each source, and when each last gave a sign of life.
 */
#ifndef AIOPS_INGEST_TALLY_H
#define AIOPS_INGEST_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/span.h"

struct tally {
	int64_t records, rejected;
	int64_t failures; /* of calls */
	int64_t beat_ns;  /* time of the last heartbeat */
	bool beaten;      /* there was one */
};

/* At most MAX_TALLIES sources are told apart; further ones are counted as "other". */
enum { MAX_TALLIES = 1000 };

struct tallies {
	struct map by_source;
	struct span last_name; /* of the lookup before: most records follow one of their source */
	struct tally *last;
};

void tallies_init(struct tallies *t);
void tallies_release(struct tallies *t);

/* The tally of a source, made if it is new. The name is copied; the tally stays. */
struct tally *tallies_of(struct tallies *t, struct span source);

/* True if the source's next heartbeat is due, which then counts as given. */
bool tally_beats(struct tally *t, int64_t now_ns, int64_t every_ms);

/* Appends ,"sources":{"NAME":{"records":N,"rejected":N[,"failures":N]},...}, in order of
 * appearance. */
void tallies_add_stats(const struct tallies *t, struct buf *json);

#endif
