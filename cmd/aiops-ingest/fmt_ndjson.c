/*
 * Newline-delimited JSON: our own records, checked against the schema and
 * passed on byte for byte; with --map, foreign objects.
 */
#include "aiops-ingest/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/mapping.h"
#include "aiops-ingest/stamp.h"
#include "base/mem.h"
#include "base/num.h"

struct ndjson {
	struct ingest *in;
	struct record *check; /* of records made here */
	struct label *labels, *annotations;
	size_t labels_cap, annotations_cap;
	struct buf source_id, line;
};

static void *nd_open(struct ingest *in)
{
	struct ndjson *n = mem_zalloc(sizeof *n);

	n->in = in;
	n->check = record_new(in->opt->max_record);
	buf_init(&n->source_id, 8192);
	buf_init(&n->line, in->opt->max_record);
	return n;
}

static void nd_close(void *state)
{
	struct ndjson *n = state;

	record_free(n->check);
	free(n->labels);
	free(n->annotations);
	buf_release(&n->source_id);
	buf_release(&n->line);
	free(n);
}

/* ---- foreign objects ---- */

/* The text of a mapped member: a string's, or the token of a number, true or false. */
static int mapped_text(const struct record *r, const struct map_rule *rule, struct span *out,
		       struct err *e)
{
	struct value v;

	*out = rule->literal;
	if (!rule->path)
		return 0;
	v = record_get(r, rule->path);
	if (v.type == VALUE_STRING)
		*out = v.text;
	else if (v.type == VALUE_NUMBER || v.type == VALUE_BOOL)
		*out = record_token(r, rule->path);
	else if (v.type == VALUE_ARRAY || v.type == VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "%s: %s cannot be %s%.*s", rule->path,
			       v.type == VALUE_ARRAY ? "an array" : "an object",
			       target_name(rule->target), (int)rule->name.len,
			       rule->name.data ? rule->name.data : "");
	return 0;
}

static int mapped_kind(struct span s, struct event *ev, struct err *e)
{
	for (enum kind k = KIND_ALERT; k <= KIND_DEAD_LETTER; k++) {
		if (!span_is(s, kind_name(k)))
			continue;
		ev->kind = k;
		return 0;
	}
	return err_set(e, EX_BADDATA, "kind: '%.*s' is not known", (int)(s.len < 60 ? s.len : 60),
		       s.data ? s.data : "");
}

static int mapped_time(struct ndjson *n, struct span s, struct event_time *out, struct event *ev,
		       struct err *e)
{
	const struct ingest_options *o = n->in->opt;
	struct stamp_options opt = {n->in->observed, o->zone_offset_s, o->has_zone_offset};
	struct err ignored = ERR_INIT;
	struct stamp found;

	if (instant_is_unset(s))
		return 0;
	out->state = TIME_GIVEN;
	if (instant_parse(s, &out->at, &ignored) == 0 ||
	    instant_parse_epoch(s, EPOCH_GUESS, &out->at, &ignored) == 0)
		return 0;
	if (!stamp_parse(s, &opt, &found))
		return err_set(e, EX_BADDATA, "'%.*s' is no time that is known",
			       (int)(s.len < 60 ? s.len : 60), s.data);
	out->at = found.time;
	ev->flags |= (found.year_assumed ? EVENT_YEAR_ASSUMED : 0u) |
		     (found.zone_assumed ? EVENT_ZONE_ASSUMED : 0u);
	return 0;
}

static int mapped_number(struct span s, struct span *out, struct err *e)
{
	if (!num_is_json(s) && !span_is(s, "NaN") && !span_is(s, "+Inf") && !span_is(s, "-Inf"))
		return err_set(e, EX_BADDATA, "'%.*s' is no number", (int)(s.len < 60 ? s.len : 60),
			       s.data);
	*out = s;
	return 0;
}

static int mapped_severity(struct ndjson *n, struct span s, struct event *ev)
{
	bool over = false;

	ev->has_severity = true;
	ev->severity_text = s;
	ev->severity = ingest_severity(n->in, s, &over);
	if (over && !ev->status.data)
		ev->status = SPAN("resolved");
	return 0;
}

static int mapped_member(struct ndjson *n, const struct map_rule *rule, struct span s,
			 struct event *ev, struct err *e)
{
	switch (rule->target) {
	case TARGET_LABEL:
		mem_grow(n->labels, n->labels_cap, ev->n_labels + 1);
		n->labels[ev->n_labels++] = (struct label){rule->name, s};
		return 0;
	case TARGET_ANNOTATION:
		mem_grow(n->annotations, n->annotations_cap, ev->n_annotations + 1);
		n->annotations[ev->n_annotations++] = (struct label){rule->name, s};
		return 0;
	default:
		if (ev->n_links == EVENT_MAX_LINKS)
			return err_set(e, EX_BADDATA, "more than %d links", EVENT_MAX_LINKS);
		ev->links[ev->n_links++] = (struct label){rule->name, s};
		return 0;
	}
}

static int mapped_field(struct ndjson *n, const struct map_rule *rule, struct span s,
			struct event *ev, struct err *e)
{
	struct span *const texts[] = {
		[TARGET_SOURCE_ID] = &ev->source_id, [TARGET_SIGNAL] = &ev->signal,
		[TARGET_STATUS] = &ev->status,       [TARGET_NAME] = &ev->name,
		[TARGET_TITLE] = &ev->title,         [TARGET_DESCRIPTION] = &ev->description,
		[TARGET_COMPONENT] = &ev->component, [TARGET_SERVICE] = &ev->service,
		[TARGET_HOST] = &ev->host,           [TARGET_ENV] = &ev->env,
		[TARGET_LAYER] = &ev->layer,         [TARGET_UNIT] = &ev->unit,
		[TARGET_CONDITION] = &ev->condition, [TARGET_TRACE_ID] = &ev->trace_id,
		[TARGET_SPAN_ID] = &ev->span_id,     [TARGET_BODY] = &ev->body,
	};

	switch (rule->target) {
	case TARGET_KIND:
		return mapped_kind(s, ev, e);
	case TARGET_TIMESTAMP:
		return mapped_time(n, s, &ev->timestamp, ev, e);
	case TARGET_STARTS_AT:
		return mapped_time(n, s, &ev->starts_at, ev, e);
	case TARGET_ENDS_AT:
		return mapped_time(n, s, &ev->ends_at, ev, e);
	case TARGET_VALUE:
		return mapped_number(s, &ev->value, e);
	case TARGET_THRESHOLD:
		return mapped_number(s, &ev->threshold, e);
	case TARGET_SEVERITY:
		return mapped_severity(n, s, ev);
	case TARGET_LABEL:
	case TARGET_ANNOTATION:
	case TARGET_LINK:
		return mapped_member(n, rule, s, ev, e);
	default:
		*texts[rule->target] = s;
		return 0;
	}
}

/* What tells two records of one moment apart: the labels of a series or an alert, else the place in
 * the input. */
static void default_source_id(struct ndjson *n, struct event *ev)
{
	if (ev->source_id.data ||
	    (ev->n_labels > 0 && (ev->kind == KIND_ALERT || ev->kind == KIND_METRIC)))
		return;
	buf_clear(&n->source_id);
	buf_addf(&n->source_id, "%s:%lld", n->in->input, (long long)n->in->line);
	ev->source_id = buf_span(&n->source_id);
}

static int map_object(struct ndjson *n, const struct record *r, struct event *ev, struct err *e)
{
	const struct mapping *m = n->in->opt->map;

	for (size_t i = 0; i < m->n; i++) {
		struct span s;

		if (mapped_text(r, &m->rules[i], &s, e) != 0)
			return -1;
		if (!s.data && m->rules[i].target == TARGET_KIND)
			return err_set(e, EX_BADDATA, "kind: '%s' is missing", m->rules[i].path);
		if (s.data && mapped_field(n, &m->rules[i], s, ev, e) != 0)
			return err_prefix(e, "%s",
					  m->rules[i].path ? m->rules[i].path
							   : target_name(m->rules[i].target));
	}
	ev->labels = n->labels;
	ev->annotations = n->annotations;
	default_source_id(n, ev);
	return 0;
}

/* The schema is the judge of what came out: closed sets, fields that the kind needs. */
static int check_made(struct ndjson *n, struct span json, struct err *e)
{
	enum reject_code code = REJECT_NONE;

	if (record_parse(n->check, json.data, json.len, &code, e) != 0)
		return -1;
	return event_validate(n->check, e);
}

static int take_foreign(struct ndjson *n, const struct record *r, struct err *e)
{
	struct event ev = {.kind = KIND_NONE, .format = format_ndjson.name};
	struct err why = ERR_INIT;
	struct span json;

	if (map_object(n, r, &ev, &why) != 0 || event_build(n->in, &ev, &json, &why) != 0 ||
	    check_made(n, json, &why) != 0)
		return ingest_reject(n->in, "schema", record_line(r), e, "%s", why.text);
	ingest_pass(n->in, json);
	return 0;
}

/* ---- our own ---- */

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
		return take_foreign(n, r, e);
	if (event_validate(r, &why) != 0) {
		if (!n->in->opt->validate)
			return ingest_reject(n->in, "schema", record_line(r), e, "%s", why.text);
		n->in->counts.findings++;
		ingest_warn(n->in, "%s", why.text);
	}
	ingest_pass(n->in, on_one_line(n, record_line(r)));
	return 0;
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
