/*
 * Past incidents like this one: the text index's candidates, ranked anew by what
 * text does not say.
 */
#ifndef AIOPS_TRIAGE_SIMILAR_H
#define AIOPS_TRIAGE_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/past/index.h"
#include "aiops-triage/past/past.h"
#include "base/err.h"
#include "base/map.h"
#include "base/span.h"

/* Below this nothing is called similar. Chosen on cloud post-mortems (their summaries against their
 * causes: nine of ten stay above) and alerts that have nothing to do with them (eight of ten
 * below). */
#define SIMILAR_FLOOR 0.10

/* What is asked about. */
struct question {
	struct span text;         /* words */
	struct span id;           /* never its own neighbour; SPAN_NONE */
	const struct map *places; /* components and services, NULL if not known */
	bool dated;
	int64_t at_ns;
};

/* How alike p and the question are, 0 to 1, when its text scores text. Pure. */
double similar_score(const struct past *p, double text, const struct question *q);

/* The best at most max, best first, none below SIMILAR_FLOOR. Errors: EX_SYSTEM. */
NODISCARD int similar_find(struct index *ix, const struct history *h, const struct question *q,
			   struct match *out, size_t max, size_t *n, struct err *e);

#endif
