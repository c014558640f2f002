/*
 * Maintenance windows: when, and for which alerts, work on the systems was
 * announced. A pure function of event time and labels.
 *
 *	version: 1
 *	windows:
 *	  - name: orders-db upgrade
 *	    match: ['component=~"orders-db.*"']
 *	    from: 2026-11-22T22:00:00+01:00
 *	    to: 2026-11-23T02:00:00+01:00
 *	  - name: backup
 *	    match: ['alertname=DiskBusy']
 *	    repeat: weekly
 *	    weekdays: [mon, thu]
 *	    at: "01:30"
 *	    for: 90m
 *	    zone: Europe/Berlin
 *
 * A window that repeats begins when clocks in its zone show `at`, and lasts as
 * long as `for` says, also over a change to or from summer time.
 */
#ifndef AIOPS_CORRELATE_MAINTENANCE_H
#define AIOPS_CORRELATE_MAINTENANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/suppress/matchers.h"
#include "base/err.h"
#include "base/span.h"
#include "base/zone.h"

enum window_repeat { REPEAT_ONCE, REPEAT_DAILY, REPEAT_WEEKLY, REPEAT_MONTHLY };

/* `day: last` of a month. */
#define DAY_LAST 0

struct window {
	char *name;
	struct matchers match;
	enum window_repeat repeat;
	unsigned weekdays; /* bit 0 is Monday */
	int day;           /* of the month, DAY_LAST, or a day that some months do not have */
	int at_s;          /* seconds after midnight, local */
	int64_t for_ns;
	int64_t from_ns,
		until_ns; /* once: from and to; else first and last start, until excluded */
	struct zone zone;
	/* what came of it */
	bool active;       /* as of the last look */
	uint64_t alerts;   /* reports held back since it began */
	uint64_t total;    /* in all */
	uint64_t over;     /* resolved inside since it began */
	uint64_t released; /* given back at its end */
	int64_t began_ns;
};

struct maintenance {
	struct window *windows;
	size_t n;
	/* the windows that are active from lo_ns to before hi_ns */
	size_t *now;
	size_t n_now;
	int64_t lo_ns, hi_ns;
};

/* Reads a file. Errors: EX_UNREADABLE; EX_BADCONFIG with position. NULL on failure. */
struct maintenance *maintenance_load(const char *path, struct err *e);
/* The same from text. */
struct maintenance *maintenance_parse(struct span text, struct err *e);
void maintenance_free(struct maintenance *m);

/* Makes m->now the windows that are active at at_ns. O(1) while no window begins or ends in
 * between, else O(windows). */
void maintenance_look(struct maintenance *m, int64_t at_ns);
/* The first of the windows in m->now, from the i-th on, that matches; m->n_now if none does. */
size_t maintenance_find(const struct maintenance *m, struct subject s, size_t i);

/* ---- for tests, and maintenance.c ---- */

bool window_is_active(const struct window *w, int64_t at_ns);
/* When it next begins or ends after at_ns; INT64_MAX if never again. */
int64_t window_next(const struct window *w, int64_t at_ns);
/* When it last began or ended, at or before at_ns; INT64_MIN if never. */
int64_t window_last(const struct window *w, int64_t at_ns);
/* When the occurrence that is active at at_ns ends. */
int64_t window_end(const struct window *w, int64_t at_ns);

#endif
