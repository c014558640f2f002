/*
 * From a record of kind topology or change to a fact.
 */
#ifndef AIOPS_CORRELATE_FACT_READ_H
#define AIOPS_CORRELATE_FACT_READ_H

#include "aiops-correlate/topology/fact.h"
#include "base/err.h"
#include "record/record.h"

/* True for a record of one of these kinds. */
bool fact_kind_of(const struct record *r, enum fact_kind *out);

/* What of a topology record was left out. */
struct fact_flaws {
	size_t n;        /* elements, or layers, that were left out */
	char first[400]; /* which was the first, and why */
};

/*
 * The fact that a record of that kind tells; NULL with e set if it is to be
 * rejected (id or timestamp missing or wrong, nodes or edges no list). An element
 * that is wrong by itself (no id, an edge from a node to itself, a layer that is
 * none of the six) is left out and told in *flaws. The caller frees.
 */
struct fact *fact_read(const struct record *r, enum fact_kind kind, struct fact_flaws *flaws,
		       struct err *e);

#endif
