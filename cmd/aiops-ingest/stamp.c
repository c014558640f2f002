#include "aiops-ingest/stamp.h"

#include <string.h>

#include "aiops-ingest/shape.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool try_any(struct span s, const struct stamp_options *opt, size_t *hint, struct stamp *out,
		    size_t *len)
{
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
	return c && strchr(" \t],|:-", c);
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
	if (at > 0 && line.data[at - 1] == '[')
		at--, len++;
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

/* logfmt: ts=, time= or timestamp=, at the start or behind a space. */
static bool find_logfmt(struct span line, const struct stamp_options *opt, size_t *hint,
			struct stamp *out)
{
	static const char *const keys[] = {"ts=", "time=", "timestamp=", "t="};
	enum { LOOK = 300 };
	struct span head = span_of(line.data, line.len < LOOK ? line.len : LOOK);

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *at = span_find(head, span_cstr(keys[i]));
		size_t pos, len;

		if (!at || (at > line.data && at[-1] != ' '))
			continue;
		pos = (size_t)(at - line.data) + strlen(keys[i]);
		if (pos < line.len && line.data[pos] == '"')
			pos++;
		if (try_any(from(line, pos), opt, hint, out, &len)) {
			out->before = SPAN_NONE;
			out->rest = line; /* its other keys may stand on both sides */
			return true;
		}
	}
	return false;
}

bool stamp_find(struct span line, const struct stamp_options *opt, size_t *hint, struct stamp *out)
{
	size_t at = redis_prefix(line), len;

	if (at == 0 && line.len > 0 && *line.data == '[')
		at = 1;
	if (try_any(from(line, at), opt, hint, out, &len))
		return found_at(line, at, len, out);
	return find_logfmt(line, opt, hint, out) || find_clf(line, opt, out);
}

bool stamp_parse(struct span text, const struct stamp_options *opt, struct stamp *out)
{
	size_t hint = 0, len;

	text = span_trim(text);
	if (!try_any(text, opt, &hint, out, &len) || len != text.len)
		return false;
	out->before = SPAN_NONE;
	out->rest = SPAN_NONE;
	return true;
}
