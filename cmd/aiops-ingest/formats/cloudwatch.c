#include "aiops-ingest/formats/cloudwatch.h"

#include <stdlib.h>

#include "aiops-ingest/formats/format.h"
#include "base/mem.h"

struct cloudwatch *cloudwatch_new(struct ingest *in)
{
	struct cloudwatch *c = mem_zalloc(sizeof *c);

	c->in = in;
	c->inner = record_new(in->opt->max_record);
	c->reason = record_new(in->opt->max_record);
	buf_init(&c->text, in->opt->max_record + RECORD_PADDING);
	buf_init(&c->reason_text, in->opt->max_record + RECORD_PADDING);
	return c;
}

void cloudwatch_free(struct cloudwatch *c)
{
	arena_release(&c->words);
	labelset_release(&c->labels);
	labelset_release(&c->annotations);
	record_free(c->inner);
	record_free(c->reason);
	buf_release(&c->text);
	buf_release(&c->reason_text);
	free(c);
}

/* ---- what both have ---- */

static int read_state(struct span state, struct event *ev, struct err *e)
{
	if (span_is(state, "ALARM"))
		ev->status = SPAN("firing");
	else if (span_is(state, "OK"))
		ev->status = SPAN("resolved");
	else if (span_is(state, "INSUFFICIENT_DATA"))
		ev->status = SPAN("pending");
	else
		return err_set(e, EX_BADDATA, "its state is not ALARM, OK or INSUFFICIENT_DATA");
	return 0;
}

static int read_time(struct item i, const char *what, struct event_time *out, struct err *e)
{
	struct span text = SPAN_NONE;

	if (item_text(i, what, &text, e) != 0)
		return -1;
	if (!text.data)
		return err_set(e, EX_BADDATA, "%s: missing", what);
	if (instant_parse(text, &out->at, e) != 0)
		return err_prefix(e, "%s", what);
	out->state = TIME_GIVEN;
	return 0;
}

static void settle_times(struct event *ev)
{
	if (span_is(ev->status, "resolved"))
		ev->ends_at = ev->timestamp;
	else
		ev->ends_at.state = TIME_NULL;
	if (span_is(ev->status, "firing"))
		ev->starts_at = ev->timestamp;
}

/* Part number n, from 0, of arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME. */
static struct span arn_part(struct span arn, int n)
{
	const char *from = arn.data, *end = arn.data + arn.len, *colon;

	if (!span_starts(arn, "arn:"))
		return SPAN_NONE;
	while (from < end && n-- > 0) {
		colon = memchr(from, ':', (size_t)(end - from));
		from = colon ? colon + 1 : end;
	}
	colon = memchr(from, ':', (size_t)(end - from));
	return span_of(from, (size_t)((colon ? colon : end) - from));
}

static void add_place(struct cloudwatch *c, const struct event *ev, struct span region,
		      struct span account)
{
	struct span arn_region = arn_part(ev->source_id, 3),
		    arn_account = arn_part(ev->source_id, 4);

	labelset_add(&c->labels, SPAN("alertname"), ev->name);
	labelset_add(&c->labels, SPAN("region"), arn_region.len > 0 ? arn_region : region);
	labelset_add(&c->labels, SPAN("account"), arn_account.len > 0 ? arn_account : account);
}

static int add_text(struct cloudwatch *c, const char *label, struct item i, const char *what,
		    struct err *e)
{
	struct span text = SPAN_NONE;

	if (item_text(i, what, &text, e) != 0)
		return -1;
	labelset_add(&c->labels, span_cstr(label), text);
	return 0;
}

static int finish(struct cloudwatch *c, struct event *ev, struct err *e)
{
	bool over = false;

	ev->title = ev->name;
	ev->signal = SPAN("metric");
	settle_times(ev);
	labelset_settle(&c->labels);
	ev->labels = c->labels.items;
	ev->n_labels = c->labels.n;
	ev->annotations = c->annotations.items;
	ev->n_annotations = c->annotations.n;
	ev->has_severity = true;
	ev->severity = ingest_severity(c->in, SPAN_NONE, &over); /* none is said: unknown */
	return emit_event(c->in, ev, e);
}

/* ---- SNS ---- */

/* [{"name":"InstanceId","value":"i-1"}] */
static int add_pairs(struct cloudwatch *c, struct item list, struct err *e)
{
	struct items s = items_of(list);
	struct item i;

	if (item_is_there(list) && list.v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "Dimensions: not an array");
	while (items_next(&s, NULL, &i)) {
		struct item name = item_member(i, "name"), value = item_member(i, "value");

		if (name.v.type != VALUE_STRING || value.v.type != VALUE_STRING)
			return err_set(e, EX_BADDATA, "Dimensions: name or value is not a string");
		labelset_add(&c->labels, name.v.text, value.v.text);
	}
	return 0;
}

/* The first member `name` among the elements of an array that have one. */
static struct item first_with(struct item array, const char *name)
{
	struct items s = items_of(array);
	struct item i, found = {{.type = VALUE_NONE}, SPAN_NONE};

	while (!item_is_there(found) && array.v.type == VALUE_ARRAY && items_next(&s, NULL, &i))
		found = item_member(i, name);
	return found;
}

static int read_trigger(struct cloudwatch *c, struct item trigger, struct event *ev, struct err *e)
{
	struct item stat = first_with(item_member(trigger, "Metrics"), "MetricStat"),
		    metric = item_is_there(stat) ? item_member(stat, "Metric") : trigger,
		    threshold = item_member(trigger, "Threshold");
	struct span operator= SPAN_NONE;

	if (item_is_there(trigger) && trigger.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "Trigger: not an object");
	if (item_is_there(threshold) && threshold.v.type != VALUE_NUMBER)
		return err_set(e, EX_BADDATA, "Trigger.Threshold: not a number");
	if (item_text(item_member(trigger, "ComparisonOperator"), "Trigger.ComparisonOperator",
		      &operator, e) != 0 ||
	    item_text(item_member(trigger, "Unit"), "Trigger.Unit", &ev->unit, e) != 0 ||
	    add_pairs(c, item_member(metric, "Dimensions"), e) != 0 ||
	    add_text(c, "namespace", item_member(metric, "Namespace"), "Namespace", e) != 0 ||
	    add_text(c, "metric", item_member(metric, "MetricName"), "MetricName", e) != 0)
		return -1;
	ev->threshold = threshold.v.type == VALUE_NUMBER ? threshold.raw : SPAN_NONE;
	if (span_starts(operator, "Greater"))
		ev->condition = SPAN("above");
	else if (span_starts(operator, "Less"))
		ev->condition = SPAN("below");
	return 0;
}

static int read_notified(struct cloudwatch *c, const struct record *m, struct event *ev,
			 struct err *e)
{
	struct span state = SPAN_NONE, about = SPAN_NONE, region = SPAN_NONE, account = SPAN_NONE;

	if (item_text(item_get(m, "AlarmName"), "AlarmName", &ev->name, e) != 0)
		return -1;
	if (!ev->name.data)
		return err_set(e, EX_BADDATA, "AlarmName: missing: not a CloudWatch alarm");
	if (item_text(item_get(m, "NewStateValue"), "NewStateValue", &state, e) != 0 ||
	    item_text(item_get(m, "NewStateReason"), "NewStateReason", &ev->description, e) != 0 ||
	    item_text(item_get(m, "AlarmDescription"), "AlarmDescription", &about, e) != 0 ||
	    item_text(item_get(m, "AlarmArn"), "AlarmArn", &ev->source_id, e) != 0 ||
	    item_text(item_get(m, "Region"), "Region", &region, e) != 0 ||
	    item_text(item_get(m, "AWSAccountId"), "AWSAccountId", &account, e) != 0 ||
	    read_time(item_get(m, "StateChangeTime"), "StateChangeTime", &ev->timestamp, e) != 0 ||
	    read_state(state, ev, e) != 0)
		return -1;
	add_place(c, ev, region, account);
	labelset_add(&c->annotations, SPAN("alarm_description"), about);
	return read_trigger(c, item_get(m, "Trigger"), ev, e);
}

static struct event begin(struct cloudwatch *c)
{
	c->labels.n = c->annotations.n = 0;
	return (struct event){.kind = KIND_ALERT, .format = format_cloudwatch.name};
}

int cloudwatch_notified(struct cloudwatch *c, const struct record *message,
			const struct record *raw, struct err *e)
{
	struct event ev = begin(c);
	struct err why = ERR_INIT;

	if (read_notified(c, message, &ev, &why) != 0)
		return ingest_reject(c->in, "schema", record_line(raw), e, "%s", why.text);
	return finish(c, &ev, e);
}

/* ---- EventBridge ---- */

/* {"InstanceId":"i-1"} */
static int add_members(struct cloudwatch *c, struct item object, struct err *e)
{
	struct items s = items_of(object);
	struct span key;
	struct item i;

	if (item_is_there(object) && object.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "dimensions: not an object");
	while (items_next(&s, &key, &i)) {
		if (i.v.type != VALUE_STRING)
			return err_set(e, EX_BADDATA, "dimensions: a value is not a string");
		labelset_add(&c->labels, key, i.v.text);
	}
	return 0;
}

static int read_metric(struct cloudwatch *c, const struct record *r, struct err *e)
{
	struct item stat = first_with(item_get(r, "detail.configuration.metrics"), "metricStat"),
		    metric = item_member(stat, "metric");

	if (add_members(c, item_member(metric, "dimensions"), e) != 0 ||
	    add_text(c, "namespace", item_member(metric, "namespace"), "namespace", e) != 0)
		return -1;
	return add_text(c, "metric", item_member(metric, "name"), "name", e);
}

/* reasonData is JSON in a string, and only a help: what of it cannot be read is left out. */
static void read_reason(struct cloudwatch *c, struct span text, struct event *ev)
{
	enum reject_code code;
	struct err why = ERR_INIT;
	struct items s;
	struct item i, last = {{.type = VALUE_NONE}, SPAN_NONE}, threshold;

	if (!text.data)
		return;
	buf_clear(&c->reason_text);
	buf_add_span(&c->reason_text, text);
	if (!buf_room(&c->reason_text, RECORD_PADDING) ||
	    record_parse(c->reason, c->reason_text.data, c->reason_text.len, &code, &why) != 0) {
		ingest_warn(c->in, "reasonData cannot be read, so there is no value: %s", why.text);
		return;
	}
	for (s = items_of(item_get(c->reason, "recentDatapoints")); items_next(&s, NULL, &i);)
		last = i;
	threshold = item_get(c->reason, "threshold");
	if (last.v.type == VALUE_NUMBER)
		ev->value = last.raw;
	if (threshold.v.type == VALUE_NUMBER)
		ev->threshold = threshold.raw;
}

static int read_previous(const struct record *r, struct event *ev, struct err *e)
{
	struct item time = item_get(r, "detail.previousState.timestamp");

	if (!span_is(ev->status, "resolved") || !item_is_there(time) ||
	    !span_is(record_text(r, "detail.previousState.value"), "ALARM"))
		return 0;
	return read_time(time, "detail.previousState.timestamp", &ev->starts_at, e);
}

static int read_changed(struct cloudwatch *c, const struct record *r, struct event *ev,
			struct err *e)
{
	struct span state = SPAN_NONE, reason = SPAN_NONE, about = SPAN_NONE;

	if (item_text(item_get(r, "detail.alarmName"), "detail.alarmName", &ev->name, e) != 0)
		return -1;
	if (!ev->name.data)
		return err_set(e, EX_BADDATA, "detail.alarmName: missing: not a CloudWatch alarm");
	if (item_text(item_get(r, "detail.state.value"), "detail.state.value", &state, e) != 0 ||
	    item_text(item_get(r, "detail.state.reason"), "detail.state.reason", &ev->description,
		      e) != 0 ||
	    item_text(item_get(r, "detail.state.reasonData"), "detail.state.reasonData", &reason,
		      e) != 0 ||
	    item_text(item_get(r, "detail.configuration.description"), "configuration.description",
		      &about, e) != 0 ||
	    item_text(item_get(r, "resources.0"), "resources", &ev->source_id, e) != 0 ||
	    read_time(item_get(r, "detail.state.timestamp"), "detail.state.timestamp",
		      &ev->timestamp, e) != 0 ||
	    read_state(state, ev, e) != 0 || read_previous(r, ev, e) != 0)
		return -1;
	add_place(c, ev, record_text(r, "region"), record_text(r, "account"));
	labelset_add(&c->annotations, SPAN("alarm_description"), about);
	read_reason(c, reason, ev);
	return read_metric(c, r, e);
}

int cloudwatch_changed(struct cloudwatch *c, const struct record *event, const struct record *raw,
		       struct err *e)
{
	struct event ev = begin(c);
	struct err why = ERR_INIT;

	if (read_changed(c, event, &ev, &why) != 0)
		return ingest_reject(c->in, "schema", record_line(raw), e, "%s", why.text);
	return finish(c, &ev, e);
}
