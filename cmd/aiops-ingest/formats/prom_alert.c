#include "aiops-ingest/formats/prom_alert.h"

#include "aiops-ingest/formats/format.h"

void prom_alerts_release(struct prom_alerts *p)
{
	labelset_release(&p->labels);
	labelset_release(&p->annotations);
}

static int read_map(struct item object, const char *what, struct labelset *out, struct err *e)
{
	struct items s = items_of(object);
	struct span key;
	struct item i;

	out->n = 0;
	if (item_is_there(object) && object.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "%s: not an object", what);
	while (items_next(&s, &key, &i)) {
		if (i.v.type != VALUE_STRING)
			return err_set(e, EX_BADDATA, "%s.%.*s: not a string", what,
				       (int)(key.len < 100 ? key.len : 100), key.data);
		labelset_add(out, key, i.v.text);
	}
	labelset_settle(out);
	return 0;
}

static struct span text_of(const struct labelset *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_is(l->items[i].name, name))
			return l->items[i].value;
	return SPAN_NONE;
}

static int read_state(struct item alert, struct event *ev, struct err *e)
{
	struct span active_at = SPAN_NONE;

	if (item_text(item_member(alert, "state"), "state", &ev->status, e) != 0 ||
	    item_text(item_member(alert, "activeAt"), "activeAt", &active_at, e) != 0 ||
	    item_reading(item_member(alert, "value"), "value", &ev->value, e) != 0)
		return -1;
	if (!span_is(ev->status, "firing") && !span_is(ev->status, "pending"))
		return err_set(e, EX_BADDATA, "state: neither firing nor pending");
	if (!active_at.data)
		return err_set(e, EX_BADDATA, "activeAt: missing");
	if (instant_parse(active_at, &ev->timestamp.at, e) != 0)
		return err_prefix(e, "activeAt");
	ev->timestamp.state = TIME_GIVEN;
	ev->starts_at = ev->timestamp;
	ev->ends_at.state = TIME_NULL;
	return 0;
}

static void add_link(struct event *ev, const char *name, struct span url)
{
	if (url.len > 0)
		ev->links[ev->n_links++] = (struct label){span_cstr(name), url};
}

static int read_alert(struct prom_alerts *p, struct item alert, struct event *ev, struct err *e)
{
	bool over = false;

	if (read_map(item_member(alert, "labels"), "labels", &p->labels, e) != 0 ||
	    read_map(item_member(alert, "annotations"), "annotations", &p->annotations, e) != 0 ||
	    read_state(alert, ev, e) != 0)
		return -1;
	if (p->labels.n == 0)
		return err_set(e, EX_BADDATA, "labels: missing or empty");
	ev->labels = p->labels.items;
	ev->n_labels = p->labels.n;
	ev->annotations = p->annotations.items;
	ev->n_annotations = p->annotations.n;
	ev->signal = SPAN("metric");
	ev->name = text_of(&p->labels, "alertname");
	ev->title = text_of(&p->annotations, "summary");
	ev->description = text_of(&p->annotations, "description");
	add_link(ev, "dashboard", text_of(&p->annotations, "dashboard_url"));
	add_link(ev, "runbook", text_of(&p->annotations, "runbook_url"));
	ev->severity_text = text_of(&p->labels, "severity");
	if (span_is(ev->name, "Watchdog") && span_is(ev->severity_text, "none") &&
	    span_is(ev->status, "firing")) {
		ev->kind = KIND_HEARTBEAT; /* as the same alert from Alertmanager */
		ev->status = SPAN_NONE;
		return 0;
	}
	ev->has_severity = true;
	ev->severity = ingest_severity(p->in, ev->severity_text, &over);
	return 0;
}

int prom_alert(struct prom_alerts *p, struct item alert, long long n, struct err *e)
{
	struct event ev = {.kind = KIND_ALERT, .format = format_prometheus.name};
	struct err why = ERR_INIT;

	if (read_alert(p, alert, &ev, &why) != 0)
		return ingest_reject(p->in, "schema", alert.raw, e, "alert %lld: %s", n, why.text);
	return emit_event(p->in, &ev, e);
}
