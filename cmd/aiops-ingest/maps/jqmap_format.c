#include "aiops-ingest/maps/jqmap_format.h"

#include <stdlib.h>

#include "aiops-ingest/maps/jqmap_child.h"
#include "aiops-ingest/maps/jqmap_event.h"
#include "aiops-ingest/patterns/patterns.h"
#include "base/digest.h"
#include "base/mem.h"

struct jqmap_run {
	struct ingest *in;
	const struct jqmap *map;
	struct jqmap_child *child; /* NULL: there is no jq */
	struct jqmap_reader reader;
	struct record *answer, *check;
	struct buf line;     /* an answer's line, with padding */
	struct buf previous; /* the element before, of this document */
	char own_key[DIGEST_HEX + 16];
};

void *jqmap_format_open(const struct jqmap *m, struct ingest *in)
{
	struct jqmap_run *run = mem_zalloc(sizeof *run);
	size_t max = in->opt->max_record;

	run->in = in;
	run->map = m;
	if (in->opt->jq)
		run->child = jqmap_child_new(m, in->opt->jq, in->opt->map_timeout_ms, max);
	run->answer = record_new(2 * max);
	run->check = record_new(max);
	buf_init(&run->line, 2 * max + RECORD_PADDING);
	buf_init(&run->previous, max);
	return run;
}

static void run_close(void *state)
{
	struct jqmap_run *run = state;

	jqmap_child_free(run->child);
	jqmap_reader_release(&run->reader);
	record_free(run->answer);
	record_free(run->check);
	buf_release(&run->line);
	buf_release(&run->previous);
	free(run);
}

static void run_reset(void *state)
{
	buf_clear(&((struct jqmap_run *)state)->previous);
}

/* An event that has no key of its own gets one from its document, so that a second delivery is the
 * same record. */
static void settle_source_id(struct jqmap_run *run, struct span document, size_t nth,
			     struct event *ev)
{
	struct digest d;
	struct buf key = BUF_INIT(sizeof run->own_key - 1);

	if (ev->source_id.data ||
	    ((ev->kind == KIND_ALERT || ev->kind == KIND_METRIC) && ev->n_labels > 0))
		return;
	d = digest_of(&document, 1);
	digest_hex(&d, run->own_key);
	run->own_key[EVENT_ID_LEN] = '\0';
	if (nth > 1) {
		buf_addf(&key, "%s#%zu", run->own_key, nth);
		memcpy(run->own_key, buf_cstr(&key), key.len + 1);
		buf_release(&key);
	}
	ev->source_id = span_cstr(run->own_key);
}

/* The schema is the judge of what came out. */
static int check_made(struct jqmap_run *run, struct span json, struct err *e)
{
	enum reject_code code = REJECT_NONE;

	if (record_parse(run->check, json.data, json.len, &code, e) != 0)
		return -1;
	return event_validate(run->check, e);
}

/* One event of the answer. */
static int take_event(struct jqmap_run *run, struct span line, struct span document, size_t nth,
		      struct span *json, struct err *e)
{
	enum reject_code code = REJECT_NONE;
	struct event ev;

	buf_clear(&run->line);
	buf_add_span(&run->line, line);
	if (!buf_room(&run->line, RECORD_PADDING))
		return err_set(e, EX_BADDATA, "longer than --max-record");
	if (record_parse(run->answer, run->line.data, run->line.len, &code, e) != 0 ||
	    jqmap_event_read(&run->reader, run->in, run->map, run->answer, &ev, e) != 0)
		return -1;
	settle_source_id(run, document, nth, &ev);
	if (event_build(run->in, &ev, json, e) != 0 || check_made(run, *json, e) != 0)
		return -1;
	return 0;
}

/* The record that check_made read. */
static int pass_event(struct jqmap_run *run, struct span json, struct err *e)
{
	struct patterns *patterns = run->in->opt->patterns;

	ingest_pass(run->in, json);
	return patterns ? patterns_see_record(patterns, run->in, run->check, e) : 0;
}

/* What a map makes of a document that it knows and that says nothing. */
static const char nothing[] = "{\"e\":null}";

static int take_events(struct jqmap_run *run, struct span lines, const struct record *r,
		       struct err *e)
{
	for (size_t nth = 1; lines.len > 0; nth++) {
		const char *newline = memchr(lines.data, '\n', lines.len);
		size_t n = (size_t)(newline - lines.data);
		struct err why = ERR_INIT;
		struct span json;

		if (n == sizeof nothing - 1 && memcmp(lines.data, nothing, n) == 0)
			run->in->counts.ignored++;
		else if (take_event(run, span_of(lines.data, n), record_line(r), nth, &json,
				    &why) == 0) {
			if (pass_event(run, json, e) != 0)
				return -1;
		} else if (ingest_reject(run->in, "schema", record_line(r), e, "%s, event %zu: %s",
					 run->map->name, nth, why.text) != 0)
			return -1;
		lines = span_of(newline + 1, lines.len - n - 1);
	}
	return 0;
}

static int map_document(struct jqmap_run *run, const struct record *r, struct err *e)
{
	struct span previous = run->previous.len > 0 ? buf_span(&run->previous) : SPAN_NONE;
	struct err why = ERR_INIT;
	struct span lines;

	if (!run->child)
		return ingest_reject(run->in, "map_failed", record_line(r), e,
				     "%s: jq is not installed", run->map->name);
	switch (jqmap_ask(run->child, record_line(r), previous, &lines, &why)) {
	case JQMAP_EVENTS:
		return take_events(run, lines, r, e);
	case JQMAP_REFUSED:
		return ingest_reject(run->in, "schema", record_line(r), e, "%s: %s", run->map->name,
				     why.text);
	default:
		break;
	}
	if (why.code == EX_SYSTEM) { /* no fault of the document: it can be read again */
		*e = why;
		return err_prefix(e, "%s", run->map->name);
	}
	return ingest_reject(run->in, "map_failed", record_line(r), e, "%s: %s", run->map->name,
			     why.text);
}

/* What is left of a document that was cut: nothing of its array may be. 1: it was cut. */
static int cut_root(struct jqmap_run *run, const struct record *r, struct err *e)
{
	for (int c = 0; c < CUT_COUNT; c++) {
		const char *array = cut_array((enum cut)c);
		struct value v;

		if (!array || !(run->map->format.cuts & CUT_BIT(c)))
			continue;
		v = record_get(r, array);
		if (v.type != VALUE_ARRAY)
			continue;
		if (value_is_empty_array(v))
			return 1;
		return ingest_reject(run->in, "schema", record_line(r), e,
				     "%s: %s: not an array of objects", run->map->name, array) == 0
			       ? 1
			       : -1;
	}
	return 0;
}

static int run_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	struct jqmap_run *run = state;
	int rc;

	if (cut == CUT_ROOT) {
		rc = cut_root(run, r, e);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	rc = map_document(run, r, e);
	buf_clear(&run->previous);
	if (cut != CUT_ROOT)
		buf_add_span(&run->previous, record_line(r));
	return rc;
}

void jqmap_format_fill(struct jqmap *m)
{
	m->format.jqmap = m;
	m->format.close = run_close;
	m->format.part = run_part;
	m->format.reset = run_reset;
}

void jqmap_list(const struct jqmap_set *set, struct buf *out)
{
	for (size_t i = 0; set && i < set->n; i++)
		buf_addf(out, "%-17s %s%s%s%s\n", set->maps[i]->name, set->maps[i]->summary,
			 set->maps[i]->own ? " (yours: " : "",
			 set->maps[i]->own ? set->maps[i]->path : "", set->maps[i]->own ? ")" : "");
}
