/*
 * Input for test_mutations.c beside the formats' examples.
 */
#ifndef AIOPS_TESTS_INGEST_SHAPES_H
#define AIOPS_TESTS_INGEST_SHAPES_H

/* Shapes that the one example of a format does not show. */
static const struct {
	const char *format, *text;
} shapes[] = {
	{"alertmanager",
	 "[{\"annotations\":{},\"endsAt\":\"2026-11-21T09:14:19Z\",\"fingerprint\":\"b909ed5f00df6962\",\n"
	 " \"receivers\":[{\"name\":\"r\"}],\"startsAt\":\"2026-11-21T09:09:19Z\",\"status\":{\"state\":\"suppressed\",\n"
	 " \"silencedBy\":[\"s\"],\"inhibitedBy\":[],\"mutedBy\":[]},\"updatedAt\":\"2026-11-21T09:10:19Z\",\n"
	 " \"labels\":{\"alertname\":\"A\",\"severity\":\"warning\"}}]\n"},
	{"prometheus",
	 "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"g\",\"rules\":[{\"type\":\"recording\",\"query\":\"x\"},\n"
	 " {\"type\":\"alerting\",\"query\":\"up==0\",\"alerts\":[{\"labels\":{\"alertname\":\"Down\",\"severity\":\"page\"},\n"
	 " \"annotations\":{\"summary\":\"s\"},\"state\":\"pending\",\"activeAt\":\"2026-11-21T09:00:00.1+01:00\",\n"
	 " \"value\":\"1e+00\"}]}]}]}}\n"},
	{"prometheus",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"h\"},\"histograms\":\n"
	 " [[1795252159.1,{\"count\":\"3\",\"sum\":\"1.50\",\"buckets\":[[0,\"0.5\",\"1\",\"3\"]]}]]}]}}\n"},
	{"openmetrics",
	 "# HELP a \\\\ \\n x\n# TYPE a summary\na{quantile=\"0.5\",b=\"\\\\ \\\" \\n\"} NaN 1.5\na_sum +Inf\n{\"x.y\",\"c d\"=\"e\"} 5.\n# EOF\n"},
	{"otlp", /* the resource and the scope stand behind */
	 "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"observedTimeUnixNano\":\"1795252159095000000\",\"body\":\n"
	 " {\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"arrayValue\":{\"values\":[{\"doubleValue\":0.5},{}]}}}]}}}],\n"
	 " \"scope\":{\"name\":\"lib\"}}],\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"s\"}}]}}]}\n"},
	{"otlp",
	 "{\"resourceMetrics\":[{\"resource\":{},\"scopeMetrics\":[{\"scope\":{},\"metrics\":[{\"name\":\"h\",\"unit\":\"s\",\"histogram\":{\n"
	 " \"aggregationTemporality\":2,\"dataPoints\":[{\"timeUnixNano\":\"1795252159095000000\",\"count\":\"3\",\"sum\":1.50,\n"
	 " \"bucketCounts\":[\"1\",\"2\"],\"explicitBounds\":[0.5],\"exemplars\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\"}]}]}},\n"
	 " {\"name\":\"e\",\"exponentialHistogram\":{\"dataPoints\":[{\"count\":\"3\",\"scale\":1,\"zeroCount\":\"1\",\"positive\":{\"offset\":1,\n"
	 " \"bucketCounts\":[\"0\",\"2\"]}}]}},{\"name\":\"q\",\"summary\":{\"dataPoints\":[{\"count\":1,\"quantileValues\":[{\"quantile\":0.5,\n"
	 " \"value\":2}]}]}},{\"name\":\"g\",\"gauge\":{\"dataPoints\":[{\"asInt\":\"9007199254740993\",\"flags\":0}]}}]}]}]}\n"},
	{"otlp",
	 "{\"resourceSpans\":[{\"resource\":{},\"scopeSpans\":[{\"scope\":{},\"spans\":[{\"traceId\":\"5B8EFFF798038103D269B633813FC60C\",\n"
	 " \"spanId\":\"eee19b7ec3c1b174\",\"parentSpanId\":\"\",\"name\":\"GET\",\"kind\":\"SPAN_KIND_SERVER\",\"startTimeUnixNano\":\n"
	 " \"1795252159095000000\",\"endTimeUnixNano\":\"1795252159100000001\",\"status\":{\"code\":2,\"message\":\"m\"},\"events\":[{\n"
	 " \"name\":\"exception\",\"attributes\":[{\"key\":\"exception.type\",\"value\":{\"stringValue\":\"E\"}}]}]}]}]}]}\n"},
	{"loki",
	 "{\"streams\":[{\"stream\":{\"app\":\"a\",\"level\":\"warn\"},\"values\":[[\"1795252159095000000\",\"l\",\n"
	 " {\"structuredMetadata\":{\"trace_id\":\"1\"},\"parsed\":{}}]]}],\"dropped_entries\":[]}\n"},
	{"elasticsearch",
	 "{\"hits\":{\"hits\":[{\"_index\":\"i\",\"_id\":\"1\",\"_source\":{\"@timestamp\":1795252159095,\"kibana.alert.status\":\"active\",\n"
	 " \"kibana.alert\":{\"severity\":\"high\",\"start\":\"2026-11-21T09:09:19.095Z\",\"rule\":{\"name\":\"r\"},\"reason\":\"w\"}}}]}}\n"},
	{"cloudwatch",
	 "{\"version\":\"0\",\"id\":\"e\",\"detail-type\":\"CloudWatch Alarm State Change\",\"source\":\"aws.cloudwatch\",\"account\":\n"
	 " \"123456789012\",\"time\":\"2026-11-21T09:09:20Z\",\"region\":\"eu-west-1\",\"resources\":[\"arn:aws:cloudwatch:eu-west-1:1:alarm:a\"],\n"
	 " \"detail\":{\"alarmName\":\"a\",\"state\":{\"value\":\"OK\",\"reason\":\"w\",\"reasonData\":\"{\\\"recentDatapoints\\\":[5.0]}\",\"timestamp\":\n"
	 " \"2026-11-21T09:09:19.095+0000\"},\"previousState\":{\"value\":\"ALARM\",\"timestamp\":\"2026-11-21T09:00:19.095+0000\"},\n"
	 " \"configuration\":{\"metrics\":[{\"id\":\"m\",\"metricStat\":{\"metric\":{\"namespace\":\"n\",\"name\":\"x\",\"dimensions\":{\"A\":\"b\"}}}}]}}}\n"},
	{"journald",
	 "{\"__REALTIME_TIMESTAMP\":\"1795252159095321\",\"MESSAGE\":[104,105,255],\"PRIORITY\":\"6\",\"ERRNO\":[\"1\",\"2\"]}\n"},
	{"syslog", "45 <34>1 - h a - - - two\nlines of the message!!\n12 <13>app: x y"},
	{"csv", "Time;Value;Name;service;x.y\n1795252159.5;1.50;m;cart;\"a\n\"\"b;\"\n"},
	{"text",
	 "2026-11-21T09:09:19Z ERROR a\njava.lang.X: y\n\tat b(C.java:1)\n[21/Nov/2026:09:09:19 +0000] x\n"},
};

#endif
