/*
 * Getting one letter out by its channel: one try.
 */
#ifndef AIOPS_INCIDENT_NOTIFY_SEND_H
#define AIOPS_INCIDENT_NOTIFY_SEND_H

#include "aiops-incident/notify/outbox.h"
#include "aiops-incident/notify/rules.h"
#include "base/env.h"
#include "net/http.h"

struct sender {
	struct http_client *http; /* made when it is needed first */
	const struct env *env;
	const volatile bool *stop; /* ends a try; may be NULL */
};

void sender_release(struct sender *s);

/* 0: the other side took it. Errors: EX_TRYLATER (it may help to try again), anything else: it will
 * not. */
NODISCARD int send_letter(struct sender *s, const struct channel *c, const struct letter *l,
			  struct err *e);

/* ---- what goes over the wire; pure ---- */

/* {"text": ...} of Slack's incoming webhook, with its escapes; with buttons, a request for approval
 * has them (serve/slack.h takes what they send). */
void slack_body(const struct letter *l, bool buttons, struct buf *out);
/* Events API v2: trigger, acknowledge or resolve under the incident's id. */
void pagerduty_body(const struct letter *l, struct span routing_key, struct buf *out);
/* A message whose id and thread follow from the letter, so that a repeat is known as one. */
void mail_body(const struct channel *c, const struct letter *l, struct buf *out);

#endif
