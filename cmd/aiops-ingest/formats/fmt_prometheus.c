/*
 * Prometheus' HTTP API: instant vectors and range matrices, one record of kind
 * metric for each sample; alerts and the alerts of rules. Source: Prometheus'
 * documentation, "HTTP API".
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/prom_alert.h"
#include "aiops-ingest/formats/prom_histogram.h"
#include "aiops-ingest/formats/sample.h"
#include "base/mem.h"
#include "base/num.h"

struct prometheus {
	struct ingest *in;
	struct label *labels;
	size_t labels_cap;
	struct prom_alerts alerts;
	struct prom_histograms histograms;
	int64_t parts; /* of the current document */
};

static void *prom_open(struct ingest *in)
{
	struct prometheus *p = mem_zalloc(sizeof *p);

	p->in = p->alerts.in = p->histograms.in = in;
	return p;
}

static void prom_close(void *state)
{
	struct prometheus *p = state;

	free(p->labels);
	prom_alerts_release(&p->alerts);
	prom_histograms_release(&p->histograms);
	free(p);
}

static void prom_reset(void *state)
{
	((struct prometheus *)state)->parts = 0;
}

/* JSON has no NaN and no infinities: their strings stay. */
static bool is_reading(struct span s)
{
	return num_is_json(s) || span_is(s, "NaN") || span_is(s, "+Inf") || span_is(s, "-Inf");
}

static int read_sample(const struct sample *s, struct event *ev, struct err *e)
{
	if (instant_parse_epoch(s->time, EPOCH_S, &ev->timestamp.at, e) != 0)
		return err_prefix(e, "time");
	if (!is_reading(s->value))
		return err_set(e, EX_BADDATA, "value '%.*s' is no number",
			       (int)(s->value.len < 60 ? s->value.len : 60), s->value.data);
	ev->timestamp.state = TIME_GIVEN;
	ev->value = s->value;
	return 0;
}

static int refuse(struct prometheus *p, const struct record *r, const char *why, struct err *e)
{
	return ingest_reject(p->in, "schema", record_line(r), e, "series %lld: %s",
			     (long long)p->parts, why);
}

static int emit_sample(struct prometheus *p, struct event *ev, const struct sample *s,
		       struct err *e)
{
	struct err why = ERR_INIT;

	if (read_sample(s, ev, &why) != 0)
		return ingest_reject(p->in, "schema",
				     span_of(s->time.data,
					     (size_t)(s->value.data + s->value.len - s->time.data)),
				     e, "series %lld: %s", (long long)p->parts, why.text);
	return emit_event(p->in, ev, e);
}

static int take_values(struct prometheus *p, const struct record *r, struct event *ev,
		       struct err *e)
{
	struct span rest = record_token(r, "values");
	struct sample s;
	int more;

	if (record_get(r, "values").type != VALUE_ARRAY)
		return refuse(p, r, "values: not an array", e);
	while ((more = sample_next(&rest, &s)) > 0)
		if (emit_sample(p, ev, &s, e) != 0)
			return -1;
	return more == 0 ? 0 : refuse(p, r, "values: not an array of [time, \"value\"]", e);
}

static int take_value(struct prometheus *p, const struct record *r, struct event *ev, struct err *e)
{
	struct sample s;

	if (sample_single(record_token(r, "value"), &s) != 0)
		return refuse(p, r, "value: not [time, \"value\"]", e);
	return emit_sample(p, ev, &s, e);
}

static struct span metric_name(const struct prometheus *p, const struct event *ev)
{
	const struct ingest_options *opt = p->in->opt;

	for (size_t i = 0; i < ev->n_labels; i++)
		if (span_is(ev->labels[i].name, "__name__"))
			return ev->labels[i].value;
	for (size_t i = 0; i < opt->n_labels; i++)
		if (span_is(opt->labels[i].name, "__name__"))
			return opt->labels[i].value;
	return SPAN_NONE;
}

static int take_series(struct prometheus *p, const struct record *r, struct err *e)
{
	struct event ev = {.kind = KIND_METRIC, .format = format_prometheus.name};
	struct err why = ERR_INIT;
	bool values = record_get(r, "values").type != VALUE_NONE,
	     value = record_get(r, "value").type != VALUE_NONE;
	bool histograms = record_get(r, "histograms").type != VALUE_NONE ||
			  record_get(r, "histogram").type != VALUE_NONE;

	p->parts++;
	if (labels_read(record_get(r, "metric"), "metric", &p->labels, &p->labels_cap, &ev.n_labels,
			&why) != 0)
		return refuse(p, r, why.text, e);
	ev.labels = p->labels;
	ev.name = metric_name(p, &ev);
	if (histograms && prom_histograms(&p->histograms, r, &ev, p->parts, e) != 0)
		return -1;
	if (values)
		return take_values(p, r, &ev, e);
	if (value)
		return take_value(p, r, &ev, e);
	return histograms ? 0 : refuse(p, r, "values: missing", e);
}

/* One rule of /api/v1/rules: its alerts; a recording rule has none. */
static int take_rule(struct prometheus *p, const struct record *r, struct err *e)
{
	struct item alerts = item_get(r, "alerts"), alert;
	struct items s = items_of(alerts);
	struct span said = record_text(r, "lastError");

	if (said.len > 0)
		ingest_warn(p->in, "a rule fails: %.*s", (int)(said.len < 300 ? said.len : 300),
			    said.data);
	if (item_is_there(alerts) && alerts.v.type != VALUE_ARRAY)
		return ingest_reject(p->in, "schema", record_line(r), e, "alerts: not an array");
	if (!item_is_there(alerts) && !span_is(record_text(r, "type"), "recording"))
		return ingest_reject(p->in, "schema", record_line(r), e,
				     "a rule without alerts that is no recording rule");
	while (items_next(&s, NULL, &alert))
		if (prom_alert(&p->alerts, alert, (long long)++p->parts, e) != 0)
			return -1;
	return 0;
}

/* The groups of rules without their rules. */
static int end_rules(struct prometheus *p, const struct record *r, struct err *e)
{
	struct item groups = item_get(r, "data.groups"), group;
	struct items s = items_of(groups);

	if (groups.v.type != VALUE_ARRAY)
		return ingest_reject(p->in, "schema", record_line(r), e,
				     "data.groups: not an array");
	while (items_next(&s, NULL, &group))
		if (!value_is_empty_array(item_member(group, "rules").v) &&
		    ingest_reject(p->in, "schema", group.raw, e,
				  "data.groups: rules are not an array of objects") != 0)
			return -1;
	return 0;
}

static void warn_each(struct prometheus *p, const struct record *r, const char *path)
{
	struct value_iter it = value_iter(record_get(r, path));
	struct value v;

	while (value_next(&it, NULL, &v))
		if (v.type == VALUE_STRING)
			ingest_warn(p->in, "prometheus says: %.*s",
				    (int)(v.text.len < 300 ? v.text.len : 300), v.text.data);
}

/* The answer without its series. */
static int take_root(struct prometheus *p, const struct record *r, struct err *e)
{
	struct span status = record_text(r, "status"), type = record_text(r, "data.resultType");
	struct span said = record_text(r, "error");

	if (span_is(status, "error"))
		return ingest_reject(p->in, "schema", record_line(r), e,
				     "prometheus answered with an error: %.*s",
				     (int)(said.len < 300 ? said.len : 300),
				     said.data ? said.data : "");
	if (!span_is(status, "success"))
		return ingest_reject(p->in, "schema", record_line(r), e,
				     "status: neither success nor error");
	warn_each(p, r, "warnings");
	warn_each(p, r, "infos");
	if (record_get(r, "data.groups").type != VALUE_NONE)
		return end_rules(p, r, e);
	if (record_get(r, "data.alerts").type != VALUE_NONE)
		return value_is_empty_array(record_get(r, "data.alerts"))
			       ? 0
			       : ingest_reject(p->in, "schema", record_line(r), e,
					       "data.alerts: not an array of objects");
	if (span_is(type, "scalar") || span_is(type, "string"))
		return ingest_reject(
			p->in, "schema", record_line(r), e,
			"a %.*s result has no labels to make a record of; ask for vector(...)",
			(int)type.len, type.data);
	if (!span_is(type, "matrix") && !span_is(type, "vector"))
		return ingest_reject(p->in, "schema", record_line(r), e,
				     "data.resultType: not matrix or vector");
	if (!value_is_empty_array(record_get(r, "data.result")))
		return ingest_reject(p->in, "schema", record_line(r), e,
				     "data.result: not an array of objects");
	return 0;
}

static int prom_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	struct prometheus *p = state;

	if (cut == CUT_RULE_ALERTS)
		return prom_alert(&p->alerts, item_root(r), (long long)++p->parts, e);
	if (cut == CUT_RULES)
		return take_rule(p, r, e);
	return cut == CUT_RESULT ? take_series(p, r, e) : take_root(p, r, e);
}

static bool is_series(const struct record *r)
{
	return record_get(r, "metric").type == VALUE_OBJECT &&
	       (record_get(r, "values").type == VALUE_ARRAY ||
		record_get(r, "value").type == VALUE_ARRAY ||
		record_get(r, "histograms").type == VALUE_ARRAY ||
		record_get(r, "histogram").type == VALUE_ARRAY);
}

static bool is_answer(const struct record *r)
{
	struct span type = record_text(r, "data.resultType");

	if (span_is(record_text(r, "status"), "error"))
		return record_get(r, "errorType").type == VALUE_STRING;
	if (!span_is(record_text(r, "status"), "success"))
		return false;
	if (record_get(r, "data.alerts").type == VALUE_ARRAY ||
	    record_get(r, "data.groups").type == VALUE_ARRAY)
		return true;
	return (span_is(type, "matrix") || span_is(type, "vector") || span_is(type, "scalar") ||
		span_is(type, "string"));
}

static enum sniff prom_sniff(enum cut cut, const struct record *r, const char **why)
{
	(void)why; /* always sure */
	if (cut == CUT_RESULT)
		return is_series(r) ? SNIFF_YES : SNIFF_NO;
	if (cut == CUT_RULE_ALERTS)
		return record_get(r, "labels").type == VALUE_OBJECT &&
				       record_get(r, "activeAt").type != VALUE_NONE
			       ? SNIFF_YES
			       : SNIFF_NO;
	if (cut == CUT_RULES)
		return record_get(r, "query").type == VALUE_STRING ? SNIFF_YES : SNIFF_NO;
	return cut == CUT_ROOT && is_answer(r) ? SNIFF_YES : SNIFF_NO;
}

const struct format format_prometheus = {
	.name = "prometheus",
	.summary = "answers of Prometheus' /api/v1/query, query_range, alerts and rules",
	.explain =
		"One record of kind metric for each sample of a vector or matrix.\n"
		"\n"
		"  name            metric.__name__; an expression's result has none: give one with\n"
		"                  --label __name__=NAME\n"
		"  timestamp       the sample's time, with the digits it has\n"
		"  value           the sample's number, digit for digit; NaN, +Inf and -Inf as strings\n"
		"  source_id       the fingerprint: a series has no other key\n"
		"  labels          metric\n"
		"  histograms      NAME_count, NAME_sum, and NAME_bucket with labels lower and upper, not cumulative\n"
		"\n"
		"One record of kind alert for each alert of /api/v1/alerts and of the rules of /api/v1/rules:\n"
		"\n"
		"  status          state: firing, pending\n"
		"  timestamp       activeAt; also starts_at\n"
		"  severity        labels.severity by the word table\n"
		"  value           the number at the last evaluation\n"
		"  name, title, description   as of -f alertmanager; Watchdog is a heartbeat there and here\n"
		"\n"
		"An answer with status error, a scalar and a string are rejected; warnings are shown.\n",
	.example =
		"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"up\",\"job\":\n"
		" \"cart\",\"instance\":\"cart-1:8080\"},\"values\":[[1794906559.095,\"1\"],[1794906574.095,\"0\"]]}]}}\n",
	.framing = FRAME_DOCUMENTS,
	.cuts = CUT_BIT(CUT_RESULT) | CUT_BIT(CUT_RULE_ALERTS) | CUT_BIT(CUT_RULES),
	.sniff_part = prom_sniff,
	.open = prom_open,
	.close = prom_close,
	.part = prom_part,
	.reset = prom_reset,
};
