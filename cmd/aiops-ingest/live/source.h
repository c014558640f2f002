/*
 * What a live source is: something that brings records for as long as the programme
 * runs (a listener, followed files, polled addresses). Sources share one thread,
 * one loop (loop.h) and standard output.
 *
 * In each round the loop asks every source what it waits for (wait), sleeps in
 * poll(2), and lets every source do what can be done now (step). A source writes its
 * records to the feed or out_write as usual; the loop writes standard output.
 *
 * Rules for a source
 * - wait and step return at once: no read that may block, no sleeping, no waiting for
 *   another process. What takes long is cut into steps.
 * - step is called after every poll, whosever descriptor was ready: it looks itself.
 * - paused: the reader of standard output is slow. Take nothing in: do not ask for
 *   descriptors that only bring more, and write no new records. What is under way is
 *   finished; others are told to come again.
 * - A record counts as delivered when its bytes are in out_written, not before; remember
 *   out_total after writing it, and look at it in `written`. Positions are saved and
 *   senders are answered then.
 * - Time is env_ticks_ms of cli_env: monotonic milliseconds.
 */
#ifndef AIOPS_INGEST_SOURCE_H
#define AIOPS_INGEST_SOURCE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* What the loop will wait for in this round. */
struct wait_set {
	struct pollfd *items;
	size_t n, cap;
	int64_t deadline_ms; /* INT64_MAX: none */
};

/* events: POLLIN, POLLOUT. A descriptor below 0 is left out. */
void wait_for_fd(struct wait_set *w, int fd, short events);
/* step is wanted at ticks_ms at the latest. */
void wait_until(struct wait_set *w, int64_t ticks_ms);

/* Functions that are NULL are skipped. */
struct source {
	void *ctx;
	void (*wait)(void *ctx, bool paused, struct wait_set *w);
	/* -1 ends the loop with e. */
	int (*step)(void *ctx, bool paused, int64_t now_ms, struct err *e);
	/* Standard output has gone on: up to `bytes` of out_total are written. After each step
	 * of all sources, when bytes is more than it was. */
	int (*written)(void *ctx, uint64_t bytes, struct err *e);
	/* INT or TERM: take nothing new and bring to its end what is under way. Once. */
	int (*stop)(void *ctx, struct err *e);
	/* Before stop: whether anything will still come. After stop: whether something is under
	 * way. NULL: true before, false after. */
	bool (*active)(const void *ctx);
	/* Standard output is written and the loop is over, for whatever reason. */
	int (*finish)(void *ctx, struct err *e);
	void (*close)(void *ctx);
};

#endif
