/*
 * The forms in which Slack and PagerDuty take a message.
 */
#ifndef AIOPS_RECORD_NOTIFY_H
#define AIOPS_RECORD_NOTIFY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "record/jsonw.h"

/* Appends text as Slack takes it: & < > as entities, so that it makes no link and calls nobody.
 * Five times its length at most. */
void notify_slack_text(struct buf *out, struct span text);

/* An event of PagerDuty's Events API v2. */
struct notify_event {
	struct span routing_key;
	struct span dedup_key; /* events of one key are one alert there */
	struct span summary;   /* what is too long for it is cut */
	struct span source;
	const char *action;   /* trigger, acknowledge, resolve */
	const char *severity; /* critical, error, warning, info */
	int64_t at_ns;        /* 0: not said */
};

/* The event up to its key custom_details; the caller writes that value, then the end. */
void notify_event_begin(struct jsonw *w, const struct notify_event *event);
void notify_event_end(struct jsonw *w);

#endif
