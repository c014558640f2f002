/*
 * The payloads of --to, each made from one record. Private to convert.c.
 */
#ifndef AIOPS_INGEST_PAYLOAD_H
#define AIOPS_INGEST_PAYLOAD_H

#include <stdbool.h>

#include "record/jsonw.h"
#include "record/record.h"

/* Write one payload; false, with nothing written, if the record's kind has no place there. */

/* An alert as in Alertmanager's webhook (version 4), which POST /api/v2/alerts takes, too. */
bool payload_alertmanager(const struct record *r, struct jsonw *w);
/* A member of resourceLogs in OTLP's JSON (opentelemetry-proto, logs.proto), for logs and alerts.
 */
bool payload_otlp(const struct record *r, struct jsonw *w);
/* A CloudEvent in structured mode (CloudEvents 1.0.2, JSON event format), for any record. */
bool payload_cloudevents(const struct record *r, struct jsonw *w);

#endif
