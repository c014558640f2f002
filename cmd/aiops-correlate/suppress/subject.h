/*
 * An alert as matchers see it: its labels; fields of the record where there is no
 * such label (component, service, host, trace_id, alertname for its name, severity).
 */
#ifndef AIOPS_CORRELATE_SUBJECT_H
#define AIOPS_CORRELATE_SUBJECT_H

#include "aiops-correlate/engine.h"
#include "aiops-correlate/suppress/matchers.h"

struct alert_view {
	struct pair *const *pairs;
	size_t n;
	struct span name;
	enum severity severity;
};

struct alert_view view_of_sighting(const struct sighting *s);
/* Name and severity are known for members of an incident. */
struct alert_view view_of_alert(const struct engine *en, const struct alert *a);
/* v must outlive it. */
struct subject subject_of(const struct alert_view *v);

#endif
