/* Features by name and labels, or by chosen paths: see grouping.h. */
#include "aiops-drift/compare/grouping.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/jsonw.h"

#define PATH_KEY_MAX 8192 /* a feature's name is shorter */

static int add_path(struct grouping *g, struct span path, struct err *e)
{
	if (path.len == 0)
		return err_set(e, EX_BADUSAGE, "--by: an empty path");
	if (g->n_by == GROUPING_MAX)
		return err_set(e, EX_BADUSAGE, "--by: more than %d paths", GROUPING_MAX);
	g->by = mem_array(g->by, g->n_by + 1, sizeof *g->by);
	g->by[g->n_by++] = mem_dup(path.data, path.len);
	return 0;
}

static int add_list(struct grouping *g, struct span list, struct err *e)
{
	for (;;) {
		const char *comma = list.len ? memchr(list.data, ',', list.len) : NULL;
		size_t len = comma ? (size_t)(comma - list.data) : list.len;

		if (add_path(g, span_trim(span_of(list.data, len)), e) < 0)
			return -1;
		if (!comma)
			return 0;
		list = span_of(comma + 1, list.len - len - 1);
	}
}

int grouping_init(struct grouping *g, const char *value, const char *const *by, size_t n_by,
		  struct err *e)
{
	*g = (struct grouping){.value = value ? value : "value", .any_kind = value != NULL};
	if (*g->value == '\0')
		return err_set(e, EX_BADUSAGE, "--value: an empty path");
	for (size_t i = 0; i < n_by; i++) {
		if (add_list(g, span_cstr(by[i]), e) < 0) {
			grouping_release(g);
			return -1;
		}
	}
	return 0;
}

void grouping_release(struct grouping *g)
{
	for (size_t i = 0; i < g->n_by; i++)
		free(g->by[i]);
	free(g->by);
	g->by = NULL;
	g->n_by = 0;
}

/* A label's text: strings as they are, other scalars by their token; nothing for null and
 * containers. */
static struct span scalar_text(const struct record *r, const char *path)
{
	struct value v = record_get(r, path);

	if (v.type == VALUE_STRING)
		return v.text;
	return v.type == VALUE_NUMBER || v.type == VALUE_BOOL ? record_token(r, path) : SPAN_NONE;
}

static int add_label(struct place *p, struct span name, struct span value, struct err *e)
{
	if (value.len == 0)
		return 0; /* an empty label is no label, as in Prometheus */
	if (p->n == GROUPING_MAX)
		return err_set(e, EX_BADDATA, "more than %d labels", GROUPING_MAX);
	p->labels[p->n++] = (struct label){name, value};
	return 0;
}

static int place_by_paths(const struct grouping *g, const struct record *r, struct place *p,
			  struct err *e)
{
	for (size_t i = 0; i < g->n_by; i++) {
		struct span text = scalar_text(r, g->by[i]);

		if (strcmp(g->by[i], "name") == 0)
			p->base = text.len ? text : p->base;
		else if (add_label(p, span_cstr(g->by[i]), text, e) < 0)
			return -1;
	}
	return 0;
}

/* A label that is no string, as by a path to it. */
static struct span label_text(const struct record *r, struct span name)
{
	struct buf path = BUF_INIT(2 * PATH_KEY_MAX);
	struct span text = SPAN_NONE;

	if (name.len > PATH_KEY_MAX / 2)
		return text;
	buf_add_cstr(&path, "labels.");
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '.' || name.data[i] == '\\')
			buf_add_char(&path, '\\');
		buf_add_char(&path, name.data[i]);
	}
	text = scalar_text(r, buf_cstr(&path));
	buf_release(&path);
	return text;
}

static int place_by_labels(const struct record *r, struct place *p, struct err *e)
{
	struct span name = record_text(r, "name"), key;
	struct value labels = record_get(r, "labels"), v;
	struct value_iter it;

	if (name.len)
		p->base = name;
	if (labels.type != VALUE_OBJECT)
		return 0;
	it = value_iter(labels);
	while (value_next(&it, &key, &v)) {
		/* Prometheus keeps the metric's own name among the labels */
		if (span_is(key, "__name__"))
			continue;
		if (add_label(p, key, v.type == VALUE_STRING ? v.text : label_text(r, key), e) < 0)
			return -1;
	}
	return 0;
}

int grouping_place(const struct grouping *g, const struct record *r, struct place *p, struct err *e)
{
	p->base = span_cstr(g->value);
	p->n = 0;
	if ((g->n_by ? place_by_paths(g, r, p, e) : place_by_labels(r, p, e)) < 0)
		return -1;
	labels_sort(p->labels, p->n);
	return 0;
}

static bool plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '.' || c == ':' || c == '-' || c == '/'))
			return false;
	}
	return s.len > 0;
}

static void add_name(struct buf *out, struct span s)
{
	if (plain(s))
		buf_add_span(out, s);
	else
		jsonw_quote(out, s);
}

void place_name(const struct place *p, struct buf *out)
{
	add_name(out, p->base);
	for (size_t i = 0; i < p->n; i++) {
		buf_add_char(out, i ? ',' : '{');
		add_name(out, p->labels[i].name);
		buf_add_char(out, '=');
		jsonw_quote(out, p->labels[i].value);
	}
	if (p->n)
		buf_add_char(out, '}');
}

void place_labels(const struct place *p, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	for (size_t i = 0; i < p->n; i++) {
		jsonw_key_span(&w, p->labels[i].name);
		jsonw_string(&w, p->labels[i].value);
	}
	jsonw_object_end(&w);
}
