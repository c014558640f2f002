/*
 * Newline-delimited JSON: our own records, checked against the schema and
 * passed on byte for byte; with --map, foreign objects.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/formats/foreign.h"
#include "aiops-ingest/patterns/patterns.h"
#include "base/mem.h"

struct ndjson {
	struct ingest *in;
	struct foreign *foreign;
	struct buf line;
};

static void *nd_open(struct ingest *in)
{
	struct ndjson *n = mem_zalloc(sizeof *n);

	n->in = in;
	n->foreign = foreign_new(in, format_ndjson.name);
	buf_init(&n->line, in->opt->max_record);
	return n;
}

static void nd_close(void *state)
{
	struct ndjson *n = state;

	foreign_free(n->foreign);
	buf_release(&n->line);
	free(n);
}

/* A record that was laid out over several lines goes on one: strings hold no raw newline. */
static struct span on_one_line(struct ndjson *n, struct span line)
{
	if (!memchr(line.data, '\n', line.len))
		return line;
	buf_clear(&n->line);
	buf_add_span(&n->line, line);
	for (size_t i = 0; i < n->line.len; i++)
		if (n->line.data[i] == '\n' || n->line.data[i] == '\r')
			n->line.data[i] = ' ';
	return buf_span(&n->line);
}

static int nd_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	struct ndjson *n = state;
	struct err why = ERR_INIT;

	(void)cut; /* records come whole */
	if (n->in->opt->map)
		return foreign_take(n->foreign, n->in->opt->map, r, e);
	if (event_validate(r, &why) != 0) {
		if (!n->in->opt->validate)
			return ingest_reject(n->in, "schema", record_line(r), e, "%s", why.text);
		n->in->counts.findings++;
		ingest_warn(n->in, "%s", why.text);
	}
	ingest_pass(n->in, on_one_line(n, record_line(r)));
	return n->in->opt->patterns ? patterns_see_record(n->in->opt->patterns, n->in, r, e) : 0;
}

static enum sniff nd_sniff(enum cut cut, const struct record *r, const char **why)
{
	(void)why; /* always sure */
	if (cut != CUT_ROOT || record_kind(r) == KIND_NONE ||
	    record_get(r, "source").type != VALUE_STRING)
		return SNIFF_NO;
	return record_get(r, "id").type == VALUE_STRING || record_kind(r) == KIND_DEAD_LETTER
		       ? SNIFF_YES
		       : SNIFF_NO;
}

const struct format format_ndjson = {
	.name = "ndjson",
	.summary =
		"records of this toolkit, checked and passed on; with --map any JSON objects, one a line",
	.explain =
		"A record that keeps to the schema (kind, id, timestamp, source; types; closed sets of words) is passed on\n"
		"byte for byte; another is rejected. With --validate it is reported and passed on.\n"
		"\n"
		"With --map FIELD=PATH every object is a foreign one and makes a new record. PATH is dotted (a.b.0; a dot in a\n"
		"key is written \\.); FIELD=\"text\" is a constant; kind=log and the other kinds need no quotes, and a\n"
		"kind is needed. FIELD is one of\n"
		"\n"
		"  kind timestamp source_id signal status severity name title description component service host env\n"
		"  layer value unit threshold condition starts_at ends_at trace_id span_id body labels.NAME\n"
		"  annotations.NAME links.NAME\n"
		"\n"
		"Times may be RFC 3339, any shape that -f text knows, or epochs: up to 11 digits seconds, 14 milliseconds,\n"
		"17 microseconds, else nanoseconds. A member that is missing leaves its field out; a missing timestamp is\n"
		"the time of reading, flagged no_timestamp.\n",
	.example =
		"{\"v\":1,\"kind\":\"change\",\"id\":\"acf75aab277ce4a0a4c4f8b1ad7e50b7\",\"timestamp\":\"2026-11-21T09:08:50Z\",\"source\":\"deploys\"}\n",
	.framing = FRAME_RECORDS,
	.sniff_part = nd_sniff,
	.open = nd_open,
	.close = nd_close,
	.part = nd_part,
};
