/*
 * A poll: a live source that asks an address again and again, and gives what is
 * new. A failure waits longer each time (Retry-After is honoured), and after some of them a
 * circuit breaker stops asking for a while.
 */
#ifndef AIOPS_INGEST_POLL_H
#define AIOPS_INGEST_POLL_H

#include "aiops-ingest/outlet.h"
#include "aiops-ingest/prepare.h"
#include "aiops-ingest/source.h"
#include "record/jsonw.h"

struct poll_options {
	const char *url;
	int64_t every_ms; /* 0: once */
	int64_t since_ms; /* how far back the first answer goes, where the URL has a span of time */
	const char *bearer_file, *basic_file; /* one of them, or NULL */
	const char *ca_file;
	int64_t timeout_ms;
	size_t max_answer;
	bool plain_secret; /* credentials may go over plain HTTP */
};

struct poller;

/* name is of the source, for messages and state; everything is borrowed. Errors: EX_BADUSAGE (the
 * URL), those of secret_read and http_client_new. */
NODISCARD int poller_new(struct cli *c, const char *name, const struct poll_options *o,
			 const struct format *format, const struct ingest_options *ingest,
			 struct outlet *outlet, struct poller **out, struct err *e);
void poller_free(struct poller *p);

struct source poller_source(struct poller *p);

struct ingest_counts poller_counts(const struct poller *p);
uint64_t poller_bytes(const struct poller *p);
/* Asked once and failed: the exit code tells. */
int poller_failure(const struct poller *p);

/* What is remembered between calls, as a JSON object: what was delivered, and the breaker. */
void poller_add_state(const struct poller *p, struct jsonw *w);
/* Errors: EX_BADDATA. */
NODISCARD int poller_load_state(struct poller *p, struct value state, struct err *e);
/* True once since the last call if there is something new to remember. */
bool poller_state_changed(struct poller *p);

#endif
