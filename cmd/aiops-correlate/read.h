/*
 * From an alert record to what the deciding halves compare.
 */
#ifndef AIOPS_CORRELATE_READ_H
#define AIOPS_CORRELATE_READ_H

#include "aiops-correlate/sighting.h"
#include "base/err.h"
#include "record/record.h"

/* The paths that both functions ask for: quicker if the record watches them (record_watch). */
enum { REPORT_PATHS = 20 };
extern const char *const report_paths[REPORT_PATHS];

/* True for an alert that fires or is resolved; what its source calls pending or
 * suppressed is none of ours. */
bool report_wanted(const struct record *r);

/*
 * Fills out from an alert record; the spans are the record's. *clock_ns is how
 * far it may move event time: its timestamp, but not beyond `observed`, so that
 * a source whose clock is ahead does not make all others late. Errors (the
 * record is to be rejected): id or timestamp missing or wrong.
 */
NODISCARD int report_read(const struct record *r, struct report *out, int64_t *clock_ns,
			  struct err *e);

#endif
