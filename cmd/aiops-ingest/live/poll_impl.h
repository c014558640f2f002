/* What the files of a poll share. */
#ifndef AIOPS_INGEST_POLL_IMPL_H
#define AIOPS_INGEST_POLL_IMPL_H

#include "aiops-ingest/feed.h"
#include "aiops-ingest/live/poll.h"
#include "aiops-ingest/live/seen.h"
#include "breaker/breaker.h"
#include "net/http.h"

struct poller {
	struct cli *c;
	const char *name;
	struct poll_options o;
	struct buf origin; /* scheme, host and port, for messages */
	struct http_client *http;
	struct http_call *call; /* under way, or NULL */
	struct buf authorization;
	struct breaker breaker;
	struct breaker_permit permit;
	struct outlet *outlet;
	struct state *state; /* NULL: nothing is remembered */
	struct feed *feed;
	struct tallies *tallies; /* NULL: none */
	struct record *parser;   /* reads the id of what comes out */
	struct buf padded;
	struct seen seen;
	int64_t next_ms;            /* on the ticks' clock: the next call */
	int64_t began_ms;           /* the call under way */
	int64_t asked_ns, since_ns; /* the span of time of the call under way; since of the next */
	uint64_t delivered_at;      /* out_total behind the last answer's records */
	uint64_t bytes;
	int failures; /* in a row */
	int code;     /* asked once: why it failed */
	bool stopping, over, waiting_to_save;
};

/* Reads the part of the state, and puts and saves it. Errors: EX_BADCONFIG; those of state_save. */
NODISCARD int poll_state_load(struct poller *p, struct err *e);
NODISCARD int poll_state_save(struct poller *p, struct err *e);

#endif
