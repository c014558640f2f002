/*
 * Alertmanager: the webhook body (version 4) and the answers of API v2, GET
 * /api/v2/alerts and /api/v2/alerts/groups; also single alert objects, one a
 * line. Source: Alertmanager's documentation (configuration, webhook_config)
 * and api/v2/openapi.yaml.
 */
#include "aiops-ingest/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "base/mem.h"
#include "record/jsonw.h"

/* Alerts of one groups document that are remembered, to leave out those that
 * stand under a second receiver; beyond it repeats pass, under the same id. */
enum { MAX_REMEMBERED = 1 << 17 };

struct alertmanager {
	struct ingest *in;
	struct label *labels, *annotations;
	size_t labels_cap, annotations_cap;
	struct buf suppressed; /* JSON array */
	struct map seen;       /* fingerprint, start and status of a document of groups */
	int64_t parts;         /* of the current document */
};

static void *am_open(struct ingest *in)
{
	struct alertmanager *am = mem_zalloc(sizeof *am);

	am->in = in;
	buf_init(&am->suppressed, in->opt->max_record + 64);
	map_init(&am->seen);
	return am;
}

static void am_close(void *state)
{
	struct alertmanager *am = state;

	free(am->labels);
	free(am->annotations);
	buf_release(&am->suppressed);
	map_release(&am->seen);
	free(am);
}

static void am_reset(void *state)
{
	struct alertmanager *am = state;

	map_clear(&am->seen);
	am->parts = 0;
}

/* ---- one alert ---- */

/* The string at path; absent is SPAN_NONE. -1 if it is of another type. */
static int optional_text(const struct record *r, const char *path, struct span *out, struct err *e)
{
	struct value v = record_get(r, path);

	if (v.type != VALUE_NONE && v.type != VALUE_NULL && v.type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "%s: not a string", path);
	*out = v.text;
	return 0;
}

static int optional_time(const struct record *r, const char *path, struct event_time *out, struct err *e)
{
	struct span s = SPAN_NONE;

	if (optional_text(r, path, &s, e) != 0)
		return -1;
	*out = (struct event_time){.state = TIME_NULL};
	if (instant_is_unset(s))
		return 0;
	if (instant_parse(s, &out->at, e) != 0)
		return err_prefix(e, "%s", path);
	out->state = TIME_GIVEN;
	return 0;
}

static int read_times(const struct record *r, struct event *ev, struct err *e)
{
	if (optional_time(r, "startsAt", &ev->starts_at, e) != 0 || optional_time(r, "endsAt", &ev->ends_at, e) != 0 ||
	    optional_time(r, "updatedAt", &ev->updated_at, e) != 0)
		return -1;
	if (ev->updated_at.state == TIME_NULL)
		ev->updated_at.state = TIME_ABSENT;
	if (ev->starts_at.state != TIME_GIVEN)
		return err_set(e, EX_BADDATA, "startsAt: missing");
	return 0;
}

/* The webhook's word: firing or resolved. */
static int webhook_status(struct span word, struct event *ev, struct err *e)
{
	if (!span_is(word, "firing") && !span_is(word, "resolved"))
		return err_set(e, EX_BADDATA, "status: '%.*s' is neither firing nor resolved",
			       (int)(word.len < 60 ? word.len : 60), word.data);
	ev->status = word;
	return 0;
}

/* The API's state. An alert that ended before it was last updated is resolved; its end
 * is compared with updatedAt, not with the clock, so that a saved answer reads the same later. */
static int api_status(const struct record *r, struct event *ev, struct err *e)
{
	struct span state = record_text(r, "status.state");
	const struct event_time *end = &ev->ends_at, *seen = &ev->updated_at;

	if (span_is(state, "active"))
		ev->status = SPAN("firing");
	else if (span_is(state, "suppressed"))
		ev->status = state;
	else if (span_is(state, "unprocessed"))
		ev->status = SPAN("pending");
	else
		return err_set(e, EX_BADDATA, "status.state: not active, suppressed or unprocessed");
	if (end->state == TIME_GIVEN && seen->state == TIME_GIVEN && end->at.ns <= seen->at.ns)
		ev->status = SPAN("resolved");
	return 0;
}

static int read_status(const struct record *r, struct event *ev, struct err *e)
{
	struct value v = record_get(r, "status");

	if (v.type == VALUE_STRING)
		return webhook_status(v.text, ev, e);
	if (v.type == VALUE_OBJECT)
		return api_status(r, ev, e);
	return err_set(e, EX_BADDATA, "status: %s", v.type == VALUE_NONE ? "missing" : "neither a string nor an object");
}

/* timestamp is when the state changed. While it fires, endsAt is only an expiry. */
static void settle_times(struct event *ev)
{
	bool over = span_is(ev->status, "resolved");

	if (!over)
		ev->ends_at.state = TIME_NULL;
	ev->timestamp = over ? ev->ends_at : ev->starts_at;
}

static int add_names(const struct record *r, const char *path, const char *prefix, struct jsonw *w, struct err *e)
{
	struct value list = record_get(r, path), v;
	struct value_iter it = value_iter(list);
	struct buf text = BUF_INIT(1u << 16);

	if (list.type != VALUE_NONE && list.type != VALUE_NULL && list.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "%s: not an array", path);
	while (value_next(&it, NULL, &v)) {
		if (v.type != VALUE_STRING) {
			buf_release(&text);
			return err_set(e, EX_BADDATA, "%s: holds something that is not a string", path);
		}
		buf_clear(&text);
		buf_addf(&text, "%s:", prefix);
		buf_add_span(&text, v.text);
		jsonw_string(w, buf_span(&text));
	}
	buf_release(&text);
	return 0;
}

static int read_suppressed(struct alertmanager *am, const struct record *r, struct event *ev, struct err *e)
{
	struct jsonw w = jsonw_to(&am->suppressed);

	buf_clear(&am->suppressed);
	if (record_get(r, "status").type != VALUE_OBJECT)
		return 0;
	jsonw_array(&w);
	if (add_names(r, "status.silencedBy", "silence", &w, e) != 0 ||
	    add_names(r, "status.inhibitedBy", "inhibit", &w, e) != 0 ||
	    add_names(r, "status.mutedBy", "mute", &w, e) != 0)
		return -1;
	jsonw_array_end(&w);
	if (am->suppressed.len > 2)
		ev->suppressed_by = buf_span(&am->suppressed);
	return 0;
}

static struct span annotation(const struct event *ev, const char *const *names)
{
	for (; *names; names++)
		for (size_t i = 0; i < ev->n_annotations; i++)
			if (span_is(ev->annotations[i].name, *names) && ev->annotations[i].value.len > 0)
				return ev->annotations[i].value;
	return SPAN_NONE;
}

static void add_link(struct event *ev, struct span name, struct span url)
{
	if (url.len > 0)
		ev->links[ev->n_links++] = (struct label){name, url};
}

/* Prometheus and vmalert name the graph of their expression; of other senders' alerts
 * nobody knows what they were made from. */
static struct span signal_of(struct span generator)
{
	bool metric = span_find(generator, SPAN("/graph?g0.expr=")) || span_find(generator, SPAN("/vmalert/alert?"));

	return metric ? SPAN("metric") : SPAN_NONE;
}

static int read_words(const struct record *r, struct event *ev, struct err *e)
{
	static const char *const titles[] = {"summary", "title", NULL};
	static const char *const descriptions[] = {"description", "message", NULL};
	static const char *const runbooks[] = {"runbook_url", "runbook", NULL};
	static const char *const dashboards[] = {"dashboard_url", "dashboard", NULL};
	struct span generator = SPAN_NONE;

	if (optional_text(r, "generatorURL", &generator, e) != 0 ||
	    optional_text(r, "fingerprint", &ev->source_id, e) != 0)
		return -1;
	if (ev->source_id.len == 0)
		ev->source_id = SPAN_NONE;
	ev->signal = signal_of(generator);
	ev->name = record_text(r, "labels.alertname");
	ev->title = annotation(ev, titles);
	ev->description = annotation(ev, descriptions);
	add_link(ev, SPAN("dashboard"), annotation(ev, dashboards));
	add_link(ev, SPAN("generator"), generator);
	add_link(ev, SPAN("runbook"), annotation(ev, runbooks));
	return 0;
}

static int read_maps(struct alertmanager *am, const struct record *r, struct event *ev, struct err *e)
{
	struct value annotations = record_get(r, "annotations");

	if (labels_read(record_get(r, "labels"), "labels", &am->labels, &am->labels_cap, &ev->n_labels, e) != 0)
		return -1;
	if (ev->n_labels == 0)
		return err_set(e, EX_BADDATA, "labels: empty");
	ev->labels = am->labels;
	if (annotations.type == VALUE_NONE || annotations.type == VALUE_NULL)
		return 0;
	if (labels_read(annotations, "annotations", &am->annotations, &am->annotations_cap, &ev->n_annotations, e) != 0)
		return -1;
	ev->annotations = am->annotations;
	return 0;
}

static int read_alert(struct alertmanager *am, const struct record *r, struct event *ev, struct err *e)
{
	if (read_maps(am, r, ev, e) != 0 || read_times(r, ev, e) != 0 || read_status(r, ev, e) != 0 ||
	    read_suppressed(am, r, ev, e) != 0 || read_words(r, ev, e) != 0)
		return -1;
	settle_times(ev);
	return 0;
}

/* kube-prometheus' Watchdog fires for as long as the pipeline works: a sign of life, not an alert. */
static bool is_watchdog(const struct event *ev)
{
	return span_is(ev->name, "Watchdog") && span_eq_nocase(ev->severity_text, SPAN("none"));
}

static void judge(struct alertmanager *am, const struct record *r, struct event *ev)
{
	bool over = false;

	ev->severity_text = record_text(r, "labels.severity");
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
	labels_sort(am->labels, ev->n_labels);
	buf_addf(&key, "%016llx ", (unsigned long long)labels_fingerprint(am->labels, ev->n_labels));
	buf_add_i64(&key, ev->starts_at.at.ns);
	(void)map_put(&am->seen, buf_span(&key), &added);
	buf_release(&key);
	return added;
}

static int take_alert(struct alertmanager *am, bool grouped, const struct record *r, struct err *e)
{
	struct event ev = {.kind = KIND_ALERT, .format = format_alertmanager.name};
	struct err why = ERR_INIT;

	am->parts++;
	if (read_alert(am, r, &ev, &why) != 0)
		return ingest_reject(am->in, "schema", record_line(r), e, "alert %lld: %s", (long long)am->parts, why.text);
	if (grouped && !first_time(am, &ev))
		return 0;
	judge(am, r, &ev);
	return emit_event(am->in, &ev, e);
}

/* ---- what stands around the alerts ---- */

static bool is_alert(const struct record *r)
{
	return record_get(r, "labels").type == VALUE_OBJECT && record_get(r, "startsAt").type != VALUE_NONE;
}

static bool is_webhook(const struct record *r)
{
	return record_get(r, "alerts").type == VALUE_ARRAY &&
	       (record_get(r, "groupLabels").type == VALUE_OBJECT || record_get(r, "groupKey").type == VALUE_STRING);
}

static bool is_group(const struct record *r)
{
	return record_get(r, "alerts").type == VALUE_ARRAY && record_get(r, "receiver").type == VALUE_OBJECT;
}

static void warn_truncated(struct alertmanager *am, const struct record *r)
{
	struct value v = record_get(r, "truncatedAlerts");
	struct span token = record_token(r, "truncatedAlerts");

	if (v.type != VALUE_NONE && !span_is(token, "0"))
		ingest_warn(am->in, "the sender left out %.*s alerts of this group (truncatedAlerts): raise max_alerts",
			    (int)(token.len < 20 ? token.len : 20), token.data);
}

/* The webhook without its alerts, which were handed over before. */
static int end_webhook(struct alertmanager *am, const struct record *r, struct err *e)
{
	struct span version = record_text(r, "version");

	if (!value_is_empty_array(record_get(r, "alerts")))
		return ingest_reject(am->in, "schema", record_line(r), e, "alerts: not an array of objects");
	if (!span_is(version, "4"))
		ingest_warn(am->in, "webhook version '%.*s' read as version 4", (int)(version.len < 20 ? version.len : 20),
			    version.data ? version.data : "");
	warn_truncated(am, r);
	return 0;
}

static int take_root(struct alertmanager *am, const struct record *r, struct err *e)
{
	if (record_get(r, "alerts").type != VALUE_NONE)
		return end_webhook(am, r, e);
	if (is_alert(r) || record_get(r, "labels").type != VALUE_NONE)
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
			return ingest_reject(am->in, "schema", record_line(r), e, "alerts: not an array of objects");
		return 0;
	default:
		return take_root(am, r, e);
	}
}

static enum sniff am_sniff(enum cut cut, const struct record *r, const char **why)
{
	bool grafana = record_get(r, "valueString").type != VALUE_NONE || record_get(r, "silenceURL").type != VALUE_NONE;

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
		return is_webhook(r) || (is_alert(r) && record_get(r, "status").type != VALUE_NONE) ? SNIFF_YES : SNIFF_NO;
	default:
		return SNIFF_NO;
	}
}

const struct format format_alertmanager = {
	.name = "alertmanager",
	.summary = "Alertmanager's webhook (version 4), GET /api/v2/alerts and /api/v2/alerts/groups, alerts one a line",
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
