#include "aiops-incident/notify/news.h"

#include <math.h>

#include "aiops-incident/apply/from_record.h"
#include "aiops-incident/register/actions.h"
#include "base/num.h"
#include "record/event.h"

const char *const event_names[] = {
	[EVENT_OPENED] = "opened",
	[EVENT_RAISED] = "raised",
	[EVENT_UPDATED] = "updated",
	[EVENT_ESCALATED] = "escalated",
	[EVENT_REOPENED] = "reopened",
	[EVENT_RESOLVED] = "resolved",
	[EVENT_PENDING] = "pending_approval",
	[EVENT_RUN_DONE] = "run_succeeded",
	[EVENT_RUN_FAILED] = "run_failed",
	[EVENT_NEEDS_PERSON] = "needs_person",
	[EVENT_ACKNOWLEDGED] = "acknowledged",
	[EVENT_DIGEST] = "digest",
	[EVENT_TEST] = "test",
	[EVENTS] = NULL,
};

enum event event_from_name(struct span s)
{
	enum event e = EVENT_OPENED;

	while (e < EVENTS && !span_is(s, event_names[e]))
		e++;
	return e;
}

static int64_t time_of(const struct record *r, const char *path)
{
	struct err e = ERR_INIT;
	struct instant at;

	return instant_parse(record_text(r, path), &at, &e) == 0 ? at.ns : -1;
}

static void take_services(struct news *n, const struct record *r)
{
	struct value_iter it = value_iter(record_get(r, "services"));
	struct value v;

	while (n->n_services < NEWS_SERVICES && value_next(&it, NULL, &v)) {
		if (v.type == VALUE_STRING && v.text.len)
			n->services[n->n_services++] = v.text;
	}
}

static void take_triage(struct news *n, const struct record *r)
{
	struct value confidence = record_get(r, "triage.confidence");
	struct span calibration = record_text(r, "triage.calibration");

	if (record_get(r, "triage").type != VALUE_OBJECT)
		return;
	n->type = record_text(r, "triage.type.class");
	n->hypothesis = record_text(r, "triage.hypotheses.0.text");
	n->first_action = record_text(r, "triage.first_action.text");
	n->similar = record_text(r, "triage.similar.0.title");
	n->worked = record_text(r, "triage.similar.0.worked");
	n->runbook = record_text(r, "triage.runbook.id");
	n->novel = n->runbook.len == 0;
	n->calibrated = calibration.len && !span_is(calibration, "uncalibrated");
	if (confidence.type == VALUE_NUMBER)
		n->confidence = confidence.number;
}

bool news_of_incident(struct news *n, const struct record *r)
{
	struct span severity = record_text(r, "effective_severity.value");

	*n = (struct news){.confidence = NAN, .elapsed_ms = -1, .starts_ns = -1};
	n->incident = record_text(r, "incident");
	n->record_id = record_text(r, "id");
	n->status_word = record_text(r, "status");
	n->status = status_from_name(n->status_word);
	n->at_ns = time_of(r, "timestamp");
	if (!n->incident.len || n->status == STATUSES || n->at_ns < 0)
		return false;
	/* The end of a file is no end of an incident. */
	if (n->status == STATUS_RESOLVED && span_is(record_text(r, "resolved_by"), "end_of_input"))
		n->status = STATUS_DETECTED;
	n->title = record_text(r, "title");
	n->severity = severity_from_name(severity.len ? severity : record_text(r, "severity"));
	n->component = record_text(r, "causes.0.component");
	n->merged_into = record_text(r, "merged_into");
	n->actor = record_text(r, "actor");
	n->text = record_text(r, "text");
	n->starts_ns = time_of(r, "starts_at");
	if (!token_i64(record_token(r, "alerts"), &n->alerts))
		n->alerts = 0;
	take_services(n, r);
	take_triage(n, r);
	/* Records of our own register have what triage said at their top. */
	if (span_is(record_text(r, "source"), "aiops-incident")) {
		n->acked = record_text(r, "acked_by").len > 0;
		n->acknowledges = span_is(record_text(r, "change"), "acknowledged");
		n->type = record_text(r, "type");
		n->hypothesis = record_text(r, "hypothesis");
		n->first_action = record_text(r, "first_action");
		n->runbook = record_text(r, "runbook");
	}
	return true;
}

bool news_of_run(struct news *n, const struct record *r)
{
	static const struct {
		const char *state;
		enum event event;
	} states[] = {
		{"awaiting_approval", EVENT_PENDING},   {"succeeded", EVENT_RUN_DONE},
		{"failed", EVENT_RUN_FAILED},           {"rolled_back", EVENT_RUN_FAILED},
		{"rollback_partial", EVENT_RUN_FAILED}, {"needs_operator", EVENT_NEEDS_PERSON},
	};
	struct span state = record_text(r, "state");

	*n = (struct news){.event = EVENTS, .confidence = NAN, .elapsed_ms = -1, .starts_ns = -1};
	if (record_text(r, "step").len || !span_is(record_text(r, "mode"), "apply") ||
	    !record_text(r, "incident").len)
		return false;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (span_is(state, states[i].state))
			n->event = states[i].event;
	}
	n->incident = record_text(r, "incident");
	n->record_id = record_text(r, "id");
	n->run = record_text(r, "run");
	n->runbook = record_text(r, "runbook");
	n->reason = record_text(r, "reason");
	n->actor = record_text(r, "actor");
	n->status_word = state;
	n->verified = span_is(n->reason, "verified");
	n->at_ns = time_of(r, "timestamp");
	if (!token_i64(record_token(r, "elapsed_ms"), &n->elapsed_ms))
		n->elapsed_ms = -1;
	return n->event != EVENTS && n->at_ns >= 0;
}

void news_add_facts(struct news *n, const struct incident *inc, struct pool *pool)
{
	const struct {
		struct span *to, from;
	} texts[] = {
		{&n->title, inc->title},
		{&n->type, inc->type},
		{&n->component, inc->component},
		{&n->hypothesis, inc->hypothesis},
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!texts[i].to->len && texts[i].from.len)
			*texts[i].to = pool_copy(pool, texts[i].from);
	}
	if (n->n_services == 0 && inc->service.len)
		n->services[n->n_services++] = pool_copy(pool, inc->service);
	if (n->severity == SEVERITY_UNKNOWN)
		n->severity = inc->severity;
	if (n->run.len && n->elapsed_ms < 0) {
		int64_t began = actions_started(inc->actions, n->run);

		if (began != INT64_MIN && n->at_ns > began)
			n->elapsed_ms = (n->at_ns - began) / NS_PER_MS;
	}
	if (n->starts_ns < 0 && inc->starts_ns != INCIDENT_NEVER)
		n->starts_ns = inc->starts_ns;
}
