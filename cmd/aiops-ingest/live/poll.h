/*
 * A poll: a live source that asks an address again and again, and gives what is
 * new. A failure waits longer each time (Retry-After is honoured), and after some of them a
 * circuit breaker stops asking for a while.
 */
#ifndef AIOPS_INGEST_POLL_H
#define AIOPS_INGEST_POLL_H

#include "aiops-ingest/live/source.h"
#include "aiops-ingest/outlet.h"
#include "aiops-ingest/prepare.h"
#include "aiops-ingest/run.h"

struct poller;

/* name is of the source, for messages and its part of state (NULL: nothing is remembered); all is
 * borrowed. Errors: EX_BADUSAGE (the URL), those of secret_read and http_client_new. */
NODISCARD int poller_new(struct cli *c, const char *name, const struct poll_options *o,
			 const struct prepared *prepared, struct outlet *outlet,
			 struct state *state, struct poller **out, struct err *e);
void poller_free(struct poller *p);

struct source poller_source(struct poller *p);

struct ingest_counts poller_counts(const struct poller *p);
uint64_t poller_bytes(const struct poller *p);
/* Asked once and failed: the exit code tells. */
int poller_failure(const struct poller *p);

#endif
