/*
 * Alerts of aiops-drift on one series: firing, and resolved under the same labels.
 */
#ifndef AIOPS_DRIFT_ALERT_H
#define AIOPS_DRIFT_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/span.h"
#include "record/event.h"
#include "record/jsonw.h"

/* What the records of a series say of themselves; each may be absent. */
enum origin_field {
	ORIGIN_SERVICE,
	ORIGIN_COMPONENT,
	ORIGIN_HOST,
	ORIGIN_ENV,
	ORIGIN_UNIT,
	ORIGIN_FIELDS
};
/* The names of these fields in a record. */
extern const char *const origin_names[ORIGIN_FIELDS];

/* All borrowed. Numbers that are NaN, and absent spans, are left out. */
struct alert {
	struct span name, feature, title, description;
	struct span origin[ORIGIN_FIELDS];
	const char *signal; /* "metric", "log", "event" */
	bool resolved;
	enum severity severity;
	struct instant at, starts_at; /* at: also ends_at when resolved */
	double value, threshold;
	const char *condition; /* NULL: none */
	struct span details;   /* JSON object under "drift" */
};

/* Appends the record without a newline. Its id follows from name, feature, status and starts_at. */
void alert_write(const struct alert *a, struct buf *out);

/* The members fingerprint and labels of an alert: alertname, feature, and service if it has one. */
void alert_write_labels(struct jsonw *w, struct span name, struct span feature,
			struct span service);

/* d to `digits` significant decimal digits, so that derived numbers stay short. */
double significant(double d, int digits);

#endif
