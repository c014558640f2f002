/*
 * Alerts of Prometheus' own API, /api/v1/alerts and /api/v1/rules.
 */
#ifndef AIOPS_INGEST_PROM_ALERT_H
#define AIOPS_INGEST_PROM_ALERT_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"

struct prom_alerts {
	struct ingest *in;
	struct labelset labels, annotations;
};

void prom_alerts_release(struct prom_alerts *p);

/* Hands over the event of one alert, or rejects it. n: its number in the document. */
NODISCARD int prom_alert(struct prom_alerts *p, struct item alert, long long n, struct err *e);

#endif
