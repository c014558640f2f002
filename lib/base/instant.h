/*
 * Points in time as int64_t nanoseconds since 1970-01-01T00:00:00Z (years 1678
 * to 2261), read and written with integer arithmetic only (RFC 3339; calendar
 * by H. Hinnant, "chrono-compatible low-level date algorithms").
 */
#ifndef AIOPS_BASE_INSTANT_H
#define AIOPS_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* The first instant, and the one behind the last: 1678-01-01 and 2262-01-01. */
#define INSTANT_FIRST_NS  (INT64_C(-9214560000) * NS_PER_S)
#define INSTANT_BEHIND_NS (INT64_C(9214646400) * NS_PER_S)

struct instant {
	int64_t ns;   /* since the epoch, UTC */
	int fraction; /* digits behind the second that the source gave, 0 to 9 */
};

/*
 * Reads RFC 3339 with any offset, 0-9 fraction digits (more are cut), 'T', 't'
 * or a space, and "+0000" without a colon. A leap second (:60) is the next
 * second. Years 0000-1677 and 2262-9999, in UTC, are refused: "out of range".
 * Errors: EX_BADDATA.
 */
NODISCARD int instant_parse(struct span s, struct instant *out, struct err *e);

/* True for Go's zero time 0001-01-01T00:00:00Z (any offset, fraction of zeros) and the empty span.
 */
bool instant_is_unset(struct span s);

enum epoch_unit { EPOCH_S, EPOCH_MS, EPOCH_US, EPOCH_NS, EPOCH_GUESS };

/*
 * Reads a decimal epoch time ("1700000000.123"), keeping every digit up to
 * nanoseconds. EPOCH_GUESS takes the unit from the digits before the point
 * (up to 11 s, 14 ms, 17 us, else ns). Errors: EX_BADDATA.
 */
NODISCARD int instant_parse_epoch(struct span s, enum epoch_unit unit, struct instant *out,
				  struct err *e);

/* Room for the text of any instant. */
#define INSTANT_TEXT 31
/* Writes "2026-11-21T09:09:19.095Z" with t.fraction digits, without a NUL; returns its length. */
size_t instant_text(struct instant t, char out[static INSTANT_TEXT]);

/* The text of a minute, of which the next instant often is, too. Zeroed to begin with. */
#define INSTANT_MINUTE_LEN 17
struct instant_minute {
	bool known;
	int64_t minute; /* since the epoch */
	char text[INSTANT_MINUTE_LEN];
};
/* As instant_text, for many times that lie close: in the minute of *last the date is a copy. */
size_t instant_text_near(struct instant t, struct instant_minute *last,
			 char out[static INSTANT_TEXT]);
/* Appends what instant_text writes. */
void instant_add(struct buf *b, struct instant t);

/* The instant with as many fraction digits (0, 3, 6, 9) as it needs. */
struct instant instant_from_ns(int64_t ns);

/* Civil fields of t in UTC, for windows by hour and weekday. */
struct civil {
	int year, month, day, hour, minute, second;
	int weekday; /* 0 = Monday */
};
struct civil instant_civil(struct instant t);

/* Nanoseconds of a civil UTC date and time; no range check beyond the year range above. */
int64_t instant_from_civil(const struct civil *c);

#endif
