/*
 * Elasticsearch and OpenSearch: hits of a search, single hits a line, bodies of
 * _bulk. Documents follow the Elastic Common Schema, with keys dotted or nested;
 * those of Kibana's alerts become alerts. Sources: Elasticsearch's search and
 * bulk APIs, ECS 8, Kibana's "alert schema".
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/formats/elastic.h"
#include "base/mem.h"

static void *es_open(struct ingest *in)
{
	return elastic_new(in);
}

static void es_close(void *state)
{
	elastic_free(state);
}

static const char *const actions[] = {"index", "create", "update", "delete", NULL};

/* The action of a line of _bulk, an object with one member of that name; VALUE_NONE otherwise. */
static struct item action_of(const struct record *r)
{
	struct items s = items_of(item_root(r));
	struct item i, second;
	struct span key;

	if (items_next(&s, &key, &i) && i.v.type == VALUE_OBJECT && !items_next(&s, NULL, &second))
		for (size_t k = 0; actions[k]; k++)
			if (span_is(key, actions[k]))
				return i;
	return (struct item){{.type = VALUE_NONE}, SPAN_NONE};
}

static int take_search(struct elastic *s, const struct record *r, struct err *e)
{
	struct value failed = record_get(r, "_shards.failed");

	if (record_get(r, "timed_out").boolean)
		ingest_warn(s->in, "the search timed out: hits are missing");
	if (failed.type == VALUE_NUMBER && failed.number > 0)
		ingest_warn(s->in, "some shards failed: hits are missing");
	if (!value_is_empty_array(record_get(r, "hits.hits")))
		return ingest_reject(s->in, "schema", record_line(r), e,
				     "hits.hits: not an array of objects");
	return 0;
}

static int take_error(struct elastic *s, const struct record *r, struct err *e)
{
	struct span type = record_text(r, "error.type"), reason = record_text(r, "error.reason");

	return ingest_reject(
		s->in, "schema", record_line(r), e, "the server answered with an error: %.*s: %.*s",
		(int)(type.len < 100 ? type.len : 100), type.data ? type.data : "",
		(int)(reason.len < 300 ? reason.len : 300), reason.data ? reason.data : "");
}

static bool is_hit(const struct record *r)
{
	return record_get(r, "_source").type != VALUE_NONE &&
	       record_get(r, "_index").type != VALUE_NONE;
}

static int take_root(struct elastic *s, const struct record *r, struct err *e)
{
	struct item action = action_of(r);

	/* Behind an action stands its document, unless that was broken and rejected. */
	if (s->expects_source && !item_is_there(action))
		return elastic_source(s, item_root(r), e);
	if (is_hit(r))
		return elastic_hit(s, r, e);
	if (record_get(r, "hits").type != VALUE_NONE)
		return take_search(s, r, e);
	if (record_get(r, "error").type != VALUE_NONE)
		return take_error(s, r, e);
	if (item_is_there(action))
		return elastic_action(s, action, record_get(r, "delete").type != VALUE_NONE,
				      record_get(r, "update").type != VALUE_NONE, r, e);
	return ingest_reject(s->in, "schema", record_line(r), e,
			     "neither hits, nor a hit, nor a line of _bulk");
}

static int es_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	struct elastic *s = state;

	s->record = r;
	return cut == CUT_HITS ? elastic_hit(s, r, e) : take_root(s, r, e);
}

static enum sniff es_sniff(enum cut cut, const struct record *r, const char **why)
{
	if (cut == CUT_HITS)
		return record_get(r, "_source").type == VALUE_OBJECT ? SNIFF_YES : SNIFF_NO;
	if (cut != CUT_ROOT)
		return SNIFF_NO;
	if (record_get(r, "error.type").type == VALUE_STRING &&
	    record_get(r, "status").type == VALUE_NUMBER)
		return SNIFF_YES;
	if (is_hit(r) || (record_get(r, "hits.hits").type == VALUE_ARRAY &&
			  record_get(r, "took").type == VALUE_NUMBER))
		return SNIFF_YES;
	*why = "looks like a body of _bulk; -f elasticsearch reads it";
	return item_is_there(action_of(r)) ? SNIFF_MAYBE : SNIFF_NO;
}

const struct format format_elasticsearch = {
	.name = "elasticsearch",
	.summary =
		"hits of Elasticsearch and OpenSearch: search answers, hits a line, _bulk bodies, Kibana's alerts",
	.explain =
		"One record of kind log for each hit, of kind alert for a document of Kibana's alerts. Keys may be dotted,\n"
		"nested, or both.\n"
		"\n"
		"  timestamp       @timestamp, RFC 3339 or milliseconds\n"
		"  source_id       _index/_id, else a digest of the document\n"
		"  severity        log.level, level by the word table; left out when there is none\n"
		"  body            message\n"
		"  trace_id, span_id   trace.id, span.id\n"
		"  labels          host.name, service.*, container.name, orchestrator.*, kubernetes.*, cloud.*, data_stream.*,\n"
		"                  labels.*, event.dataset, agent.name; strings, numbers and booleans\n"
		"  annotations     every other member but those above; arrays as JSON\n"
		"\n"
		"Kibana's alerts (kibana.alert.status is there):\n"
		"  status          active = firing (acknowledged when kibana.alert.workflow_status is), recovered = resolved\n"
		"  timestamp       kibana.alert.start; when resolved kibana.alert.end; else @timestamp\n"
		"  severity        kibana.alert.severity by the word table; numbers 21 low, 47 medium, 73 high, 99 critical as\n"
		"                  steps\n"
		"  name, description   kibana.alert.rule.name, kibana.alert.reason; label alertname\n"
		"  source_id       kibana.alert.uuid, else as above\n"
		"\n"
		"Of _bulk, index and create are read, with -f elasticsearch only; update and delete are rejected.\n",
	.example =
		"{\"took\":3,\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"total\":{\"value\":1},\"hits\":[\n"
		" {\"_index\":\"logs-cart\",\"_id\":\"a1\",\"_score\":null,\"_source\":{\"@timestamp\":\"2026-11-21T09:09:19.095Z\",\n"
		" \"message\":\"too many clients\",\"log\":{\"level\":\"error\"},\"host.name\":\"db-1\",\"service\":{\"name\":\"cart\"},\n"
		" \"trace.id\":\"5b8efff798038103d269b633813fc60c\"},\"sort\":[1795252159095]}]}}\n",
	.framing = FRAME_DOCUMENTS,
	.cuts = CUT_BIT(CUT_HITS),
	.sniff_part = es_sniff,
	.open = es_open,
	.close = es_close,
	.part = es_part,
};
