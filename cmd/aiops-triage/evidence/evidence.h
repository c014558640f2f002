/*
 * Evidence is a quotation: bytes that stand in a record of the input. Whatever
 * offers one (a signature, aiops-correlate's claim about a member, later a
 * language model), it is looked up here, and what is not found is counted and
 * not used.
 */
#ifndef AIOPS_TRIAGE_EVIDENCE_H
#define AIOPS_TRIAGE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/evidence/context.h"
#include "aiops-triage/evidence/series.h"
#include "aiops-triage/evidence/spans.h"
#include "aiops-triage/explain/incident.h"
#include "base/span.h"

#define QUOTE_BYTES 200

struct evidence {
	enum kind kind;
	struct span record_id, quote; /* borrowed from the context or the incident */
	double weight;                /* what it added, for the order */
	size_t signal;                /* the signal that it bears out, or SIZE_MAX */
	/* A number is of a series, whose name is the quote; the record has that value. */
	const struct series *series;   /* NULL: no number */
	double value, normal;          /* what the record has; the median before the onset */
	const struct trace_span *span; /* NULL: none */
};

/* Where quotes may come from. The incident record counts as one of its own. */
struct sources {
	const struct context *context;
	const struct incident *incident;
};

/* Whether quote occurs in the record of that id. O(size of the record). */
bool evidence_verify(const struct sources *s, struct span record_id, struct span quote);

struct evidence_list {
	struct evidence *items; /* owned array */
	size_t n, cap;
	size_t rejected;
};

void evidence_release(struct evidence_list *l);
/* Adds ev if it is true and not there yet; counts it as rejected if it is not true. True if it
 * was verified. */
bool evidence_add(struct evidence_list *l, const struct sources *s, const struct evidence *ev);
/* Heaviest first; equal ones stay in order. */
void evidence_sort(struct evidence_list *l);

/* At most QUOTE_BYTES of text that hold covered (a part of text): all of it if it is
 * short, else from covered on. */
struct span quote_around(struct span text, struct span covered);

#endif
