#include "aiops-correlate/suppress/matchers.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "pattern/pattern.h"
#include "yaml/yaml.h"

struct matcher {
	char *name, *value;
	size_t name_len, value_len;
	bool negated;
	struct pattern *pattern; /* NULL: the value itself is compared */
};

static void matcher_release(struct matcher *m)
{
	pattern_free(m->pattern);
	free(m->name);
	free(m->value);
}

/* ---- reading ---- */

static bool is_name_byte(unsigned char c, bool first)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || c >= 0x80)
		return true;
	return !first && ((c >= '0' && c <= '9') || c == '.' || c == '-');
}

/* The quoted text at the start of s, unescaped into out. Its length with the
 * quotes; 0 if the closing one is missing or an escape is unknown. */
static size_t read_quoted(struct span s, struct buf *out)
{
	for (size_t i = 1; i < s.len; i++) {
		char c = s.data[i];

		if (c == '"')
			return i + 1;
		if (c == '\\') {
			if (++i == s.len)
				return 0;
			c = s.data[i];
			if (c == 'n')
				c = '\n';
			else if (c != '"' && c != '\\')
				return 0;
		}
		buf_add_char(out, c);
	}
	return 0;
}

static size_t read_name(struct span s, struct buf *out)
{
	size_t n = 0;

	if (s.len && s.data[0] == '"')
		return read_quoted(s, out);
	while (n < s.len && is_name_byte((unsigned char)s.data[n], n == 0))
		n++;
	buf_add(out, s.data, n);
	return n;
}

static size_t read_operator(struct span s, bool *negated, bool *pattern)
{
	*negated = span_starts(s, "!");
	*pattern = span_starts(s, "=~") || span_starts(s, "!~");
	if (*pattern || span_starts(s, "!="))
		return 2;
	return span_starts(s, "=") ? 1 : 0;
}

static struct span skip(struct span s, size_t n)
{
	return span_trim(span_of(s.data + n, s.len - n));
}

static int parse(struct span text, struct buf *name, struct buf *value, struct matcher *m,
		 bool *pattern, struct err *e)
{
	struct span rest = span_trim(text);
	size_t n = read_name(rest, name);

	if (n == 0 || name->len == 0)
		return err_set(e, EX_BADCONFIG, "a matcher begins with the name of a label");
	rest = skip(rest, n);
	n = read_operator(rest, &m->negated, pattern);
	if (n == 0)
		return err_set(e, EX_BADCONFIG, "behind the label '%s' comes one of =, !=, =~, !~",
			       buf_cstr(name));
	rest = skip(rest, n);
	if (rest.len == 0 || rest.data[0] != '"') {
		if (memchr(rest.data, '"', rest.len))
			return err_set(e, EX_BADCONFIG, "a quote inside a value without quotes");
		buf_add_span(value, rest);
		return 0;
	}
	n = read_quoted(rest, value);
	if (n == 0)
		return err_set(e, EX_BADCONFIG,
			       "the quoted value does not end, or has an escape "
			       "other than \\\", \\\\ and \\n");
	return n == rest.len ? 0 : err_set(e, EX_BADCONFIG, "text behind the quoted value");
}

int matchers_add(struct matchers *ms, struct span text, struct err *e)
{
	struct buf name = BUF_INIT(MATCHER_MAX_BYTES), value = BUF_INIT(MATCHER_MAX_BYTES);
	struct matcher m = {0};
	bool pattern = false;
	int rc = -1;

	if (text.len > MATCHER_MAX_BYTES) {
		err_set(e, EX_BADCONFIG, "the matcher is longer than %d bytes", MATCHER_MAX_BYTES);
		goto out;
	}
	if (parse(text, &name, &value, &m, &pattern, e) != 0)
		goto out;
	m.name_len = name.len;
	m.value_len = value.len;
	m.name = buf_take(&name);
	m.value = buf_take(&value);
	if (pattern && pattern_compile(span_of(m.value, m.value_len), PATTERN_WHOLE | PATTERN_FAST,
				       &m.pattern, e) != 0) {
		matcher_release(&m);
		goto out;
	}
	mem_grow(ms->items, ms->cap, ms->n + 1);
	ms->items[ms->n++] = m;
	rc = 0;
out:
	buf_release(&name);
	buf_release(&value);
	return rc;
}

static int read_one(struct matchers *ms, const struct yaml_node *n, struct err *e)
{
	struct err why = ERR_INIT;
	struct span text = SPAN_NONE;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (matchers_add(ms, text, &why) != 0)
		return err_set_at(e, why.code, n->line, n->col, "%s", why.text);
	return 0;
}

int matchers_read(struct matchers *ms, const struct yaml_node *n, struct err *e)
{
	if (!n)
		return 0;
	if (n->type == YAML_SCALAR)
		return read_one(ms, n, e);
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	for (size_t i = 0; i < n->n; i++)
		if (read_one(ms, n->items[i], e) != 0)
			return -1;
	return 0;
}

void matchers_release(struct matchers *ms)
{
	for (size_t i = 0; i < ms->n; i++)
		matcher_release(&ms->items[i]);
	free(ms->items);
	*ms = (struct matchers){0};
}

/* ---- matching ---- */

static bool matches(const struct matcher *m, struct span value)
{
	enum pattern_result r;

	if (!value.data)
		value = SPAN("");
	if (!m->pattern)
		return span_eq(value, span_of(m->value, m->value_len)) != m->negated;
	r = pattern_try(m->pattern, value);
	return r == (m->negated ? PATTERN_NO : PATTERN_YES);
}

bool matchers_match(const struct matchers *ms, struct subject s)
{
	for (size_t i = 0; i < ms->n; i++) {
		const struct matcher *m = &ms->items[i];

		if (!matches(m, s.get(s.ctx, span_of(m->name, m->name_len))))
			return false;
	}
	return true;
}
