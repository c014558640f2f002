#include "aiops-ingest/formats/stamp.h"

#include <string.h>

#include "aiops-ingest/formats/logfmt.h"
#include "aiops-ingest/formats/stamp_shape.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Every shape begins with a digit, a day padded with a space, a name or glog's letter. */
static bool may_begin(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || c == ' ';
}

static bool try_any(struct span s, const struct stamp_options *opt, size_t *hint, struct stamp *out,
		    size_t *len)
{
	if (s.len == 0 || !may_begin(*s.data))
		return false;
	if (*hint < SHAPES && shape_read(s, *hint, opt, out, len))
		return true;
	for (size_t i = 0; i < SHAPES; i++) {
		if (i == *hint || !shape_read(s, i, opt, out, len))
			continue;
		*hint = i;
		return true;
	}
	return shape_read_epoch(s, out, len);
}

static struct span from(struct span s, size_t at)
{
	return span_of(s.data + at, s.len - at);
}

static bool is_separator(char c)
{
	return c == ' ' || c == '\t' || c == ']' || c == ',' || c == '|' || c == ':' || c == '-';
}

/* What stands behind a stamp, without what parts it from the stamp. A '-' is a separator only
 * before a space. */
static struct span behind(struct span s)
{
	size_t i = 0;

	while (i < s.len && is_separator(s.data[i]) &&
	       !(s.data[i] == '-' && i + 1 < s.len && s.data[i + 1] != ' '))
		i++;
	return from(s, i);
}

static bool found_at(struct span line, size_t at, size_t len, struct stamp *out)
{
	if (at > 0 && line.data[at - 1] == '[') {
		at--;
		len++;
	}
	out->before = span_trim(span_of(line.data, at));
	out->rest = behind(from(line, at + len));
	return true;
}

/* Redis: "1234:M 21 Nov 2026 ...". */
static size_t redis_prefix(struct span line)
{
	size_t i = 0;

	while (i < line.len && is_digit(line.data[i]))
		i++;
	if (i == 0 || i + 3 >= line.len || line.data[i] != ':' ||
	    !strchr("MSXC", line.data[i + 1]) || line.data[i + 2] != ' ')
		return 0;
	return i + 3;
}

/* Common Log Format: the stamp stands in brackets behind address, ident and user. */
static bool find_clf(struct span line, const struct stamp_options *opt, struct stamp *out)
{
	enum { LOOK = 300 };
	struct span head = span_of(line.data, line.len < LOOK ? line.len : LOOK);
	const char *at = span_find(head, SPAN(" ["));
	size_t len, pos;

	if (!at)
		return false;
	pos = (size_t)(at - line.data) + 2;
	return shape_read(from(line, pos), SHAPE_CLF, opt, out, &len) &&
	       found_at(line, pos, len, out);
}

/* logfmt: ts=, time=, timestamp= or t=, at the start or behind a space. */
static bool find_logfmt(struct span line, const struct stamp_options *opt, size_t *hint,
			struct stamp *out)
{
	enum { LOOK = 300 };
	struct span rest = span_of(line.data, line.len < LOOK ? line.len : LOOK), key, value;
	size_t len;

	while (logfmt_next(&rest, &key, &value)) {
		if (!span_is(key, "ts") && !span_is(key, "time") && !span_is(key, "timestamp") &&
		    !span_is(key, "t"))
			continue;
		if (try_any(value, opt, hint, out, &len)) {
			out->before = SPAN_NONE;
			out->logfmt = true;
			out->rest = line; /* its other keys may stand on both sides */
			return true;
		}
	}
	return false;
}

/* Where word number n (from 0) of the line begins; line.len if there are not so many. */
static size_t word_at(struct span line, size_t n)
{
	size_t at = 0;

	for (; n > 0 && at < line.len; n--) {
		const char *blank = memchr(line.data + at, ' ', line.len - at);

		at = blank ? (size_t)(blank - line.data) + 1 : line.len;
	}
	return at;
}

static bool digits_at(struct span line, size_t at, size_t n)
{
	if (line.len < at + n)
		return false;
	for (size_t i = at; i < at + n; i++)
		if (!is_digit(line.data[i]))
			return false;
	return true;
}

/* OpenStack's, as collectors write them: "nova-api.log 2017-05-16 00:00:00.008 ...". */
static bool find_behind_file(struct span line, const struct stamp_options *opt, size_t *hint,
			     struct stamp *out)
{
	size_t at = word_at(line, 1), len;

	return at < line.len && span_find(span_of(line.data, at), SPAN(".log")) &&
	       try_any(from(line, at), opt, hint, out, &len) && found_at(line, at, len, out);
}

/* Machines' logs whose epoch stands behind other words: "- 1117838570 2005.06.03 R02 ..."
 * (BlueGene/L, Thunderbird), "134681 node-246 unix.hw state 1077804742 1 ..." (LANL's HPC). */
static bool find_machine(struct span line, struct stamp *out)
{
	size_t first = word_at(line, 1), fifth, len;

	if (digits_at(line, first, 10) && first + 21 < line.len && digits_at(line, first + 11, 4) &&
	    line.data[first + 15] == '.' && shape_read_epoch(from(line, first), out, &len)) {
		out->shape = "bgl";
		out->kind = STAMP_BGL;
		return found_at(line, first, len, out);
	}
	if (line.len == 0 || !is_digit(*line.data))
		return false;
	fifth = word_at(line, 4);
	if (!digits_at(line, fifth, 10) || !digits_at(line, fifth + 11, 1) ||
	    !shape_read_epoch(from(line, fifth), out, &len))
		return false;
	out->shape = "hpc";
	out->kind = STAMP_HPC;
	return found_at(line, fifth, len, out);
}

bool stamp_find(struct span line, const struct stamp_options *opt, size_t *hint, struct stamp *out)
{
	size_t at = redis_prefix(line), len;

	out->logfmt = false;
	if (at == 0 && line.len > 0 && *line.data == '[')
		at = 1;
	if (try_any(from(line, at), opt, hint, out, &len))
		return found_at(line, at, len, out);
	return find_logfmt(line, opt, hint, out) || find_clf(line, opt, out) ||
	       find_behind_file(line, opt, hint, out) || find_machine(line, out);
}

bool stamp_parse(struct span text, const struct stamp_options *opt, struct stamp *out)
{
	size_t hint = 0, len;

	text = span_trim(text);
	if (!try_any(text, opt, &hint, out, &len) || len != text.len)
		return false;
	out->before = SPAN_NONE;
	out->rest = SPAN_NONE;
	out->logfmt = false;
	return true;
}
