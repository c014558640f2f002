/*
 * From records to facts for the engine, and what a person is told when they are
 * not as they should be: the first of each kind at once, the totals at the end.
 */
#ifndef AIOPS_CORRELATE_FACT_STREAM_H
#define AIOPS_CORRELATE_FACT_STREAM_H

#include "aiops-correlate/topology/facts.h"
#include "cli/filter.h"

struct fact_stream {
	uint64_t flaws; /* elements of topology records that were left out */
	bool told[LAND_TROUBLES], told_full;
};

/* Takes in a topology or a change. False: r was rejected, else it is to pass. */
bool fact_stream_take(struct fact_stream *fs, struct filter *f, const struct record *r,
		      struct engine *en);
/* Says what is new since the last call. */
void fact_stream_warn(struct fact_stream *fs, struct cli *c, const struct engine *en);
/* The totals, at the end. */
void fact_stream_end(const struct fact_stream *fs, struct cli *c, const struct engine *en);
/* ,"topologies":N... */
void fact_stream_stats(const struct fact_stream *fs, const struct engine *en, struct buf *json);

#endif
