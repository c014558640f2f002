/*
 * One change of a CloudWatch alarm's state as an event. See fmt_cloudwatch.c.
 */
#ifndef AIOPS_INGEST_CLOUDWATCH_H
#define AIOPS_INGEST_CLOUDWATCH_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"

struct cloudwatch {
	struct ingest *in;
	struct arena words;
	struct labelset labels, annotations;
	struct record *inner, *reason; /* JSON that stood in a string */
	struct buf text, reason_text;
};

struct cloudwatch *cloudwatch_new(struct ingest *in);
void cloudwatch_free(struct cloudwatch *c);

/* The message that SNS carries. raw is what a dead letter shows. */
NODISCARD int cloudwatch_notified(struct cloudwatch *c, const struct record *message,
				  const struct record *raw, struct err *e);
/* The event of EventBridge. */
NODISCARD int cloudwatch_changed(struct cloudwatch *c, const struct record *event,
				 const struct record *raw, struct err *e);

#endif
