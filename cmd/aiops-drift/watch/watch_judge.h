/*
 * One point of a series against all that is watched in it; and silence.
 */
#ifndef AIOPS_DRIFT_WATCH_JUDGE_H
#define AIOPS_DRIFT_WATCH_JUDGE_H

#include "aiops-drift/watch/watch_series.h"
#include "base/buf.h"

/* A metric's own bound, from its record. */
struct own_bound {
	bool judged, healthy; /* the source said `healthy` */
	bool bounded;         /* it gave a threshold */
	enum watch_condition condition;
	double threshold;
};

enum point_state {
	POINT_WARMUP, /* too early to say */
	POINT_OK,
	POINT_ANOMALY,   /* odd enough for an alert, and the most odd for a while */
	POINT_LATE,      /* older than the newest: passed on, not learned */
	POINT_DUPLICATE, /* the newest once more */
	POINT_MISSING,   /* there is no value in it */
	POINT_STATES
};
/* "warmup", "ok", "anomaly", "late", "duplicate", "missing". */
extern const char *const point_state_names[POINT_STATES];

struct point {
	enum point_state state;
	double score;     /* 0 to 1 is normal; 0 in warm-up */
	double expected;  /* NaN: unknown */
	const char *view; /* NULL: none */
};

/* What became of alerts in one call: whole records, each with LF, behind one another. */
struct told {
	struct buf *queue;
	uint64_t fired, resolved;
};

/* Judges x, the number of a record at `ns`, and learns it. Times may come in any order. */
struct point judge_point(struct series *s, int64_t ns, double x, const struct own_bound *own,
			 struct told *told);

/* A sign of life at `ns`; every_ns 0: unknown. */
struct point judge_beat(struct series *s, int64_t ns, int64_t every_ns, struct told *told);

/* Whether the series has been silent too long at `now_ns`; it then fires once. */
void judge_silence(struct series *s, int64_t now_ns, struct told *told);

/* How often a log template came in the minute that ended at `ns`, which only grows. Inside, counts
 * are on a scale of square roots; see watch_shown. */
struct point judge_rate(struct series *s, int64_t ns, double count, struct told *told);

/* A line of a log template came (fresh: as an error for the first time), or at the end of a minute
 * with fresh false: the alert of a new error is over when none came for the cool-down. */
void judge_new(struct series *s, int64_t ns, bool fresh, enum severity severity, struct told *told);

/* The number to show for one that was judged: a count again for log templates. */
double watch_shown(const struct series *s, double judged);

/* Resolves what still fires, when the series is forgotten at `now_ns`. */
void judge_forgotten(struct series *s, int64_t now_ns, struct told *told);

#endif
