#include "aiops-ingest/formats/otlp.h"

#include "base/num.h"
#include "record/jsonw.h"

enum { MAX_SHOWN = 100 };

/* The one member that says which value it is. */
static struct item chosen(struct item any, struct span *which)
{
	struct items s = items_of(any);
	struct item i;

	while (items_next(&s, which, &i))
		if (item_is_there(i))
			return i;
	return (struct item){{.type = VALUE_NONE}, SPAN_NONE};
}

/* The text of a value that holds no others; SPAN_NONE if it does. -1: not of its type. */
static int scalar_text(struct item i, struct span which, struct span *out, struct err *e)
{
	bool number = i.v.type == VALUE_NUMBER || i.v.type == VALUE_STRING;

	*out = SPAN_NONE;
	if ((span_is(which, "stringValue") || span_is(which, "bytesValue")) &&
	    i.v.type == VALUE_STRING)
		*out = i.v.text;
	else if (span_is(which, "boolValue") && i.v.type == VALUE_BOOL)
		*out = i.raw;
	else if (span_is(which, "intValue") && number && num_is_json(item_words(i)))
		*out = item_words(i);
	else if (span_is(which, "doubleValue") && number)
		*out = reading_of(item_words(i));
	else if (span_is(which, "arrayValue") || span_is(which, "kvlistValue"))
		return 0;
	if (!out->data)
		return err_set(e, EX_BADDATA, "%.*s: not what its name says",
			       (int)(which.len < MAX_SHOWN ? which.len : MAX_SHOWN), which.data);
	return 0;
}

/* Containers that are open while a value is written. */
struct writing {
	struct jsonw w;
	struct items open[RECORD_MAX_DEPTH];
	bool map[RECORD_MAX_DEPTH];
	size_t depth;
};

static int open_value(struct writing *to, struct item i, struct span which, struct err *e)
{
	struct item values = item_member(i, "values");

	if (i.v.type != VALUE_OBJECT || (item_is_there(values) && values.v.type != VALUE_ARRAY))
		return err_set(e, EX_BADDATA, "%.*s.values: not an array", (int)which.len,
			       which.data);
	to->map[to->depth] = span_is(which, "kvlistValue");
	if (to->map[to->depth])
		jsonw_object(&to->w);
	else
		jsonw_array(&to->w);
	to->open[to->depth++] = items_of(values);
	return 0;
}

static int write_value(struct writing *to, struct item any, struct err *e)
{
	struct span which = SPAN_NONE, text;
	struct item i = chosen(any, &which);

	if (item_is_there(any) && any.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "value: not an object");
	if (!item_is_there(i)) {
		jsonw_null(&to->w);
		return 0;
	}
	if (scalar_text(i, which, &text, e) != 0)
		return -1;
	if (!text.data)
		return open_value(to, i, which, e);
	if (!span_is(which, "stringValue") && (num_is_json(text) || i.v.type == VALUE_BOOL))
		jsonw_raw(&to->w, text);
	else
		jsonw_string(&to->w, text);
	return 0;
}

/* Goes on with the innermost container: its next value, or its end. */
static int step_value(struct writing *to, struct err *e)
{
	size_t top = to->depth - 1;
	struct item i, value;

	if (!items_next(&to->open[top], NULL, &i)) {
		if (to->map[top])
			jsonw_object_end(&to->w);
		else
			jsonw_array_end(&to->w);
		to->depth--;
		return 0;
	}
	value = i;
	if (to->map[top]) {
		struct item key = item_member(i, "key");

		if (key.v.type != VALUE_STRING)
			return err_set(e, EX_BADDATA, "key: not a string");
		jsonw_key_span(&to->w, key.v.text);
		value = item_member(i, "value");
	}
	return write_value(to, value, e);
}

static int write_json(struct otlp *o, struct item any, struct err *e)
{
	struct writing to = {.w = jsonw_to(&o->scratch)};

	buf_clear(&o->scratch);
	if (write_value(&to, any, e) != 0)
		return -1;
	while (to.depth > 0)
		if (step_value(&to, e) != 0)
			return -1;
	return 0;
}

int otlp_text(struct otlp *o, struct item any, struct arena *words, struct span *out, struct err *e)
{
	struct span which = SPAN_NONE;
	struct item i = chosen(any, &which);

	*out = SPAN_NONE;
	if (item_is_there(any) && any.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "not an object that holds a value");
	if (!item_is_there(i))
		return 0;
	if (scalar_text(i, which, out, e) != 0)
		return -1;
	if (out->data)
		return 0;
	if (write_json(o, any, e) != 0)
		return -1;
	*out = arena_keep(words, buf_span(&o->scratch));
	return 0;
}

/* One of a list of attributes. */
static int read_attribute(struct otlp *o, struct item attribute, struct arena *words,
			  struct label *out, struct err *e)
{
	struct item key = item_member(attribute, "key"), value = item_member(attribute, "value");

	if (key.v.type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "key: not a string");
	out->name = key.v.text;
	if (otlp_text(o, value, words, &out->value, e) != 0)
		return err_prefix(e, "%.*s",
				  (int)(key.v.text.len < MAX_SHOWN ? key.v.text.len : MAX_SHOWN),
				  key.v.text.data);
	return 0;
}

static int check_list(struct item list, const char *what, struct err *e)
{
	if (item_is_there(list) && list.v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "%s: not an array", what);
	return 0;
}

int otlp_attributes(struct otlp *o, struct item list, const char *what, struct labelset *out,
		    struct err *e)
{
	struct items s = items_of(list);
	struct item i;
	struct label label;

	if (check_list(list, what, e) != 0)
		return -1;
	while (items_next(&s, NULL, &i)) {
		if (read_attribute(o, i, &o->words, &label, e) != 0)
			return err_prefix(e, "%s", what);
		labelset_add(out, label.name, label.value);
	}
	return 0;
}

int otlp_keep_attributes(struct otlp *o, struct item list, const char *prefix,
			 struct otlp_context *out, struct err *e)
{
	struct items s = items_of(list);
	struct item i;
	struct label label;

	if (check_list(list, "attributes", e) != 0)
		return -1;
	while (items_next(&s, NULL, &i)) {
		struct span name[2] = {span_cstr(prefix)};

		if (read_attribute(o, i, &out->words, &label, e) != 0)
			return -1;
		name[1] = label.name;
		if (label.name.len > 0)
			labelset_add(&out->labels, arena_join(&out->words, name, 2),
				     arena_keep(&out->words, label.value));
	}
	return 0;
}

int otlp_time(struct item i, const char *what, struct event_time *out, struct err *e)
{
	struct span s = item_words(i);

	*out = (struct event_time){.state = TIME_ABSENT};
	if (!item_is_there(i) || span_is(s, "0") || s.len == 0)
		return 0;
	if ((i.v.type != VALUE_STRING && i.v.type != VALUE_NUMBER) || *s.data == '-' ||
	    instant_parse_epoch(s, EPOCH_NS, &out->at, e) != 0) {
		err_clear(e);
		return err_set(e, EX_BADDATA, "%s: not nanoseconds since 1970", what);
	}
	out->state = TIME_GIVEN;
	return 0;
}

int otlp_id(struct otlp *o, struct item i, const char *what, struct span *out, struct err *e)
{
	struct span s = SPAN_NONE;
	char lower[32];
	bool zeros = true;

	*out = SPAN_NONE;
	if (item_text(i, what, &s, e) != 0)
		return -1;
	for (size_t at = 0; at < s.len; at++)
		zeros &= s.data[at] == '0';
	if (zeros)
		return 0;
	*out = s;
	if (s.len > sizeof lower)
		return 0;
	for (size_t at = 0; at < s.len; at++) {
		char c = s.data[at];

		if (!c || !strchr("0123456789abcdefABCDEF", c))
			return 0; /* not hex: as it stands */
		lower[at] = (char)(c >= 'A' && c <= 'F' ? c | 0x20 : c);
	}
	*out = arena_keep(&o->words, span_of(lower, s.len));
	return 0;
}

int otlp_enum(struct item i, const char *prefix, const char *const *names)
{
	struct span s = item_words(i);
	struct err ignored = ERR_INIT;
	int64_t n;

	if (!item_is_there(i))
		return 0;
	if ((i.v.type == VALUE_NUMBER || i.v.type == VALUE_STRING) &&
	    num_parse_i64(s, 0, 1000, &n, &ignored) == 0)
		return (int)n;
	if (i.v.type != VALUE_STRING || !span_starts(s, prefix))
		return -1;
	s = span_of(s.data + strlen(prefix), s.len - strlen(prefix));
	for (int k = 0; names[k]; k++)
		if (span_is(s, names[k]))
			return k;
	return -1;
}
