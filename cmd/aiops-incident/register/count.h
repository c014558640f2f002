/*
 * Counts that only ever grow, for Prometheus: written with the change that they count, so that an
 * incident whose severity or state is another one later takes nothing back.
 */
#ifndef AIOPS_INCIDENT_COUNT_H
#define AIOPS_INCIDENT_COUNT_H

#include "aiops-incident/register/register.h"

/* Types that are told apart; what comes beyond them counts as "other". */
#define COUNT_TYPES 30

/* Families, and what their word is. */
#define COUNT_DETECTED    "detected"    /* the type when it was opened */
#define COUNT_RESOLVED    "resolved"    /* auto, person */
#define COUNT_FALSE       "false"       /* "" */
#define COUNT_HYPOTHESES  "hypotheses"  /* right, wrong */
#define COUNT_AUTOMATED   "automated"   /* "" */
#define COUNT_RESOLUTION  "resolution"  /* times: an upper bound of count_bounds, or "sum" */
#define COUNT_DETECTION   "detection"   /* the same */
#define COUNT_ACKNOWLEDGE "acknowledge" /* the same */

/* Upper bounds of times in seconds, each with its text; the last is +Inf. */
struct count_bound {
	double at;
	const char *text;
};
extern const struct count_bound count_bounds[];
extern const size_t count_n_bounds;

NODISCARD int count_add(struct store *s, const char *family, enum severity severity,
			struct span word, double n, struct err *e);
/* What a change of state counts: opened, acknowledged, over. Inside the transaction of the change.
 */
NODISCARD int count_change(struct store *s, const struct incident *inc, bool is_new,
			   enum status from, bool acknowledged, struct err *e);

/* 0 if there is none. */
NODISCARD int count_read(struct store *s, const char *family, enum severity severity,
			 struct span word, double *n, struct err *e);
/* Each of a family, in the order of the words. */
typedef void count_fn(void *ctx, enum severity severity, struct span word, double n);
NODISCARD int count_each(struct store *s, const char *family, count_fn *fn, void *ctx,
			 struct err *e);
/* Incidents that are open now, by severity. */
NODISCARD int count_open(struct store *s, int64_t n[SEVERITY_CRITICAL + 1], struct err *e);

#endif
