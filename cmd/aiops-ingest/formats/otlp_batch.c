#include "aiops-ingest/formats/otlp_batch.h"

#include <stdlib.h>

#include "base/mem.h"

/* Records that came before their resource or scope wait, in up to so many lines' worth of memory.
 */
enum { MAX_HELD_LINES = 8 };

#define NO_SCOPE SIZE_MAX

struct held {
	enum otlp_kind kind;
	size_t at, len; /* in texts */
	size_t scope; /* where its scope's text stands among `scopes`, or NO_SCOPE: the current one
		       */
};

struct held_scope {
	size_t at, len;
};

void otlp_batch_init(struct otlp_batch *b, struct ingest *in)
{
	*b = (struct otlp_batch){.o = {.in = in}};
	b->again = record_new(in->opt->max_record);
	buf_init(&b->o.scratch, in->opt->max_record * 6);
	buf_init(&b->texts, in->opt->max_record * (MAX_HELD_LINES + 1) + RECORD_PADDING);
}

static void release_context(struct otlp_context *c)
{
	arena_release(&c->words);
	labelset_release(&c->labels);
}

void otlp_batch_release(struct otlp_batch *b)
{
	release_context(&b->o.resource);
	release_context(&b->o.scope);
	arena_release(&b->o.words);
	labelset_release(&b->o.labels);
	labelset_release(&b->o.annotations);
	buf_release(&b->o.scratch);
	record_free(b->again);
	buf_release(&b->texts);
	free(b->held);
	free(b->scopes);
}

void otlp_surround(struct otlp *o, struct event *ev)
{
	for (size_t i = 0; i < o->resource.labels.n; i++)
		labelset_add(&o->labels, o->resource.labels.items[i].name,
			     o->resource.labels.items[i].value);
	for (size_t i = 0; i < o->scope.labels.n; i++)
		labelset_add(&o->annotations, o->scope.labels.items[i].name,
			     o->scope.labels.items[i].value);
	labelset_settle(&o->labels);
	labelset_settle(&o->annotations);
	ev->labels = o->labels.items;
	ev->n_labels = o->labels.n;
	ev->annotations = o->annotations.items;
	ev->n_annotations = o->annotations.n;
}

/* ---- resource and scope ---- */

static void clear_context(struct otlp_context *c)
{
	arena_clear(&c->words);
	c->labels.n = 0;
	c->known = false;
	c->bad = NULL;
}

static void read_resource(struct otlp *o, const struct record *r)
{
	struct item resource = item_get(r, "resource");
	struct err ignored = ERR_INIT;

	clear_context(&o->resource);
	o->resource.known = true;
	if (item_is_there(resource) && resource.v.type != VALUE_OBJECT)
		o->resource.bad = "its resource is not an object";
	else if (otlp_keep_attributes(o, item_member(resource, "attributes"), "", &o->resource,
				      &ignored) != 0)
		o->resource.bad = "the attributes of its resource cannot be read";
	labelset_settle(&o->resource.labels);
}

static int keep_word(struct otlp *o, struct item scope, const char *member, const char *name)
{
	struct span text = SPAN_NONE;
	struct err ignored = ERR_INIT;

	if (item_text(item_member(scope, member), member, &text, &ignored) != 0)
		return -1;
	labelset_add(&o->scope.labels, span_cstr(name), arena_keep(&o->scope.words, text));
	return 0;
}

static void read_scope(struct otlp *o, const struct record *r)
{
	struct item scope = item_get(r, "scope");
	struct err ignored = ERR_INIT;

	clear_context(&o->scope);
	o->scope.known = true;
	if (item_is_there(scope) && scope.v.type != VALUE_OBJECT)
		o->scope.bad = "its scope is not an object";
	else if (keep_word(o, scope, "name", "otel.scope.name") != 0 ||
		 keep_word(o, scope, "version", "otel.scope.version") != 0 ||
		 otlp_keep_attributes(o, item_member(scope, "attributes"), "otel.scope.", &o->scope,
				      &ignored) != 0)
		o->scope.bad = "its scope cannot be read";
}

/* ---- elements ---- */

static int take_element(struct otlp_batch *b, enum otlp_kind kind, const struct record *r,
			struct err *e)
{
	struct otlp *o = &b->o;
	const char *bad = o->resource.bad ? o->resource.bad : o->scope.bad;

	arena_clear(&o->words);
	o->labels.n = o->annotations.n = 0;
	if (bad)
		return ingest_reject(o->in, "schema", record_line(r), e, "%s", bad);
	if (kind == OTLP_LOG)
		return otlp_log(o, r, e);
	return kind == OTLP_METRIC ? otlp_metric(o, r, e) : otlp_span(o, r, e);
}

static int hold_element(struct otlp_batch *b, enum otlp_kind kind, struct span text, struct err *e)
{
	size_t limit = b->o.in->opt->max_record * MAX_HELD_LINES,
	       used = b->texts.len + b->n_held * sizeof *b->held;

	if (used + text.len > limit)
		return ingest_reject(
			b->o.in, "too_long", text, e,
			"its resource or scope is still to come, and more than %zu bytes of "
			"records wait for one (--max-record raises it)",
			limit);
	mem_grow(b->held, b->held_cap, b->n_held + 1);
	b->held[b->n_held++] = (struct held){kind, b->texts.len, text.len, NO_SCOPE};
	buf_add_span(&b->texts, text);
	return 0;
}

/* Parses what was held. It was read once, so it can be read again. */
static bool parse_again(struct otlp_batch *b, size_t at, size_t len)
{
	enum reject_code code;
	struct err ignored = ERR_INIT;

	(void)buf_room(&b->texts, RECORD_PADDING); /* see otlp_open */
	return record_parse(b->again, b->texts.data + at, len, &code, &ignored) == 0;
}

static void forget_held(struct otlp_batch *b)
{
	buf_clear(&b->texts);
	b->n_held = b->n_scopes = 0;
}

static int release_held(struct otlp_batch *b, struct err *e)
{
	size_t scope = NO_SCOPE;
	int rc = 0;

	for (size_t i = 0; i < b->n_held && rc == 0; i++) {
		const struct held *h = &b->held[i];

		if (h->scope != scope && h->scope != NO_SCOPE &&
		    parse_again(b, b->scopes[h->scope].at, b->scopes[h->scope].len))
			read_scope(&b->o, b->again);
		scope = h->scope;
		if (parse_again(b, h->at, h->len))
			rc = take_element(b, h->kind, b->again, e);
	}
	forget_held(b);
	return rc;
}

/* What was held since the last scope ended is of a scope that cannot be held with it. */
static int refuse_held(struct otlp_batch *b, size_t from, const char *why, struct err *e)
{
	int rc = 0;

	for (size_t i = from; i < b->n_held && rc == 0; i++)
		rc = ingest_reject(b->o.in, "syntax",
				   span_of(b->texts.data + b->held[i].at, b->held[i].len), e, "%s",
				   why);
	b->n_held = from;
	return rc;
}

/* The scope of what was held since the last one has come, but its resource has not. */
static int hold_scope(struct otlp_batch *b, struct span text, struct err *e)
{
	size_t from = b->n_held;

	while (from > 0 && b->held[from - 1].scope == NO_SCOPE)
		from--;
	if (from == b->n_held)
		return 0;
	if (b->texts.len + text.len > b->o.in->opt->max_record * (MAX_HELD_LINES + 1))
		return refuse_held(b, from,
				   "its resource is still to come, and too much waits for it", e);
	for (size_t i = from; i < b->n_held; i++)
		b->held[i].scope = b->n_scopes;
	mem_grow(b->scopes, b->scopes_cap, b->n_scopes + 1);
	b->scopes[b->n_scopes++] = (struct held_scope){b->texts.len, text.len};
	buf_add_span(&b->texts, text);
	return 0;
}

int otlp_batch_leftover(struct otlp_batch *b, const struct record *r, const char *array,
			struct err *e)
{
	struct value v = record_get(r, array);

	if (v.type == VALUE_NONE || v.type == VALUE_NULL || value_is_empty_array(v))
		return 0;
	return ingest_reject(b->o.in, "schema", record_line(r), e, "%s: not an array of objects",
			     array);
}

/* The same where the array is what the object is there for. */
static int refuse_without(struct otlp_batch *b, const struct record *r, const char *array,
			  struct err *e)
{
	if (record_get(r, array).type != VALUE_NONE)
		return otlp_batch_leftover(b, r, array, e);
	return ingest_reject(b->o.in, "schema", record_line(r), e, "%s: missing", array);
}

int otlp_batch_end_scope(struct otlp_batch *b, const struct record *r, const char *array,
			 struct err *e)
{
	int rc = refuse_without(b, r, array, e);

	if (!b->o.scope.known)
		read_scope(&b->o, r);
	if (rc == 0 && b->o.resource.known)
		rc = release_held(b, e);
	else if (rc == 0)
		rc = hold_scope(b, record_line(r), e);
	b->o.scope.known = false;
	return rc;
}

int otlp_batch_end_resource(struct otlp_batch *b, const struct record *r, const char *array,
			    struct err *e)
{
	int rc = refuse_without(b, r, array, e);

	if (!b->o.resource.known)
		read_resource(&b->o, r);
	if (rc == 0)
		rc = release_held(b, e);
	b->o.resource.known = false;
	return rc;
}

int otlp_batch_element(struct otlp_batch *b, enum otlp_kind kind, const struct record *r,
		       struct err *e)
{
	if (b->o.resource.known && b->o.scope.known)
		return take_element(b, kind, r, e);
	return hold_element(b, kind, record_line(r), e);
}

void otlp_batch_resource(struct otlp_batch *b, const struct record *so_far)
{
	clear_context(&b->o.resource);
	if (so_far && record_get(so_far, "resource").type != VALUE_NONE)
		read_resource(&b->o, so_far);
}

void otlp_batch_scope(struct otlp_batch *b, const struct record *so_far)
{
	clear_context(&b->o.scope);
	if (so_far && record_get(so_far, "scope").type != VALUE_NONE)
		read_scope(&b->o, so_far);
}

int otlp_batch_settle(struct otlp_batch *b, struct err *e)
{
	int rc = refuse_held(b, 0, "its document broke off before its resource or scope came", e);

	forget_held(b);
	return rc;
}

void otlp_batch_reset(struct otlp_batch *b)
{
	clear_context(&b->o.resource);
	clear_context(&b->o.scope);
}
