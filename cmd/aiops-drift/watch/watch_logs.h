/*
 * Log records by template: what is new among errors, and how often each comes.
 */
#ifndef AIOPS_DRIFT_WATCH_LOGS_H
#define AIOPS_DRIFT_WATCH_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-drift/watch/watch_judge.h"
#include "aiops-drift/watch/watch_series.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/record.h"

struct watch_logs;

/* Rates become series of the table, which is borrowed. max: templates remembered. */
struct watch_logs *watch_logs_new(struct series_table *table, size_t max, struct told *told);
void watch_logs_free(struct watch_logs *l);

/* Counts a log record and appends the annotation, a JSON object. -1: it has no body (nothing is
 * appended). */
NODISCARD int watch_logs_take(struct watch_logs *l, const struct record *r, int64_t ns,
			      struct buf *note);

/* Event time has reached now_ns: minutes that are over are judged. */
void watch_logs_close(struct watch_logs *l, int64_t now_ns);

size_t watch_logs_templates(const struct watch_logs *l);

/* Lines for the state file, and one of them read back (a record with the key `template` or
 * `logs`), after the series. Errors: EX_BADCONFIG. */
void watch_logs_write(const struct watch_logs *l, struct buf *out);
NODISCARD int watch_logs_read(struct watch_logs *l, const struct record *r, struct err *e);

#endif
