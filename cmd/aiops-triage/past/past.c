/*
 * Past incidents that people wrote down: one document.
 */
#include "aiops-triage/past/past.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "yaml/yaml.h"

struct past_key {
	const char *path; /* a dot goes one level down */
	bool list;
};

static const struct past_key keys[PAST_FIELDS] = {
	[PAST_ID] = {"id", false},
	[PAST_TITLE] = {"title", false},
	[PAST_DATE] = {"date", false},
	[PAST_SERVICES] = {"services", true},
	[PAST_ALERTS] = {"alerts", true},
	[PAST_TEMPLATES] = {"templates", true},
	[PAST_SYMPTOMS] = {"symptoms", true},
	[PAST_COMPONENT] = {"cause.component", false},
	[PAST_CLASS] = {"cause.class", false},
	[PAST_CAUSE] = {"cause.text", false},
	[PAST_FIRST_ACTION] = {"first_action", false},
	[PAST_WORKED] = {"worked", false},
	[PAST_RUNBOOK] = {"runbook", false},
};

struct span past_text(const struct past *p, enum past_field f)
{
	return span_cstr(p->fields[f]);
}

void past_release(struct past *p)
{
	for (size_t f = 0; f < PAST_FIELDS; f++)
		free(p->fields[f]);
	*p = (struct past){0};
}

/* Texts become one line each: a newline separates the items of a list. */
static void add_item(struct buf *b, struct span s)
{
	s = span_trim(s);
	if (!s.len)
		return;
	if (b->len)
		buf_add_char(b, '\n');
	for (size_t i = 0; i < s.len && b->len < b->max; i++)
		buf_add_char(b, s.data[i] == '\n' || s.data[i] == '\r' || !s.data[i] ? ' '
										     : s.data[i]);
}

/* What is required, and the date as a time. */
static int check(struct past *p, struct err *e)
{
	struct buf date = BUF_INIT(64);
	struct err why = ERR_INIT;
	struct instant at;

	if (!*p->fields[PAST_ID])
		err_set(e, EX_BADCONFIG, "key 'id' is missing");
	else if (!*p->fields[PAST_TITLE])
		err_set(e, EX_BADCONFIG, "key 'title' is missing");
	if (*p->fields[PAST_DATE]) {
		buf_add_cstr(&date, p->fields[PAST_DATE]);
		if (date.len == strlen("2026-11-21"))
			buf_add_cstr(&date, "T00:00:00Z");
		p->dated = instant_parse(buf_span(&date), &at, &why) == 0;
		if (p->dated)
			p->at_ns = at.ns;
		else
			err_set(e, EX_BADCONFIG, "date: %s", why.text);
	}
	buf_release(&date);
	if (e->code == 0)
		return 0;
	past_release(p);
	return -1;
}

/* ---- from YAML ---- */

static const struct yaml_node *node_at(const struct yaml_node *root, const char *path)
{
	const char *dot = strchr(path, '.');
	char first[32];

	if (!dot)
		return yaml_get(root, path);
	memcpy(first, path, (size_t)(dot - path));
	first[dot - path] = '\0';
	return yaml_get(yaml_get(root, first), dot + 1);
}

static int yaml_items(const struct yaml_node *n, bool list, struct buf *b, struct err *e)
{
	struct span text = SPAN_NONE;

	if (!n)
		return 0;
	if (!list || n->type == YAML_SCALAR) {
		if (yaml_text(n, &text, e) != 0)
			return -1;
		add_item(b, text);
		return 0;
	}
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		if (yaml_text(n->items[i], &text, e) != 0)
			return -1;
		add_item(b, text);
	}
	return 0;
}

static int from_yaml(struct past *p, const struct yaml_node *root, struct err *e)
{
	*p = (struct past){0};
	if (yaml_expect(root, YAML_MAP, e) != 0)
		return -1;
	for (size_t f = 0; f < PAST_FIELDS; f++) {
		struct buf b = BUF_INIT(PAST_TEXT_BYTES);
		int rc = yaml_items(node_at(root, keys[f].path), keys[f].list, &b, e);

		p->fields[f] = buf_take(&b);
		if (rc != 0) {
			(void)err_prefix(e, "%s", keys[f].path); /* rc says it */
			past_release(p);
			return -1;
		}
	}
	return check(p, e);
}

/* The lines between the first two that are "---" alone, or SPAN_NONE. */
static struct span markdown_head(struct span text)
{
	const char *end;

	if (span_starts(text, "\xEF\xBB\xBF"))
		text = span_of(text.data + 3, text.len - 3);
	if (!span_starts(text, "---\n") && !span_starts(text, "---\r\n"))
		return SPAN_NONE;
	text = span_of(text.data + 4, text.len - 4);
	for (struct span rest = text; rest.len;
	     rest = span_of(end + 1, (size_t)(text.data + text.len - end - 1))) {
		end = memchr(rest.data, '\n', rest.len);
		struct span line = span_of(rest.data, end ? (size_t)(end - rest.data) : rest.len);

		if (span_is(span_trim(line), "---"))
			return span_of(text.data, (size_t)(rest.data - text.data));
		if (!end)
			break;
	}
	return SPAN_NONE;
}

int past_from_markdown(struct past *p, struct span text, struct err *e)
{
	struct span head = markdown_head(text);
	struct yaml *y;
	int rc;

	if (!head.data)
		return err_set(e, EX_BADCONFIG, "no YAML head between two lines '---'");
	y = yaml_parse(head, e);
	if (!y) {
		e->line++; /* the head begins on the second line */
		return -1;
	}
	rc = from_yaml(p, yaml_root(y), e);
	if (rc != 0 && e->line)
		e->line++;
	yaml_free(y);
	return rc;
}

/* ---- from a record ---- */

static int record_items(struct value v, bool list, struct buf *b)
{
	struct value_iter it = value_iter(v);
	struct value item;

	if (v.type == VALUE_NONE || v.type == VALUE_NULL)
		return 0;
	if (v.type == VALUE_STRING) {
		add_item(b, v.text);
		return 0;
	}
	if (!list || v.type != VALUE_ARRAY)
		return -1;
	while (value_next(&it, NULL, &item)) {
		if (item.type != VALUE_STRING)
			return -1;
		add_item(b, item.text);
	}
	return 0;
}

int past_from_record(struct past *p, const struct record *r, struct err *e)
{
	*p = (struct past){0};
	for (size_t f = 0; f < PAST_FIELDS; f++) {
		struct buf b = BUF_INIT(PAST_TEXT_BYTES);
		int rc = record_items(record_get(r, keys[f].path), keys[f].list, &b);

		p->fields[f] = buf_take(&b);
		if (rc != 0) {
			past_release(p);
			return err_set(e, EX_BADCONFIG, "%s: expected %s", keys[f].path,
				       keys[f].list ? "a list of texts" : "a text");
		}
	}
	return check(p, e);
}
