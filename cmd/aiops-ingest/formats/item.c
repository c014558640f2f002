#include "aiops-ingest/formats/item.h"

#include <string.h>

#include "base/num.h"
#include "record/members.h"

/* Bytes of the string at the front of s, quotes included. */
static size_t string_len(struct span s)
{
	size_t n = 1;

	while (n < s.len && s.data[n] != '"')
		n += s.data[n] == '\\' ? 2 : 1;
	return n < s.len ? n + 1 : s.len;
}

/* Bytes of the container at the front of s. */
static size_t container_len(struct span s)
{
	size_t n = 0, depth = 0;

	while (n < s.len) {
		char c = s.data[n];

		if (c == '"') {
			n += string_len(span_of(s.data + n, s.len - n));
			continue;
		}
		n++;
		depth += c == '{' || c == '[';
		if ((c == '}' || c == ']') && --depth == 0)
			return n;
	}
	return n;
}

static size_t scalar_len(struct span s)
{
	size_t n = 0;

	while (n < s.len && !strchr(",]} \t\r\n", s.data[n]))
		n++;
	return n;
}

/* Takes the value at the front. The text is valid JSON. */
static struct span take_value(struct span *s)
{
	size_t n = 0;
	struct span taken;

	if (s->len > 0 && *s->data == '"')
		n = string_len(*s);
	else if (s->len > 0 && (*s->data == '{' || *s->data == '['))
		n = container_len(*s);
	else
		n = scalar_len(*s);
	taken = span_of(s->data, n);
	*s = span_of(s->data + n, s->len - n);
	return taken;
}

/* Skips white space and what stands between values. */
static void skip_between(struct span *s)
{
	while (s->len > 0 && *s->data && strchr(" \t\r\n,:", *s->data))
		*s = span_of(s->data + 1, s->len - 1);
}

struct item item_root(const struct record *r)
{
	return (struct item){record_root(r), span_trim(record_line(r))};
}

struct item item_get(const struct record *r, const char *path)
{
	struct item i = {record_get(r, path), SPAN_NONE};

	if (i.v.type != VALUE_NONE)
		i.raw = record_token(r, path);
	return i;
}

struct items items_of(struct item container)
{
	struct items s = {value_iter(container.v), container.raw, container.v.type == VALUE_OBJECT};

	if (s.rest.len > 0)
		s.rest = span_of(s.rest.data + 1, s.rest.len - 1);
	return s;
}

bool items_next(struct items *s, struct span *key, struct item *out)
{
	if (!value_next(&s->it, key, &out->v))
		return false;
	skip_between(&s->rest);
	if (s->object) {
		(void)take_value(&s->rest);
		skip_between(&s->rest);
	}
	out->raw = take_value(&s->rest);
	return true;
}

struct item item_member(struct item object, const char *name)
{
	struct items s = items_of(object);
	struct span key;
	struct item i;

	if (object.v.type == VALUE_OBJECT)
		while (items_next(&s, &key, &i))
			if (span_is(key, name))
				return i;
	return (struct item){{.type = VALUE_NONE}, SPAN_NONE};
}

bool item_is_there(struct item i)
{
	return i.v.type != VALUE_NONE && i.v.type != VALUE_NULL;
}

int item_text(struct item i, const char *what, struct span *out, struct err *e)
{
	if (item_is_there(i) && i.v.type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "%s: not a string", what);
	*out = i.v.text;
	return 0;
}

struct span reading_of(struct span s)
{
	if (num_is_json(s))
		return s;
	if (span_eq_nocase(s, SPAN("nan")))
		return SPAN("NaN");
	if (span_eq_nocase(s, SPAN("+inf")) || span_eq_nocase(s, SPAN("inf")) ||
	    span_eq_nocase(s, SPAN("infinity")) || span_eq_nocase(s, SPAN("+infinity")))
		return SPAN("+Inf");
	if (span_eq_nocase(s, SPAN("-inf")) || span_eq_nocase(s, SPAN("-infinity")))
		return SPAN("-Inf");
	return SPAN_NONE;
}

int item_reading(struct item i, const char *what, struct span *out, struct err *e)
{
	struct span s = SPAN_NONE, shown;

	if (i.v.type == VALUE_NUMBER || i.v.type == VALUE_STRING)
		s = reading_of(item_words(i));
	shown = span_of(i.raw.data, i.raw.len < 60 ? i.raw.len : 60);
	if (item_is_there(i) && !s.data)
		return err_set(e, EX_BADDATA, "%s: %.*s is no number", what, (int)shown.len,
			       shown.data);
	*out = s;
	return 0;
}

struct span item_words(struct item i)
{
	return i.v.type == VALUE_STRING ? i.v.text : i.raw;
}
