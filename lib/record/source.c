/*
 * Finding a value's own bytes in the line, and writing the line with a key
 * added. The tape has no source positions, so the tape says which member and
 * element lead to a value, and the text, known to be valid, is counted through.
 */
#include "record/record.h"

#include <string.h>

#include "record/record_impl.h"
#include "record/tape.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

/* p is on the opening quote; the result behind the closing one. */
static const char *skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

static const char *skip_container(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return end;
}

static const char *skip_value(const char *p, const char *end)
{
	if (*p == '"')
		return skip_string(p, end);
	if (*p == '{' || *p == '[')
		return skip_container(p, end);
	while (p < end && !is_space(*p) && *p != ',' && *p != '}' && *p != ']')
		p++;
	return p;
}

/* p is on a key; the result on its value. */
static const char *skip_key(const char *p, const char *end)
{
	p = skip_space(skip_string(p, end), end);
	return skip_space(p + 1, end); /* the colon */
}

/*
 * p is on "{" or "["; the result on the key or element of that ordinal, which
 * exists. *before is the comma in front of it, or NULL for the first.
 */
static const char *to_member(const char *p, const char *end, size_t ordinal, const char **before)
{
	bool object = *p == '{';

	*before = NULL;
	p = skip_space(p + 1, end);
	while (ordinal--) {
		if (object)
			p = skip_key(p, end);
		*before = skip_space(skip_value(p, end), end);
		p = skip_space(*before + 1, end);
	}
	return p;
}

struct span record_token(const struct record *r, const char *path)
{
	const char *p = r->line.data, *end = p + r->line.len, *before;
	size_t steps[RECORD_MAX_DEPTH], n;

	if (!tape_find(&r->tape, path, steps, &n))
		return SPAN_NONE;
	p = skip_space(p, end);
	for (size_t i = 0; i < n; i++) {
		bool object = *p == '{';

		p = to_member(p, end, steps[i], &before);
		if (object)
			p = skip_key(p, end);
	}
	return span_of(p, (size_t)(skip_value(p, end) - p));
}

/* The bytes of the root's member of that ordinal, with the one comma that goes with it. */
static struct span member_bytes(struct span line, size_t ordinal)
{
	const char *end = line.data + line.len, *before, *from, *to;

	from = to_member(skip_space(line.data, end), end, ordinal, &before);
	to = skip_value(skip_key(from, end), end);
	if (before)
		return span_of(before, (size_t)(to - before));
	if (*skip_space(to, end) == ',')
		to = skip_space(skip_space(to, end) + 1, end);
	return span_of(from, (size_t)(to - from));
}

static char *put(char *to, const char *data, size_t len)
{
	memcpy(to, data, len);
	return to + len;
}

void record_splice(const struct record *r, const char *key, struct span json, struct buf *out)
{
	struct span line = r->line, gone = span_of(r->line.data, 0);
	size_t body = line.len, name = strlen(key), ordinal, members;
	char *start, *to;

	while (line.data[body - 1] != '}')
		body--;
	body--; /* what stands before the last brace */
	members = tape_count(&r->tape, TAPE_ROOT);
	if (tape_member(&r->tape, TAPE_ROOT, span_of(key, name), &ordinal)) {
		gone = member_bytes(line, ordinal);
		members--;
	}
	start = to = buf_room(out, body - gone.len + name + json.len + 6);
	if (!to)
		return; /* the buffer says so */
	to = put(to, line.data, (size_t)(gone.data - line.data));
	to = put(to, gone.data + gone.len, (size_t)(line.data + body - (gone.data + gone.len)));
	if (members)
		*to++ = ',';
	*to++ = '"';
	to = put(to, key, name);
	*to++ = '"';
	*to++ = ':';
	to = put(to, json.data, json.len);
	*to++ = '}';
	*to++ = '\n';
	out->len += (size_t)(to - start);
}
