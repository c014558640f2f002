#include "aiops-runbook/engine/jsonpath.h"

#include "base/num.h"

/* One step of a path: a member's name, or an element's number. */
struct step {
	struct span name;
	int64_t index; /* -1: a name */
};

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

static size_t dotted(struct span path, size_t at, struct step *out)
{
	size_t end = at + 1;

	while (end < path.len && is_name_char(path.data[end]))
		end++;
	*out = (struct step){span_of(path.data + at + 1, end - at - 1), -1};
	return end > at + 1 ? end : 0;
}

/* ['name'] without escapes, or [n]. */
static size_t bracketed(struct span path, size_t at, struct step *out)
{
	struct err ignored = ERR_INIT;
	size_t from = at + 1, end = from;
	char quote;

	if (from >= path.len)
		return 0;
	quote = path.data[from];
	if (quote == '\'' || quote == '"') {
		end = ++from;
		while (end < path.len && path.data[end] != quote)
			end++;
		if (end + 1 >= path.len || path.data[end + 1] != ']')
			return 0;
		*out = (struct step){span_of(path.data + from, end - from), -1};
		return end + 2;
	}
	while (end < path.len && path.data[end] != ']')
		end++;
	*out = (struct step){SPAN_NONE, 0};
	if (end == path.len || num_parse_i64(span_of(path.data + from, end - from), 0, INT32_MAX,
					     &out->index, &ignored) != 0)
		return 0;
	return end + 1;
}

/* The step at *at (behind it afterwards): 1, 0 at the end, -1 malformed. */
static int next_step(struct span path, size_t *at, struct step *out)
{
	size_t end;

	if (*at == path.len)
		return 0;
	end = path.data[*at] == '.'   ? dotted(path, *at, out)
	      : path.data[*at] == '[' ? bracketed(path, *at, out)
				      : 0;
	if (end == 0)
		return -1;
	*at = end;
	return 1;
}

int jsonpath_check(struct span path, struct err *e)
{
	size_t at = 1;
	struct step s;
	int rc;

	if (path.len == 0 || path.data[0] != '$')
		return err_set(e, EX_BADCONFIG, "a JSON path begins with $");
	while ((rc = next_step(path, &at, &s)) > 0)
		;
	if (rc < 0)
		return err_set(
			e, EX_BADCONFIG,
			"not a JSON path at offset %zu ($.name, ['name'] and [n] are understood)",
			at);
	return 0;
}

void jsonpath_to_record(struct span path, const char *prefix, struct buf *out)
{
	size_t at = 1;
	struct step s;

	buf_add_cstr(out, prefix);
	while (next_step(path, &at, &s) > 0) {
		buf_add_char(out, '.');
		if (s.index >= 0)
			buf_add_i64(out, s.index);
		for (size_t i = 0; s.index < 0 && i < s.name.len; i++) {
			if (s.name.data[i] == '.' || s.name.data[i] == '\\')
				buf_add_char(out, '\\');
			buf_add_char(out, s.name.data[i]);
		}
	}
}
