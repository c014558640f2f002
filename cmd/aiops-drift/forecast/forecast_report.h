/*
 * A forecast as a record, an alert, or a line for people.
 */
#ifndef AIOPS_DRIFT_FORECAST_REPORT_H
#define AIOPS_DRIFT_FORECAST_REPORT_H

#include "aiops-drift/forecast/forecast_model.h"
#include "aiops-drift/forecast/forecast_track.h"
#include "base/buf.h"

struct forecast_result {
	const struct track *track;
	const struct forecast_question *question;
	const struct forecast *forecast;
	int64_t last_ns; /* of the newest point; the wall clock if there is none */
};

/* Appends a record of kind drift, without a newline. */
void forecast_write(const struct forecast_result *r, struct buf *out);

/* Whether it is worth an alert: it will cross, or has. */
bool forecast_alarms(const struct forecast_result *r);
/* Appends that alert, without a newline. */
void forecast_alert(const struct forecast_result *r, struct buf *out);

/* Table: its head, and a row. With plot the past and what is expected are drawn. */
void forecast_head(bool plot, size_t columns, struct buf *out);
void forecast_row(const struct forecast_result *r, bool plot, bool unicode, size_t columns,
		  struct buf *out);

#endif
