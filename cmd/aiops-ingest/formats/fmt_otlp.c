/*
 * OTLP in JSON: bodies of OTLP/HTTP and files of the collector's file exporter,
 * one request a line. Requests are cut at their records; the resource and the
 * scope that these belong to may stand before or behind them.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/formats/otlp_batch.h"
#include "base/mem.h"

const char otlp_source[] = "otlp";

static void *otlp_open(struct ingest *in)
{
	struct otlp_batch *b = mem_zalloc(sizeof *b);

	otlp_batch_init(b, in);
	return b;
}

static void otlp_close(void *state)
{
	otlp_batch_release(state);
	free(state);
}

static const char *const tops[] = {"resourceLogs", "resourceMetrics", "resourceSpans"};

static bool is_empty_object(struct span json)
{
	json = span_trim(json);
	return json.len >= 2 && span_trim(span_of(json.data + 1, json.len - 2)).len == 0;
}

/* What a server answers: {} or a count of what it refused. */
static int take_answer(struct otlp_batch *b, const struct record *r, struct err *e)
{
	struct item partial = item_get(r, "partialSuccess");
	struct span said = item_member(partial, "errorMessage").v.text;

	if (partial.v.type == VALUE_NONE && !is_empty_object(record_line(r)))
		return ingest_reject(b->o.in, "schema", record_line(r), e,
				     "none of resourceLogs, resourceMetrics and resourceSpans");
	if (item_is_there(partial) && said.len > 0)
		ingest_warn(b->o.in, "an OTLP server says: %.*s",
			    (int)(said.len < 300 ? said.len : 300), said.data);
	return 0;
}

static int take_root(struct otlp_batch *b, const struct record *r, struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < 3; i++) {
		any |= record_get(r, tops[i]).type != VALUE_NONE;
		if (otlp_batch_leftover(b, r, tops[i], e) != 0)
			return -1;
	}
	return any ? 0 : take_answer(b, r, e);
}

static int otlp_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	switch (cut) {
	case CUT_LOGS:
		return otlp_batch_element(state, OTLP_LOG, r, e);
	case CUT_METRICS:
		return otlp_batch_element(state, OTLP_METRIC, r, e);
	case CUT_SPANS:
		return otlp_batch_element(state, OTLP_SPAN, r, e);
	case CUT_LOG_SCOPES:
		return otlp_batch_end_scope(state, r, "logRecords", e);
	case CUT_METRIC_SCOPES:
		return otlp_batch_end_scope(state, r, "metrics", e);
	case CUT_SPAN_SCOPES:
		return otlp_batch_end_scope(state, r, "spans", e);
	case CUT_LOG_RESOURCES:
		return otlp_batch_end_resource(state, r, "scopeLogs", e);
	case CUT_METRIC_RESOURCES:
		return otlp_batch_end_resource(state, r, "scopeMetrics", e);
	case CUT_SPAN_RESOURCES:
		return otlp_batch_end_resource(state, r, "scopeSpans", e);
	default:
		return take_root(state, r, e);
	}
}

static int otlp_around(void *state, enum cut cut, const struct record *so_far, struct err *e)
{
	(void)e; /* what is wrong with it is said of each of its records */
	if (cut == CUT_LOG_RESOURCES || cut == CUT_METRIC_RESOURCES || cut == CUT_SPAN_RESOURCES)
		otlp_batch_resource(state, so_far);
	else
		otlp_batch_scope(state, so_far);
	return 0;
}

static int otlp_settle(void *state, struct err *e)
{
	return otlp_batch_settle(state, e);
}

static void otlp_reset(void *state)
{
	otlp_batch_reset(state);
}

static bool is_cut_of_ours(enum cut cut)
{
	return cut >= CUT_LOG_RESOURCES && cut <= CUT_SPANS;
}

static enum sniff otlp_sniff(enum cut cut, const struct record *r, const char **why)
{
	(void)why; /* always sure */
	if (is_cut_of_ours(cut))
		return SNIFF_YES;
	for (size_t i = 0; cut == CUT_ROOT && i < 3; i++)
		if (record_get(r, tops[i]).type == VALUE_ARRAY)
			return SNIFF_YES;
	return cut == CUT_ROOT && record_get(r, "partialSuccess").type == VALUE_OBJECT ? SNIFF_YES
										       : SNIFF_NO;
}

const struct format format_otlp = {
	.name = otlp_source,
	.summary =
		"OTLP in JSON: logs, metrics and traces, of OTLP/HTTP or the collector's file exporter",
	.explain =
		"One record of kind log for each log record, of kind trace for each span, and of kind metric for each\n"
		"number of a data point. Requests may stand a line each or over many lines.\n"
		"\n"
		"  labels          attributes of the record and of its resource (the record's win); of metrics also\n"
		"                  __name__. Arrays and maps as JSON\n"
		"  annotations     otel.scope.name, otel.scope.version, otel.scope.ATTRIBUTE\n"
		"  trace_id, span_id   in lower case; none when empty or zeros\n"
		"\n"
		"logs:\n"
		"  timestamp       timeUnixNano; when 0 or missing observedTimeUnixNano, flagged no_timestamp\n"
		"  severity        severityText by the word table, else severityNumber: 21 to 24 critical, 17 high,\n"
		"                  13 medium, 11 and 12 low, 1 to 10 info; left out when both are missing\n"
		"  name            eventName\n"
		"  body            body; an array or a map as JSON\n"
		"  source_id       log.record.uid, else a digest of the record and its resource\n"
		"metrics:\n"
		"  timestamp       timeUnixNano\n"
		"  name, unit, description   of the metric\n"
		"  value           asInt, asDouble, digit for digit; a point that says that it has none is left out\n"
		"  histogram       NAME_count, _sum, _min, _max, and _bucket, cumulative, with label le\n"
		"  exponentialHistogram   the same; _bucket not cumulative, with labels lower and upper, if not empty\n"
		"  summary         NAME with label quantile, NAME_count, NAME_sum\n"
		"  annotations     otel.temporality, otel.monotonic\n"
		"  trace_id, span_id   of the last exemplar that names a trace\n"
		"traces:\n"
		"  timestamp, starts_at   startTimeUnixNano; ends_at endTimeUnixNano; duration_ms from both\n"
		"  name, parent    name, parentSpanId\n"
		"  error           status.code is error; description its message\n"
		"  annotations     otel.span_kind; of events named exception exception.type and exception.message;\n"
		"                  other events and links are left out\n"
		"  source_id       TRACE-SPAN\n"
		"\n"
		"Records that stand before their resource or scope wait for it, up to eight times --max-record.\n",
	.example =
		"{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"cart\"}}]},\n"
		" \"scopeLogs\":[{\"scope\":{\"name\":\"cart.db\"},\"logRecords\":[{\"timeUnixNano\":\"1795252159095000000\",\n"
		" \"severityNumber\":17,\"severityText\":\"ERROR\",\"body\":{\"stringValue\":\"too many clients\"},\"attributes\":\n"
		" [{\"key\":\"pool.size\",\"value\":{\"intValue\":\"20\"}}],\"traceId\":\"5b8efff798038103d269b633813fc60c\",\n"
		" \"spanId\":\"eee19b7ec3c1b174\"}]}]}]}\n",
	.framing = FRAME_DOCUMENTS,
	.cuts = CUT_BIT(CUT_LOG_RESOURCES) | CUT_BIT(CUT_LOG_SCOPES) | CUT_BIT(CUT_LOGS) |
		CUT_BIT(CUT_METRIC_RESOURCES) | CUT_BIT(CUT_METRIC_SCOPES) | CUT_BIT(CUT_METRICS) |
		CUT_BIT(CUT_SPAN_RESOURCES) | CUT_BIT(CUT_SPAN_SCOPES) | CUT_BIT(CUT_SPANS),
	.sniff_part = otlp_sniff,
	.open = otlp_open,
	.close = otlp_close,
	.part = otlp_part,
	.around = otlp_around,
	.settle = otlp_settle,
	.reset = otlp_reset,
};
