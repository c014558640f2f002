/*
 * Alertmanager: the webhook body (version 4) and the answers of API v2, GET
 * /api/v2/alerts and /api/v2/alerts/groups; also single alert objects, one a
 * line. Source: Alertmanager's documentation (configuration, webhook_config)
 * and api/v2/openapi.yaml.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/formats/alert.h"
#include "base/mem.h"
#include "record/members.h"

/* Alerts of one groups document that are remembered, to leave out those that
 * stand under a second receiver; beyond it repeats pass, under the same id. */
enum { MAX_REMEMBERED = 1 << 17 };

struct alertmanager {
	struct ingest *in;
	struct alert_reader reader;
	struct map seen; /* fingerprint, start and status of a document of groups */
	int64_t parts;   /* of the current document */
};

static void *am_open(struct ingest *in)
{
	struct alertmanager *am = mem_zalloc(sizeof *am);

	am->in = in;
	alert_reader_init(&am->reader, in->opt->max_record);
	map_init(&am->seen);
	return am;
}

static void am_close(void *state)
{
	struct alertmanager *am = state;

	alert_reader_release(&am->reader);
	map_release(&am->seen);
	free(am);
}

static void am_reset(void *state)
{
	struct alertmanager *am = state;

	map_clear(&am->seen);
	am->parts = 0;
}

/* kube-prometheus' Watchdog fires for as long as the pipeline works: a sign of life, not an alert.
 */
static bool is_watchdog(const struct event *ev)
{
	return span_is(ev->name, "Watchdog") && span_eq_nocase(ev->severity_text, SPAN("none"));
}

static void judge(struct alertmanager *am, struct event *ev)
{
	bool over = false;

	if (is_watchdog(ev) && span_is(ev->status, "firing")) {
		ev->kind = KIND_HEARTBEAT;
		ev->status = SPAN_NONE;
		return;
	}
	ev->has_severity = true;
	ev->severity = ingest_severity(am->in, ev->severity_text, &over);
}

/* False if a document of groups brought this alert before. */
static bool first_time(struct alertmanager *am, const struct event *ev)
{
	struct buf key = BUF_INIT(1u << 16);
	bool added = true;

	if (am->seen.live >= MAX_REMEMBERED)
		return true;
	labels_sort(am->reader.labels, ev->n_labels);
	buf_addf(&key, "%016llx ",
		 (unsigned long long)labels_fingerprint(am->reader.labels, ev->n_labels));
	buf_add_i64(&key, ev->starts_at.at.ns);
	(void)map_put(&am->seen, buf_span(&key), &added);
	buf_release(&key);
	return added;
}

static int take_alert(struct alertmanager *am, bool grouped, const struct record *r, struct err *e)
{
	struct event ev = {.kind = KIND_ALERT, .format = format_alertmanager.name};
	struct err *why = &am->in->why;

	am->parts++;
	err_clear(why);
	if (alert_read(&am->reader, r, &ev, why) != 0)
		return ingest_reject(am->in, "schema", record_line(r), e, "alert %lld: %s",
				     (long long)am->parts, why->text);
	if (grouped && !first_time(am, &ev))
		return 0;
	judge(am, &ev);
	return emit_event(am->in, &ev, e);
}

/* ---- what stands around the alerts ---- */

static bool is_alert(const struct record *r)
{
	return record_get(r, "labels").type == VALUE_OBJECT &&
	       record_get(r, "startsAt").type != VALUE_NONE;
}

static bool is_webhook(const struct record *r)
{
	return record_get(r, "alerts").type == VALUE_ARRAY &&
	       (record_get(r, "groupLabels").type == VALUE_OBJECT ||
		record_get(r, "groupKey").type == VALUE_STRING);
}

static bool is_group(const struct record *r)
{
	return record_get(r, "alerts").type == VALUE_ARRAY &&
	       record_get(r, "receiver").type == VALUE_OBJECT;
}

static void warn_truncated(struct alertmanager *am, const struct record *r)
{
	struct value v = record_get(r, "truncatedAlerts");
	struct span token = record_token(r, "truncatedAlerts");

	if (v.type != VALUE_NONE && !span_is(token, "0"))
		ingest_warn(
			am->in,
			"the sender left out %.*s alerts of this group (truncatedAlerts): raise max_alerts",
			(int)(token.len < 20 ? token.len : 20), token.data);
}

/* The webhook without its alerts, which were handed over before. */
static int end_webhook(struct alertmanager *am, const struct record *r, struct err *e)
{
	struct span version = record_text(r, "version");

	if (!value_is_empty_array(record_get(r, "alerts")))
		return ingest_reject(am->in, "schema", record_line(r), e,
				     "alerts: not an array of objects");
	if (!span_is(version, "4"))
		ingest_warn(am->in, "webhook version '%.*s' read as version 4",
			    (int)(version.len < 20 ? version.len : 20),
			    version.data ? version.data : "");
	warn_truncated(am, r);
	return 0;
}

static int take_root(struct alertmanager *am, const struct record *r, struct err *e)
{
	static const struct span names[] = {{"alerts", 6}, {"labels", 6}};
	struct value found[2];

	value_members(record_root(r), names, 2, found);
	if (found[0].type != VALUE_NONE)
		return end_webhook(am, r, e);
	if (found[1].type != VALUE_NONE)
		return take_alert(am, false, r, e);
	return ingest_reject(am->in, "schema", record_line(r), e,
			     "alerts: missing; neither a webhook nor an answer of /api/v2/alerts");
}

static int am_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	struct alertmanager *am = state;

	switch (cut) {
	case CUT_ALERTS:
		return take_alert(am, false, r, e);
	case CUT_GROUP_ALERTS:
		return take_alert(am, true, r, e);
	case CUT_ARRAY:
		if (!is_group(r))
			return take_alert(am, false, r, e);
		if (!value_is_empty_array(record_get(r, "alerts")))
			return ingest_reject(am->in, "schema", record_line(r), e,
					     "alerts: not an array of objects");
		return 0;
	default:
		return take_root(am, r, e);
	}
}

static enum sniff am_sniff(enum cut cut, const struct record *r, const char **why)
{
	bool grafana = record_get(r, "valueString").type != VALUE_NONE ||
		       record_get(r, "silenceURL").type != VALUE_NONE;

	switch (cut) {
	case CUT_ALERTS:
	case CUT_GROUP_ALERTS:
	case CUT_ARRAY:
		if (cut == CUT_ARRAY && is_group(r))
			return SNIFF_YES;
		if (!is_alert(r) || record_get(r, "status").type == VALUE_NONE)
			return SNIFF_NO;
		*why = "looks like Grafana's webhook; -f alertmanager reads its alerts, without values and panel links";
		return grafana ? SNIFF_MAYBE : SNIFF_YES;
	case CUT_ROOT:
		return is_webhook(r) || (is_alert(r) && record_get(r, "status").type != VALUE_NONE)
			       ? SNIFF_YES
			       : SNIFF_NO;
	default:
		return SNIFF_NO;
	}
}

const struct format format_alertmanager = {
	.name = "alertmanager",
	.summary =
		"Alertmanager's webhook (version 4), GET /api/v2/alerts and /api/v2/alerts/groups, alerts one a line",
	.explain =
		"One record of kind alert for each alert. Endings of firing alerts are expiries and are left out.\n"
		"\n"
		"  status          status (firing, resolved); API: status.state active = firing, suppressed,\n"
		"                  unprocessed = pending; resolved when endsAt is not after updatedAt\n"
		"  timestamp       startsAt; when resolved endsAt\n"
		"  starts_at       startsAt\n"
		"  ends_at         endsAt when resolved, else null\n"
		"  updated_at      updatedAt\n"
		"  source_id       fingerprint, else the one computed\n"
		"  severity        labels.severity by the word table; a word in no table is unknown, and counted\n"
		"  name            labels.alertname\n"
		"  title           annotations.summary, title\n"
		"  description     annotations.description, message\n"
		"  links           generatorURL; annotations runbook_url, runbook, dashboard_url, dashboard\n"
		"  signal          metric when generatorURL is a Prometheus or vmalert graph\n"
		"  suppressed_by   status.silencedBy, inhibitedBy, mutedBy\n"
		"  labels, annotations   as they are\n"
		"\n"
		"Watchdog with severity none becomes a heartbeat while it fires. A group whose truncatedAlerts is not 0\n"
		"is warned about. An alert that stands under several receivers of /alerts/groups comes out once.\n",
	.example =
		"{\"version\":\"4\",\"groupKey\":\"{}:{}\",\"status\":\"firing\",\"receiver\":\"aiops\",\"groupLabels\":{},\n"
		" \"truncatedAlerts\":0,\"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":\"HighLatency\",\"service\":\n"
		" \"cart\",\"severity\":\"page\"},\"annotations\":{\"summary\":\"cart is slow\"},\"startsAt\":\n"
		" \"2026-11-21T09:09:19.095Z\",\"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":\"\"}]}\n",
	.framing = FRAME_DOCUMENTS,
	.cuts = CUT_BIT(CUT_ARRAY) | CUT_BIT(CUT_ALERTS) | CUT_BIT(CUT_GROUP_ALERTS),
	.sniff_part = am_sniff,
	.open = am_open,
	.close = am_close,
	.part = am_part,
	.reset = am_reset,
};
