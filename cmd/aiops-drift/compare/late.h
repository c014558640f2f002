/*
 * Labels that come later than the predictions they are for: joined by request_id, in
 * bounded memory.
 */
#ifndef AIOPS_DRIFT_LATE_H
#define AIOPS_DRIFT_LATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/compare/answer.h"
#include "base/map.h"

struct late_options {
	int64_t window_ns; /* a label is waited for so long, in event time */
	size_t max;        /* predictions, or labels that came first, that wait */
};

/* What waits: a prediction for its label, or a label for its prediction. */
struct waiting {
	char *id;    /* of the request; owned */
	char *model; /* owned */
	struct answer answer;
	int64_t at; /* event time, nanoseconds */
	bool is_label;
	struct waiting *older, *newer;
};

struct late {
	struct late_options options;
	struct map by_id;                /* -> struct waiting */
	struct waiting *oldest, *newest; /* in order of arrival */
	int64_t newest_at;
	int64_t expired, crowded; /* that waited too long; that made room */
};

void late_init(struct late *l, const struct late_options *o);
void late_release(struct late *l);

/*
 * A prediction (or a label) of a request. If its other half waits, *other is that, which the caller
 * frees by waiting_free, and answer stays the caller's; else answer is taken and emptied.
 * A second one of the same sort takes the place of the first. Amortised O(1).
 */
bool late_join(struct late *l, struct span id, struct span model, bool is_label, int64_t at,
	       struct answer *answer, struct waiting **other);

/* What waits for the other half of a request, or NULL. */
const struct waiting *late_find(const struct late *l, struct span id);

void waiting_free(struct waiting *w);

#endif
