/*
 * Native histograms in the results of Prometheus' query API:
 * [time, {"count":"3","sum":"1.5","buckets":[[rule,"lower","upper","count"]]}].
 */
#ifndef AIOPS_INGEST_PROM_HISTOGRAM_H
#define AIOPS_INGEST_PROM_HISTOGRAM_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"

struct prom_histograms {
	struct ingest *in;
	struct arena words;
	struct labelset labels;
};

void prom_histograms_release(struct prom_histograms *h);

/* Hands over the numbers of all histograms of a series (member histogram or histograms), whose
 * labels and name are ev's. Those that cannot be read are rejected. n: the series' number. */
NODISCARD int prom_histograms(struct prom_histograms *h, const struct record *r,
			      const struct event *ev, int64_t n, struct err *e);

#endif
