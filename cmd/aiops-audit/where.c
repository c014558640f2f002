#include "aiops-audit/where.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "record/event.h"

static const struct {
	const char *text;
	enum where_op op;
} ops[] = {
	/* the longer ones first */
	{"!=", WHERE_NE}, {"<=", WHERE_LE}, {">=", WHERE_GE}, {"=", WHERE_EQ},
	{"<", WHERE_LT},  {">", WHERE_GT},  {"~", WHERE_HAS},
};

static enum where_op op_at(const char *s, size_t *len)
{
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		*len = strlen(ops[i].text);
		if (strncmp(s, ops[i].text, *len) == 0)
			return ops[i].op;
	}
	*len = 0;
	return WHERE_THERE;
}

int where_parse(const char *text, struct where *out, struct err *e)
{
	bool absent = *text == '!';
	const char *from = text + absent;
	size_t n = strcspn(from, "!=<>~"), len = 0;
	struct span path = span_trim(span_of(from, n));
	enum where_op op = from[n] ? op_at(from + n, &len) : WHERE_THERE;

	if (path.len == 0 || (from[n] && len == 0) || (absent && op != WHERE_THERE))
		return err_set(
			e, EX_BADUSAGE,
			"'%s' is no condition: PATH, !PATH, or PATH with one of = != < <= > >= ~ "
			"and a value, as in state=failed",
			text);
	out->path = mem_dup(path.data, path.len);
	out->op = absent ? WHERE_ABSENT : op;
	out->value = span_trim(span_cstr(from + n + len));
	return 0;
}

void where_release(struct where *w)
{
	free(w->path);
	w->path = NULL;
}

/* ---- comparing ---- */

/* The value as a person would write it: a string without quotes, all else as it stands. */
static struct span text_of(const struct record *r, const struct where *w, struct value v)
{
	return v.type == VALUE_STRING ? v.text : record_token(r, w->path);
}

static int compare(struct span a, struct span b)
{
	struct err ignored = ERR_INIT;
	enum severity ra = severity_from_name(a), rb = severity_from_name(b);
	double x, y;

	if (num_parse_double(a, &x, &ignored) == 0 && num_parse_double(b, &y, &ignored) == 0)
		return (x > y) - (x < y);
	if ((ra || span_is(a, "unknown")) && (rb || span_is(b, "unknown")))
		return (ra > rb) - (ra < rb);
	return span_cmp(a, b);
}

static bool has_nocase(struct span a, struct span b)
{
	for (size_t i = 0; i + b.len <= a.len; i++) {
		if (span_eq_nocase(span_of(a.data + i, b.len), b))
			return true;
	}
	return false;
}

bool where_fits(const struct where *w, const struct record *r)
{
	struct value v = record_get(r, w->path);
	bool there = v.type != VALUE_NONE && v.type != VALUE_NULL;
	struct span text;

	if (!there)
		return w->op == WHERE_ABSENT || w->op == WHERE_NE;
	text = text_of(r, w, v);
	switch (w->op) {
	case WHERE_THERE:
		return true;
	case WHERE_ABSENT:
		return false;
	case WHERE_EQ:
		return span_eq(text, w->value);
	case WHERE_NE:
		return !span_eq(text, w->value);
	case WHERE_HAS:
		return has_nocase(text, w->value);
	case WHERE_LT:
		return compare(text, w->value) < 0;
	case WHERE_LE:
		return compare(text, w->value) <= 0;
	case WHERE_GT:
		return compare(text, w->value) > 0;
	case WHERE_GE:
		return compare(text, w->value) >= 0;
	}
	return false;
}
