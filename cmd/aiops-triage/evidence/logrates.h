/*
 * How often each message of a log was written where: templates (text/template.h)
 * by component, counted by minute. In bounded memory: the one that was not seen for
 * longest goes first.
 */
#ifndef AIOPS_TRIAGE_LOGRATES_H
#define AIOPS_TRIAGE_LOGRATES_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/span.h"
#include "record/event.h"
#include "record/record.h"
#include "text/template.h"

#define LOG_TEMPLATES 4096 /* of the miner */
#define LOG_MINUTES   90   /* counted for each message, in minutes in which there was one */

struct log_minute {
	int64_t minute; /* since the epoch */
	uint32_t count;
	char *id; /* of the first record in it; owned */
};

/* One message in one place. */
struct log_rate {
	char *key; /* owned */
	size_t key_len;
	struct span component, service, host, template; /* in key */
	enum severity severity;                         /* the worst seen */
	int64_t first_ns;
	uint64_t total;
	struct log_minute *minutes; /* a ring, oldest at first */
	size_t first, n, cap;
	struct log_rate *older, *newer;
};

struct log_rates {
	struct miner *miner;
	struct map by_key;
	struct log_rate *oldest, *newest;
	size_t n, bytes, max_bytes;
	int64_t first_ns; /* of all; INT64_MAX without any */
	uint64_t dropped;
};

void log_rates_init(struct log_rates *ls, size_t max_bytes);
void log_rates_release(struct log_rates *ls);

/* Counts a parsed log record. Linear in its text. */
void log_rates_add(struct log_rates *ls, const struct record *r);

/* The i-th minute, oldest first; NULL behind the last. */
const struct log_minute *log_rate_at(const struct log_rate *l, size_t i);
struct log_rate *log_rates_next(const struct log_rates *ls, const struct log_rate *after);

#endif
