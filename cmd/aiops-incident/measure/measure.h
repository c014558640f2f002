/*
 * What incidents add up to: how long it took to detect, acknowledge, mitigate and
 * resolve them, how many there were, and how often the toolkit was right or did it alone.
 *
 * Incidents that have not come so far yet count as having lasted until now
 * (stats/survival.h), so that a bad week does not look good while it lasts.
 */
#ifndef AIOPS_INCIDENT_MEASURE_H
#define AIOPS_INCIDENT_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-incident/register/incident.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "stats/survival.h"

enum span_of_time {
	TIME_DETECT,      /* detected - impact began */
	TIME_ACKNOWLEDGE, /* acknowledged - detected */
	TIME_MITIGATE,    /* mitigated (or resolved) - impact began */
	TIME_RESOLVE,     /* resolved - detected, as most tools count */
	TIME_IMPACT,      /* resolved - impact began: what users felt */
	TIMES
};
extern const char *const time_names[TIMES], *const time_definitions[TIMES];

struct durations {
	struct lifetime *items; /* in seconds; owned */
	size_t n, cap;
	size_t pending; /* of them not ended */
};

/* Of all incidents, of a severity, or of a type. */
struct group {
	int64_t n, open, resolved, auto_resolved, automated, false_positive, reopened;
	int64_t answered, judged, agreed;          /* hypotheses */
	int64_t severities[SEVERITY_CRITICAL + 1]; /* of its incidents */
	struct durations times[TIMES];
};

struct measure {
	int64_t now_ns;
	struct group all, by_severity[SEVERITY_CRITICAL + 1];
	struct map types; /* name to struct group */
};

void measure_init(struct measure *m, int64_t now_ns);
void measure_release(struct measure *m);
/* Adds one incident; merged ones are part of another and are not counted. */
void measure_add(struct measure *m, const struct incident *inc);
/* Once, before anything is read out: sorts. */
void measure_finish(struct measure *m);

/* Groups of types that are shown: beyond this many, the rest is "other". */
#define MEASURE_TYPES 30

/* For people; for programmes, one record without newline. */
void measure_table(const struct measure *m, struct buf *out);
void measure_record(const struct measure *m, int64_t since_ns, struct buf *out);
/* For Prometheus: counts of the whole register (register/count.h), which never fall, and how many
 * are open. s NULL: there is none yet. Errors: the store's. */
struct store;
NODISCARD int measure_exposition(struct store *s, struct buf *out, struct err *e);

#endif
