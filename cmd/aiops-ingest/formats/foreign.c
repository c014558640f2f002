#include "aiops-ingest/formats/foreign.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/stamp.h"
#include "base/mem.h"
#include "base/num.h"

struct foreign {
	struct ingest *in;
	const char *source;
	struct record *check; /* of records made here */
	struct label *labels, *annotations;
	size_t labels_cap, annotations_cap;
	struct buf source_id;
};

struct foreign *foreign_new(struct ingest *in, const char *source)
{
	struct foreign *n = mem_zalloc(sizeof *n);

	n->in = in;
	n->source = source;
	n->check = record_new(in->opt->max_record);
	buf_init(&n->source_id, 8192);
	return n;
}

void foreign_free(struct foreign *n)
{
	record_free(n->check);
	free(n->labels);
	free(n->annotations);
	buf_release(&n->source_id);
	free(n);
}

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

static int mapped_time(struct foreign *n, struct span s, struct event_time *out, struct event *ev,
		       struct err *e)
{
	const struct ingest_options *o = n->in->opt;
	struct stamp_options opt = {n->in->observed, o->zone};
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

static int mapped_severity(struct foreign *n, struct span s, struct event *ev)
{
	bool over = false;

	ev->has_severity = true;
	ev->severity_text = s;
	ev->severity = ingest_severity(n->in, s, &over);
	if (over && !ev->status.data)
		ev->status = SPAN("resolved");
	return 0;
}

static int mapped_member(struct foreign *n, const struct map_rule *rule, struct span s,
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

static int mapped_field(struct foreign *n, const struct map_rule *rule, struct span s,
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
static void default_source_id(struct foreign *n, struct event *ev)
{
	if (ev->source_id.data ||
	    (ev->n_labels > 0 && (ev->kind == KIND_ALERT || ev->kind == KIND_METRIC)))
		return;
	buf_clear(&n->source_id);
	buf_addf(&n->source_id, "%s:%lld", n->in->input, (long long)n->in->line);
	ev->source_id = buf_span(&n->source_id);
}

static int map_object(struct foreign *n, const struct mapping *m, const struct record *r,
		      struct event *ev, struct err *e)
{

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
static int check_made(struct foreign *n, struct span json, struct err *e)
{
	enum reject_code code = REJECT_NONE;

	if (record_parse(n->check, json.data, json.len, &code, e) != 0)
		return -1;
	return event_validate(n->check, e);
}

int foreign_take(struct foreign *n, const struct mapping *m, const struct record *r, struct err *e)
{
	struct event ev = {.kind = KIND_NONE, .format = n->source};
	struct err why = ERR_INIT;
	struct span json;

	if (map_object(n, m, r, &ev, &why) != 0 || event_build(n->in, &ev, &json, &why) != 0 ||
	    check_made(n, json, &why) != 0)
		return ingest_reject(n->in, "schema", record_line(r), e, "%s", why.text);
	return emit_built(n->in, &ev, json, e);
}
