/*
 * The state of an incident as JSON.
 */
#include "aiops-incident/register/change.h"

#include <math.h>

#include "record/jsonw.h"

static void time_member(struct jsonw *w, const char *key, int64_t ns)
{
	if (ns != INCIDENT_NEVER)
		jsonw_member_time(w, key, instant_from_ns(ns));
}

static void raw_member(struct jsonw *w, const char *key, struct span json)
{
	if (!json.data)
		return;
	jsonw_key(w, key);
	jsonw_raw(w, json);
}

void incident_write(struct jsonw *w, const struct incident *inc)
{
	jsonw_member(w, "status", span_cstr(status_name(inc->status)));
	jsonw_member(w, "severity", span_cstr(severity_name(inc->severity)));
	jsonw_member(w, "sev", span_cstr(severity_sev(inc->severity)));
	jsonw_member_opt(w, "title", inc->title);
	jsonw_member_opt(w, "type", inc->type);
	jsonw_member_opt(w, "service", inc->service);
	raw_member(w, "services", inc->services);
	raw_member(w, "affected_resources", inc->resources);
	raw_member(w, "metrics", inc->metrics);
	jsonw_member_opt(w, "component", inc->component);
	jsonw_member_opt(w, "hypothesis", inc->hypothesis);
	if (!isnan(inc->confidence))
		jsonw_member_double(w, "confidence", inc->confidence);
	jsonw_member_opt(w, "first_action", inc->first_action);
	jsonw_member_opt(w, "runbook", inc->runbook);
	jsonw_member_opt(w, "actual_cause", inc->cause);
	jsonw_member_opt(w, "remedy", inc->remedy);
	jsonw_member_opt(w, "detected_by", inc->detected_by);
	jsonw_member_opt(w, "acked_by", inc->acked_by);
	jsonw_member_opt(w, "assigned_to", inc->assigned_to);
	jsonw_member_opt(w, "commander", inc->commander);
	jsonw_member_opt(w, "communications", inc->communications);
	jsonw_member_opt(w, "merged_into", inc->merged_into);
	time_member(w, "starts_at", inc->starts_ns);
	time_member(w, "detected_at", inc->detected_ns);
	time_member(w, "acked_at", inc->acked_ns);
	time_member(w, "mitigated_at", inc->mitigated_ns);
	time_member(w, "resolved_at", inc->resolved_ns);
	time_member(w, "last_seen", inc->last_seen_ns);
	if (inc->resolved_ns != INCIDENT_NEVER)
		jsonw_member_bool(w, "auto_resolved", inc->auto_resolved);
	if (inc->automated)
		jsonw_member_bool(w, "automated", true);
	if (inc->agreed >= 0)
		jsonw_member_bool(w, "agreed", inc->agreed != 0);
	jsonw_member_i64(w, "alerts", inc->alerts);
	if (inc->reopened)
		jsonw_member_i64(w, "reopened", inc->reopened);
	time_member(w, "reopened_at", inc->reopened_ns);
	raw_member(w, "remediation_actions", inc->actions);
}
