/*
 * Reading values of a parsed record: by path, by member, one by one.
 */
#include "record/record.h"

#include <string.h>

#include "record/record_impl.h"
#include "record/scan_impl.h"
#include "record/tape.h"

size_t tape_member(const struct tape *t, size_t at, struct span key, size_t *ordinal)
{
	size_t end = tape_behind(t, at) - 1, n = 0;

	for (size_t i = at + 1; i < end; i = tape_next(t, i + 1), n++) {
		if (!span_eq(tape_string(t, i), key))
			continue;
		if (ordinal)
			*ordinal = n;
		return i + 1;
	}
	return 0;
}

/* Index of element number `ordinal` of the array at `at`, or 0. */
static size_t tape_element(const struct tape *t, size_t at, size_t ordinal)
{
	size_t end = tape_behind(t, at) - 1;

	for (size_t i = at + 1; i < end; i = tape_next(t, i))
		if (ordinal-- == 0)
			return i;
	return 0;
}

/* Bytes of the first part of a path, up to a dot that is not escaped; *escaped: it holds a
 * backslash. */
static size_t part_length(const char *path, bool *escaped)
{
	size_t n = 0;

	*escaped = false;
	for (; path[n] && path[n] != '.'; n++)
		if (path[n] == '\\' && path[n + 1]) {
			*escaped = true;
			n++;
		}
	return n;
}

/* Compares a key with a part in which a backslash makes the next byte literal. */
static bool matches_escaped(struct span key, struct span part)
{
	size_t at = 0;

	for (size_t i = 0; i < part.len; i++, at++) {
		if (part.data[i] == '\\' && i + 1 < part.len)
			i++;
		if (at == key.len || key.data[at] != part.data[i])
			return false;
	}
	return at == key.len;
}

static size_t member_escaped(const struct tape *t, size_t at, struct span part, size_t *ordinal)
{
	size_t end = tape_behind(t, at) - 1, n = 0;

	for (size_t i = at + 1; i < end; i = tape_next(t, i + 1), n++) {
		if (!matches_escaped(tape_string(t, i), part))
			continue;
		*ordinal = n;
		return i + 1;
	}
	return 0;
}

/* An element's number: plain digits, few enough for any array. */
static bool read_ordinal(struct span part, size_t *out)
{
	size_t n = 0;

	if (part.len == 0 || part.len > 9)
		return false;
	for (size_t i = 0; i < part.len; i++) {
		if (part.data[i] < '0' || part.data[i] > '9')
			return false;
		n = n * 10 + (size_t)(part.data[i] - '0');
	}
	*out = n;
	return true;
}

static size_t descend(const struct tape *t, size_t at, struct span part, bool escaped,
		      size_t *ordinal)
{
	char type = tape_type(t, at);

	if (type == '{')
		return escaped ? member_escaped(t, at, part, ordinal)
			       : tape_member(t, at, part, ordinal);
	if (type == '[' && read_ordinal(part, ordinal))
		return tape_element(t, at, *ordinal);
	return 0;
}

size_t tape_find(const struct tape *t, const char *path, size_t steps[static RECORD_MAX_DEPTH],
		 size_t *n)
{
	size_t at = TAPE_ROOT;

	for (*n = 0; *n < RECORD_MAX_DEPTH;) {
		bool escaped;
		size_t len = part_length(path, &escaped);

		at = descend(t, at, span_of(path, len), escaped, &steps[*n]);
		++*n;
		if (!at || !path[len])
			return at;
		path += len + 1;
	}
	return 0;
}

static double number_at(const struct tape *t, size_t at)
{
	double d;
	int64_t i;

	switch (tape_type(t, at)) {
	case 'u':
		return (double)t->words[at + 1];
	case 'l':
		memcpy(&i, &t->words[at + 1], sizeof i);
		return (double)i;
	default:
		memcpy(&d, &t->words[at + 1], sizeof d);
		return d;
	}
}

bool value_i64(struct value v, int64_t *out)
{
	const struct tape *t = v.doc_;

	if (v.type != VALUE_NUMBER || tape_type(t, v.at_) != 'l')
		return false; /* 'u' is only used beyond int64 */
	memcpy(out, &t->words[v.at_ + 1], sizeof *out);
	return true;
}

struct value tape_value(const struct tape *t, size_t at)
{
	struct value v = {.doc_ = t, .at_ = at};

	switch (tape_type(t, at)) {
	case '{':
		v.type = VALUE_OBJECT;
		break;
	case '[':
		v.type = VALUE_ARRAY;
		break;
	case '"':
		v.type = VALUE_STRING;
		v.text = tape_string(t, at);
		break;
	case 't':
	case 'f':
		v.type = VALUE_BOOL;
		v.boolean = tape_type(t, at) == 't';
		break;
	case 'n':
		v.type = VALUE_NULL;
		break;
	default:
		v.type = VALUE_NUMBER;
		v.number = number_at(t, at);
	}
	return v;
}

struct value record_get(const struct record *r, const char *path)
{
	size_t steps[RECORD_MAX_DEPTH], n, at = tape_find(&r->tape, path, steps, &n);

	return at ? tape_value(&r->tape, at) : (struct value){.type = VALUE_NONE};
}

/* Where the value at a watched path stands, or 0; *ready: it is known without a search. */
static size_t field_at(const struct record *r, const char *const *paths, size_t i, bool *ready)
{
	*ready = paths == r->watched && r->scan && scan_known(r->scan);
	return *ready ? scan_field(r->scan, i) : 0;
}

struct value record_field(const struct record *r, const char *const *paths, size_t i)
{
	bool ready;
	size_t at = field_at(r, paths, i, &ready);

	if (!ready)
		return record_get(r, paths[i]);
	return at ? tape_value(&r->tape, at) : (struct value){.type = VALUE_NONE};
}

bool record_field_number(const struct record *r, const char *const *paths, size_t i, double *out)
{
	bool ready;
	size_t at = field_at(r, paths, i, &ready);
	struct value v;

	if (ready) {
		if (!at || !tape_is_number(tape_type(&r->tape, at)))
			return false;
		*out = number_at(&r->tape, at);
		return true;
	}
	v = record_get(r, paths[i]);
	if (v.type == VALUE_NUMBER)
		*out = v.number;
	return v.type == VALUE_NUMBER;
}

struct span record_field_text(const struct record *r, const char *const *paths, size_t i)
{
	bool ready;
	size_t at = field_at(r, paths, i, &ready);

	if (!ready)
		return record_text(r, paths[i]);
	return at && tape_type(&r->tape, at) == '"' ? tape_string(&r->tape, at) : SPAN_NONE;
}

struct span record_key(const struct record *r)
{
	return r->scan && scan_known(r->scan) ? scan_key(r->scan) : SPAN_NONE;
}

uint64_t record_key_version(const struct record *r)
{
	return r->scan && scan_known(r->scan) ? scan_key_version(r->scan) : 0;
}

struct span record_text(const struct record *r, const char *path)
{
	return record_get(r, path).text;
}

struct value value_member(struct value object, struct span key)
{
	size_t at =
		object.type == VALUE_OBJECT ? tape_member(object.doc_, object.at_, key, NULL) : 0;

	return at ? tape_value(object.doc_, at) : (struct value){.type = VALUE_NONE};
}

struct value_iter value_iter(struct value container)
{
	struct value_iter it = {.doc_ = container.doc_};

	if (container.type != VALUE_OBJECT && container.type != VALUE_ARRAY)
		return it;
	it.at_ = container.at_ + 1;
	it.end_ = tape_behind(container.doc_, container.at_) - 1;
	it.object_ = container.type == VALUE_OBJECT;
	return it;
}

bool value_next(struct value_iter *it, struct span *key, struct value *v)
{
	if (it->at_ >= it->end_)
		return false;
	if (key)
		*key = it->object_ ? tape_string(it->doc_, it->at_) : SPAN_NONE;
	it->at_ += it->object_;
	*v = tape_value(it->doc_, it->at_);
	it->at_ = tape_next(it->doc_, it->at_);
	return true;
}
