#include "aiops-ingest/formats/elastic.h"

#include <stdlib.h>

#include "aiops-ingest/formats/contentkey.h"
#include "aiops-ingest/formats/dotted.h"
#include "aiops-ingest/formats/format.h"
#include "base/mem.h"

struct elastic *elastic_new(struct ingest *in)
{
	struct elastic *s = mem_zalloc(sizeof *s);

	s->in = in;
	buf_init(&s->index, in->opt->max_record);
	buf_init(&s->id, in->opt->max_record);
	return s;
}

void elastic_free(struct elastic *s)
{
	arena_release(&s->words);
	labelset_release(&s->labels);
	labelset_release(&s->annotations);
	buf_release(&s->index);
	buf_release(&s->id);
	free(s);
}

/* ---- members ---- */

/* Members that say what the document is about: a series, not an occurrence. A name ends in a dot if
 * all below it count. */
static const char *const identities[] = {
	"host.name",    "service.", "container.name", "orchestrator.", "kubernetes.", "cloud.",
	"data_stream.", "labels.",  "event.dataset",  "agent.name",    NULL};

/* Members that have a field of their own in the record. */
static const char *const placed[] = {"@timestamp",
				     "message",
				     "log.level",
				     "level",
				     "trace.id",
				     "span.id",
				     "kibana.alert.status",
				     "kibana.alert.severity",
				     "kibana.alert.start",
				     "kibana.alert.end",
				     "kibana.alert.reason",
				     "kibana.alert.rule.name",
				     "kibana.alert.uuid",
				     NULL};

static bool is_one_of(struct span name, const char *const *names)
{
	for (; *names; names++) {
		size_t n = strlen(*names);

		if ((*names)[n - 1] == '.' ? span_starts(name, *names) : span_is(name, *names))
			return true;
	}
	return false;
}

static int take_member(void *ctx, struct span name, struct item value, struct err *e)
{
	struct elastic *s = ctx;

	(void)e; /* any value will do */
	if (!item_is_there(value) || is_one_of(name, placed))
		return 0;
	if (value.v.type != VALUE_ARRAY && is_one_of(name, identities))
		labelset_add(&s->labels, name, item_words(value));
	else
		labelset_add(&s->annotations, name, item_words(value));
	return 0;
}

static int text_at(struct item source, const char *path, struct span *out, struct err *e)
{
	return item_text(dotted_member(source, path), path, out, e);
}

static int time_at(struct item source, const char *path, struct event_time *out, struct err *e)
{
	struct item i = dotted_member(source, path);
	struct err ignored = ERR_INIT;

	*out = (struct event_time){.state = TIME_ABSENT};
	if (!item_is_there(i))
		return 0;
	if ((i.v.type != VALUE_STRING || instant_parse(i.v.text, &out->at, &ignored) != 0) &&
	    ((i.v.type != VALUE_STRING && i.v.type != VALUE_NUMBER) ||
	     instant_parse_epoch(item_words(i), EPOCH_MS, &out->at, &ignored) != 0))
		return err_set(e, EX_BADDATA, "%s: neither RFC 3339 nor milliseconds", path);
	out->state = TIME_GIVEN;
	return 0;
}

/* ---- alerts ---- */

static enum severity kibana_steps(double n)
{
	return n >= 99   ? SEVERITY_CRITICAL
	       : n >= 73 ? SEVERITY_HIGH
	       : n >= 47 ? SEVERITY_MEDIUM
	       : n >= 21 ? SEVERITY_LOW
			 : SEVERITY_INFO;
}

static void judge_alert(struct elastic *s, struct item severity, struct event *ev)
{
	bool over = false;

	ev->has_severity = true;
	ev->severity_text = item_is_there(severity) ? item_words(severity) : SPAN_NONE;
	if (severity.v.type == VALUE_NUMBER && severity.v.number >= 0 && severity.v.number <= 100)
		ev->severity = kibana_steps(severity.v.number);
	else if (severity.v.type == VALUE_STRING || !item_is_there(severity))
		ev->severity = ingest_severity(s->in, ev->severity_text, &over);
	else
		s->in->counts.severity_unknown++;
}

static int alert_status(struct item source, struct event *ev, struct err *e)
{
	struct span status = SPAN_NONE, workflow = SPAN_NONE;

	if (text_at(source, "kibana.alert.status", &status, e) != 0 ||
	    text_at(source, "kibana.alert.workflow_status", &workflow, e) != 0)
		return -1;
	if (span_is(status, "active"))
		ev->status =
			span_is(workflow, "acknowledged") ? SPAN("acknowledged") : SPAN("firing");
	else if (span_is(status, "recovered"))
		ev->status = SPAN("resolved");
	else
		return err_set(e, EX_BADDATA, "kibana.alert.status: neither active nor recovered");
	return 0;
}

static int read_alert(struct elastic *s, struct item source, struct event *ev, struct err *e)
{
	struct span uuid = SPAN_NONE;

	ev->kind = KIND_ALERT;
	if (alert_status(source, ev, e) != 0 ||
	    time_at(source, "kibana.alert.start", &ev->starts_at, e) != 0 ||
	    time_at(source, "kibana.alert.end", &ev->ends_at, e) != 0 ||
	    text_at(source, "kibana.alert.rule.name", &ev->name, e) != 0 ||
	    text_at(source, "kibana.alert.reason", &ev->description, e) != 0 ||
	    text_at(source, "kibana.alert.uuid", &uuid, e) != 0)
		return -1;
	if (span_is(ev->status, "resolved") && ev->ends_at.state == TIME_GIVEN)
		ev->timestamp = ev->ends_at;
	else if (!span_is(ev->status, "resolved") && ev->starts_at.state == TIME_GIVEN)
		ev->timestamp = ev->starts_at;
	if (!span_is(ev->status, "resolved"))
		ev->ends_at.state = TIME_NULL;
	if (uuid.len > 0)
		ev->source_id = uuid;
	labelset_add(&s->labels, SPAN("alertname"), ev->name);
	judge_alert(s, dotted_member(source, "kibana.alert.severity"), ev);
	return 0;
}

/* ---- documents ---- */

static int read_log(struct elastic *s, struct item source, struct event *ev, struct err *e)
{
	struct span level = SPAN_NONE;
	bool over = false;

	if (text_at(source, "log.level", &level, e) != 0 ||
	    text_at(source, "message", &ev->body, e) != 0)
		return -1;
	if (!level.data && text_at(source, "level", &level, e) != 0)
		return -1;
	if (!level.data)
		return 0;
	ev->has_severity = true;
	ev->severity_text = level;
	ev->severity = ingest_severity(s->in, level, &over);
	return 0;
}

static int read_source(struct elastic *s, struct item source, struct event *ev, struct err *e)
{
	bool alert = item_is_there(dotted_member(source, "kibana.alert.status"));

	if (source.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "_source: not an object");
	if (time_at(source, "@timestamp", &ev->timestamp, e) != 0 ||
	    text_at(source, "trace.id", &ev->trace_id, e) != 0 ||
	    text_at(source, "span.id", &ev->span_id, e) != 0 ||
	    dotted_each(source, &s->words, take_member, s, e) != 0)
		return -1;
	return alert ? read_alert(s, source, ev, e) : read_log(s, source, ev, e);
}

/* source_id of index and id; a document that has no id yet is known by its bytes. */
static struct span key_of(struct elastic *s, struct span index, struct span id, struct span raw)
{
	struct span parts[3] = {index, SPAN("/"), id};

	if (id.len > 0)
		return arena_join(&s->words, parts, 3);
	return content_key(&s->words, &raw, 1);
}

static int emit_source(struct elastic *s, struct item source, struct span index, struct span id,
		       struct err *e)
{
	struct event ev = {.kind = KIND_LOG, .format = format_elasticsearch.name};
	struct err why = ERR_INIT;

	arena_clear(&s->words);
	s->labels.n = s->annotations.n = 0;
	ev.source_id = key_of(s, index, id, source.raw);
	if (read_source(s, source, &ev, &why) != 0)
		return ingest_reject(s->in, "schema", record_line(s->record), e, "%s", why.text);
	labelset_settle(&s->labels);
	labelset_settle(&s->annotations);
	ev.labels = s->labels.items;
	ev.n_labels = s->labels.n;
	ev.annotations = s->annotations.items;
	ev.n_annotations = s->annotations.n;
	return emit_event(s->in, &ev, e);
}

int elastic_hit(struct elastic *s, const struct record *r, struct err *e)
{
	struct span index = SPAN_NONE, id = SPAN_NONE;
	struct err why = ERR_INIT;

	if (item_text(item_get(r, "_index"), "_index", &index, &why) != 0 ||
	    item_text(item_get(r, "_id"), "_id", &id, &why) != 0)
		return ingest_reject(s->in, "schema", record_line(r), e, "%s", why.text);
	return emit_source(s, item_get(r, "_source"), index, id, e);
}

int elastic_action(struct elastic *s, struct item action, bool deletes, bool updates,
		   const struct record *r, struct err *e)
{
	buf_clear(&s->index);
	buf_clear(&s->id);
	buf_add_span(&s->index, item_member(action, "_index").v.text);
	buf_add_span(&s->id, item_member(action, "_id").v.text);
	if (deletes)
		return ingest_reject(s->in, "schema", record_line(r), e,
				     "a deletion, which is no event");
	if (updates) /* its document is but a part, and is rejected as one that is no hit */
		return ingest_reject(s->in, "schema", record_line(r), e,
				     "an update, which does not say what the document is");
	s->expects_source = true;
	return 0;
}

int elastic_source(struct elastic *s, struct item source, struct err *e)
{
	s->expects_source = false;
	return emit_source(s, source, buf_span(&s->index), buf_span(&s->id), e);
}
