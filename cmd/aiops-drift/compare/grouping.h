/*
 * Which feature a record belongs to: its name in Prometheus' notation,
 * latency_ms{instance="a",zone="b"}, which is also the key that groups.
 */
#ifndef AIOPS_DRIFT_GROUPING_H
#define AIOPS_DRIFT_GROUPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/event.h"
#include "record/record.h"

/* More labels on one record are refused. */
#define GROUPING_MAX 64
/* Bytes of a feature's name. */
#define FEATURE_NAME_MAX 4096

struct grouping {
	const char *value; /* dotted path of the number; never NULL */
	char **by;         /* owned; dotted paths; empty: name and labels */
	size_t n_by;
	bool any_kind; /* not metric records only */
};

/*
 * value NULL is "value"; by holds paths or comma lists of paths. A value path
 * of the caller's choice takes records of every kind. Errors: EX_BADUSAGE (an
 * empty path, too many).
 */
NODISCARD int grouping_init(struct grouping *g, const char *value, const char *const *by,
			    size_t n_by, struct err *e);
void grouping_release(struct grouping *g);

/* The record's place: spans are borrowed from the record. */
struct place {
	struct span base;                  /* the metric's name, or the value path */
	struct label labels[GROUPING_MAX]; /* sorted, none of them empty */
	size_t n;
};

/* -1 if the record has more labels than fit. Errors: EX_BADDATA. */
NODISCARD int grouping_place(const struct grouping *g, const struct record *r, struct place *p,
			     struct err *e);

/* Appends the name. Values are escaped as JSON strings; different places have different names. */
void place_name(const struct place *p, struct buf *out);

/* Appends the labels as a JSON object. */
void place_labels(const struct place *p, struct buf *out);

#endif
