/*
 * The loop of live sources: waiting, signals, watermarks, back-pressure, standard
 * output. What sources have to keep to stands in source.h.
 */
#ifndef AIOPS_INGEST_LOOP_H
#define AIOPS_INGEST_LOOP_H

#include "aiops-ingest/live/source.h"
#include "cli/cli.h"

struct loop;

struct loop_options {
	int64_t watermark_ms;     /* quiet for so long: {"_watermark":"NOW"}, and again; 0: never */
	int64_t drain_ms;         /* after INT or TERM sources have so long to end */
	size_t max_pending;       /* unwritten bytes of output beyond which sources are paused */
	void (*stats)(void *ctx); /* USR1 */
	/* In each round, at least once in watermark_ms: what time alone brings about. paused:
	 * nothing may be written now. -1 ends the loop with e. */
	int (*tick)(void *ctx, bool paused, int64_t now_ms, struct err *e);
	void *ctx; /* of both */
};

/* From here on INT and TERM are caught and out_write only gathers. */
struct loop *loop_new(struct cli *c, const struct loop_options *opt);
/* The source is closed by loop_free. */
void loop_add(struct loop *l, const struct source *s);
/* Until all sources have ended, a signal came and they were brought to their end, a source fails
 * (-1), or standard output does (0; cli tells). */
NODISCARD int loop_run(struct loop *l, struct err *e);
void loop_free(struct loop *l);

#endif
