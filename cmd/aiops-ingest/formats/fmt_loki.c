/*
 * Loki: answers of query_range, bodies of its push API, and what tail sends.
 * One record of kind log for each line of a stream. Source: Loki's HTTP API.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/contentkey.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"
#include "base/mem.h"

struct loki {
	struct ingest *in;
	struct arena words;
	struct labelset stream, labels;
	int64_t parts; /* of the current document */
};

static void *loki_open(struct ingest *in)
{
	struct loki *l = mem_zalloc(sizeof *l);

	l->in = in;
	return l;
}

static void loki_close(void *state)
{
	struct loki *l = state;

	arena_release(&l->words);
	labelset_release(&l->stream);
	labelset_release(&l->labels);
	free(l);
}

static void loki_reset(void *state)
{
	((struct loki *)state)->parts = 0;
}

static int add_texts(struct item object, const char *what, struct labelset *out, struct err *e)
{
	struct items s = items_of(object);
	struct span key;
	struct item i;

	while (items_next(&s, &key, &i)) {
		if (i.v.type != VALUE_STRING)
			return err_set(e, EX_BADDATA, "%s.%.*s: not a string", what,
				       (int)(key.len < 60 ? key.len : 60), key.data);
		labelset_add(out, key, i.v.text);
	}
	return 0;
}

/* The third of a line: labels of its own, since Loki 3 also parted by where they come from. */
static int add_metadata(struct item object, struct labelset *out, struct err *e)
{
	struct items s = items_of(object);
	struct span key;
	struct item i;

	if (object.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "its metadata is not an object");
	while (items_next(&s, &key, &i)) {
		if (i.v.type == VALUE_OBJECT && add_texts(i, "metadata", out, e) != 0)
			return -1;
		if (i.v.type == VALUE_STRING)
			labelset_add(out, key, i.v.text);
		else if (i.v.type != VALUE_OBJECT)
			return err_set(e, EX_BADDATA, "metadata.%.*s: not a string",
				       (int)(key.len < 60 ? key.len : 60), key.data);
	}
	return 0;
}

static struct span label_of(const struct labelset *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_is(l->items[i].name, name))
			return l->items[i].value;
	return SPAN_NONE;
}

static void judge(struct loki *l, struct event *ev)
{
	struct span word = label_of(&l->labels, "detected_level");
	bool over = false;

	if (!word.data || span_is(word, "unknown"))
		word = label_of(&l->labels, "level");
	if (!word.data)
		word = label_of(&l->labels, "detected_level");
	if (!word.data)
		return;
	ev->has_severity = true;
	ev->severity_text = word;
	ev->severity = ingest_severity(l->in, word, &over);
}

/* ["1700000000123456789","line",{"metadata":"..."}] */
static int read_line(struct loki *l, struct item line, struct event *ev, struct err *e)
{
	struct items s = items_of(line);
	struct item time, text, more;
	struct span parts[3];
	char fingerprint[FINGERPRINT_HEX + 1];

	if (line.v.type != VALUE_ARRAY || !items_next(&s, NULL, &time) ||
	    !items_next(&s, NULL, &text) || time.v.type != VALUE_STRING ||
	    text.v.type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "not [\"nanoseconds\", \"line\"]");
	if (instant_parse_epoch(time.v.text, EPOCH_NS, &ev->timestamp.at, e) != 0)
		return -1;
	ev->timestamp.state = TIME_GIVEN;
	ev->body = text.v.text;
	l->labels.n = 0;
	if (items_next(&s, NULL, &more) && add_metadata(more, &l->labels, e) != 0)
		return -1;
	for (size_t i = 0; i < l->stream.n; i++)
		labelset_add(&l->labels, l->stream.items[i].name, l->stream.items[i].value);
	labelset_settle(&l->labels);
	ev->labels = l->labels.items;
	ev->n_labels = l->labels.n;
	ev->trace_id = label_of(&l->labels, "trace_id");
	ev->span_id = label_of(&l->labels, "span_id");
	fingerprint_hex(labels_fingerprint(l->labels.items, l->labels.n), fingerprint);
	parts[0] = span_of(fingerprint, FINGERPRINT_HEX);
	parts[1] = time.v.text;
	parts[2] = text.v.text;
	ev->source_id = content_key(&l->words, parts, 3);
	judge(l, ev);
	return 0;
}

static int take_stream(struct loki *l, const struct record *r, struct err *e)
{
	struct item stream = item_get(r, "stream"), values = item_get(r, "values"), line;
	struct items s = items_of(values);
	struct err why = ERR_INIT;

	l->parts++;
	l->stream.n = 0;
	if (stream.v.type != VALUE_OBJECT || values.v.type != VALUE_ARRAY)
		return ingest_reject(l->in, "schema", record_line(r), e, "stream %lld: %s",
				     (long long)l->parts,
				     stream.v.type != VALUE_OBJECT ? "stream: not an object"
								   : "values: not an array");
	if (add_texts(stream, "stream", &l->stream, &why) != 0)
		return ingest_reject(l->in, "schema", record_line(r), e, "stream %lld: %s",
				     (long long)l->parts, why.text);
	for (long long n = 1; items_next(&s, NULL, &line); n++) {
		struct event ev = {.kind = KIND_LOG, .format = format_loki.name};
		int rc;

		err_clear(&why);
		arena_clear(&l->words);
		if (read_line(l, line, &ev, &why) == 0)
			rc = emit_event(l->in, &ev, e);
		else
			rc = ingest_reject(l->in, "schema", line.raw, e,
					   "stream %lld, line %lld: %s", (long long)l->parts, n,
					   why.text);
		if (rc != 0)
			return -1;
	}
	return 0;
}

static void warn_dropped(struct loki *l, const struct record *r)
{
	struct items s = items_of(item_get(r, "dropped_entries"));
	struct item i;
	long long n = 0;

	while (items_next(&s, NULL, &i))
		n++;
	if (n > 0)
		ingest_warn(l->in, "Loki left out %lld lines (dropped_entries): they came too fast",
			    n);
}

static int take_root(struct loki *l, const struct record *r, struct err *e)
{
	struct span type = record_text(r, "data.resultType"), status = record_text(r, "status");
	struct value streams = record_get(r, "streams"), result = record_get(r, "data.result");

	if (streams.type != VALUE_NONE && !value_is_empty_array(streams))
		return ingest_reject(l->in, "schema", record_line(r), e,
				     "streams: not an array of objects");
	warn_dropped(l, r);
	if (streams.type != VALUE_NONE)
		return 0;
	if (!span_is(status, "success"))
		return ingest_reject(l->in, "schema", record_line(r), e,
				     "status: not success, and no streams");
	if (!span_is(type, "streams"))
		return ingest_reject(
			l->in, "schema", record_line(r), e,
			"data.resultType: not streams; -f prometheus reads the others");
	if (!value_is_empty_array(result))
		return ingest_reject(l->in, "schema", record_line(r), e,
				     "data.result: not an array of objects");
	return 0;
}

static int loki_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	if (cut == CUT_RESULT || cut == CUT_STREAMS)
		return take_stream(state, r, e);
	if (record_get(r, "stream").type == VALUE_OBJECT) /* alone on its line */
		return take_stream(state, r, e);
	return take_root(state, r, e);
}

static enum sniff loki_sniff(enum cut cut, const struct record *r, const char **why)
{
	bool stream = record_get(r, "stream").type == VALUE_OBJECT &&
		      record_get(r, "values").type == VALUE_ARRAY;

	(void)why; /* always sure */
	if (cut == CUT_RESULT || cut == CUT_STREAMS)
		return stream ? SNIFF_YES : SNIFF_NO;
	return cut == CUT_ROOT && (stream || span_is(record_text(r, "data.resultType"), "streams"))
		       ? SNIFF_YES
		       : SNIFF_NO;
}

const struct format format_loki = {
	.name = "loki",
	.summary = "Loki's query_range answers (streams), push bodies and tail messages",
	.explain =
		"One record of kind log for each line of a stream, in the order they come in (newest first, unless the query\n"
		"said direction=forward).\n"
		"\n"
		"  timestamp       nanoseconds\n"
		"  severity        label detected_level, else level, by the word table; left out when there is none\n"
		"  body            the line\n"
		"  labels          those of the line (structured metadata) and of the stream\n"
		"  trace_id, span_id   the labels of these names\n"
		"  source_id       a digest of labels, time and line\n"
		"\n"
		"A stream must fit into --max-record. Results of metric queries are Prometheus': -f prometheus reads them.\n",
	.example =
		"{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[{\"stream\":{\"service_name\":\"cart\",\n"
		" \"detected_level\":\"error\"},\"values\":[[\"1795252159095000000\",\"too many clients\"],\n"
		" [\"1795252158000000000\",\"slow query\",{\"trace_id\":\"5b8efff798038103d269b633813fc60c\"}]]}],\"stats\":{}}}\n",
	.framing = FRAME_DOCUMENTS,
	.cuts = CUT_BIT(CUT_RESULT) | CUT_BIT(CUT_STREAMS),
	.sniff_part = loki_sniff,
	.open = loki_open,
	.close = loki_close,
	.part = loki_part,
	.reset = loki_reset,
};
