/*
 * Both windows from one stream, by event time or by count.
 */
#ifndef AIOPS_DRIFT_SLIDE_H
#define AIOPS_DRIFT_SLIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-drift/compare/feature.h"
#include "base/err.h"
#include "base/map.h"

struct slide_options {
	bool by_count;
	int64_t window, reference; /* nanoseconds, or values of a feature */
	int64_t lateness_ns;       /* a window closes so much event time behind its end */
};

/*
 * "7d" is a time, "10000" a count; both windows must be of one sort and more than 0.
 * Errors: EX_BADUSAGE.
 */
NODISCARD int slide_parse(const char *window, const char *reference, struct slide_options *out,
			  struct err *e);

struct series;

/*
 * Windows by time tumble: they start at whole multiples of their length since the epoch, and a
 * comparison of [start, start + window) with [start - reference, start) is made for all
 * features at once when event time is past its end by the lateness. Windows by count
 * are each feature's own: after every `window` values these are compared with the up
 * to `reference` before them. A window without any reference before it is not compared.
 * What is kept: the values of one reference and one or two windows, 32 bytes each.
 */
struct slide {
	struct slide_options options;
	struct features *features; /* borrowed */
	struct series *series;     /* owned, by feature->serial */
	size_t n_series, cap;
	struct map texts; /* of categories, counted by use */
	bool started;
	int64_t start, newest;     /* of the open window; newest event time. Nanoseconds */
	int64_t late;              /* values that came behind the end of their window */
	int64_t compared, warm_up; /* windows compared; windows without a reference */
	/* Called with the features whose windows[] have been filled. */
	void (*compare)(void *ctx, struct feature **items, size_t n);
	void *ctx;
};

void slide_init(struct slide *s, const struct slide_options *o, struct features *fs,
		void (*compare)(void *ctx, struct feature **items, size_t n), void *ctx);
void slide_release(struct slide *s);

/* One record. Errors by the answer, as features_observe; a record without a time is refused
 * when windows go by time. May call compare. */
enum observed slide_observe(struct slide *s, const struct record *r, struct err *e);

/* Event time has come to at_ns, though no value has (a watermark). */
void slide_advance(struct slide *s, int64_t at_ns);

/* The end: what is left is compared as it is. */
void slide_finish(struct slide *s);

#endif
