/*
 * Syslog's numbers (RFC 5424, section 6.2.1), which journald uses too.
 */
#ifndef AIOPS_INGEST_PRIORITY_H
#define AIOPS_INGEST_PRIORITY_H

#include "aiops-ingest/emit.h"

enum { PRIORITY_MAX = 191 }; /* facility 23, severity 7 */

/* "kern" ... "local7"; NULL beyond 23. */
const char *facility_name(int n);

/* Judges an event by the digit of a syslog severity: 0 to 2 critical, 3 high, 4 medium, 5 low, 6
 * and 7 info; what is none is unknown, and counted. */
void judge_by_priority(struct ingest *in, struct span digit, struct event *ev);

#endif
