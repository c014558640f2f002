#include "aiops-runbook/lint/suppress.h"

#include <string.h>

#include "aiops-runbook/lint/nodes.h"
#include "aiops-runbook/lint/rules.h"
#include "base/instant.h"

#define DAY_NS (24 * 3600 * NS_PER_S)

static const char form[] = "write # lint: ignore RB102 until 2027-03-01 -- reason";

/* A comment, and which lines it is about. */
struct comment {
	struct span whole, text; /* text: behind "lint:" */
	struct pos at;
	size_t first, last;
};

/* ---- finding comments ---- */

struct lines {
	struct span rest;
	size_t number;
};

static bool next_line(struct lines *l, struct span *out)
{
	const char *end;

	if (l->rest.len == 0)
		return false;
	end = memchr(l->rest.data, '\n', l->rest.len);
	*out = span_of(l->rest.data, end ? (size_t)(end - l->rest.data) : l->rest.len);
	l->rest = span_of(l->rest.data + out->len + (end != NULL),
			  l->rest.len - out->len - (end != NULL));
	l->number++;
	return true;
}

static size_t indent_of(struct span line)
{
	size_t n = 0;

	while (n < line.len && line.data[n] == ' ')
		n++;
	return n;
}

/* Nothing stands in it, or only a comment. */
static bool is_empty(struct span line)
{
	struct span text = span_trim(line);

	return text.len == 0 || text.data[0] == '#';
}

/* The lines of what begins behind a comment: the next that holds something, and all deeper ones. */
static void cover_block(struct comment *c, struct lines l)
{
	struct span line;
	size_t indent = 0;

	c->first = c->last = 0;
	while (next_line(&l, &line)) {
		if (is_empty(line))
			continue;
		if (c->first && indent_of(line) <= indent)
			return;
		if (!c->first) {
			c->first = l.number;
			indent = indent_of(line);
		}
		c->last = l.number;
	}
}

static bool find_comment(struct span line, struct lines behind, struct comment *out)
{
	const char *mark = span_find(line, SPAN("# lint:"));
	size_t at = mark ? (size_t)(mark - line.data) : 0;

	if (!mark || (at > 0 && line.data[at - 1] != ' ' && line.data[at - 1] != '\t'))
		return false;
	out->whole = span_trim(span_of(mark, line.len - at));
	out->text = span_trim(span_of(mark + 7, line.len - at - 7));
	out->at = (struct pos){behind.number, at + 1};
	if (is_empty(line))
		cover_block(out, behind);
	else
		out->first = out->last = behind.number;
	return true;
}

struct search {
	struct span comment;
	bool found;
};

/* The line of a text with the mark in it is how what was taken for a comment begins; quotes may
 * follow. */
static void look_in(void *ctx, const struct yaml_node *scalar)
{
	struct search *s = ctx;
	const char *at = span_find(scalar->text, SPAN("# lint:")), *end;
	size_t len;

	if (!at)
		return;
	len = scalar->text.len - (size_t)(at - scalar->text.data);
	end = memchr(at, '\n', len);
	len = span_trim(span_of(at, end ? (size_t)(end - at) : len)).len;
	if (s->comment.len >= len && memcmp(s->comment.data, at, len) == 0)
		s->found = true;
}

/* What looks like one may be text: a line of a script in a block scalar. */
static bool is_text(const struct runbook *rb, struct span comment)
{
	struct search s = {comment, false};

	each_scalar(yaml_root(rb->document), look_in, &s);
	return s.found;
}

/* ---- reading one ---- */

static bool take_word(struct span *rest, struct span *word)
{
	size_t n = 0;

	*rest = span_trim(*rest);
	while (n < rest->len && rest->data[n] != ' ' && rest->data[n] != '\t')
		n++;
	*word = span_of(rest->data, n);
	*rest = span_of(rest->data + n, rest->len - n);
	return n > 0;
}

static bool take_this(struct span *rest, const char *word)
{
	struct span got;

	return take_word(rest, &got) && span_is(got, word);
}

/* "2027-03-01": the end of that day. */
static bool read_day(struct span day, int64_t *end_ns)
{
	struct buf text = BUF_INIT(64);
	struct err ignored = ERR_INIT;
	struct instant t;
	bool ok;

	buf_add_span(&text, day);
	buf_add_cstr(&text, "T00:00:00Z");
	ok = day.len == 10 && instant_parse(buf_span(&text), &t, &ignored) == 0;
	buf_release(&text);
	if (ok)
		*end_ns = t.ns + DAY_NS;
	return ok;
}

/* NULL, or what is wrong with it. */
static const char *read_comment(const struct comment *c, int64_t now_ns, const struct rule **rule,
				struct span *reason)
{
	struct span rest = c->text, id, day;
	int64_t end_ns = 0;

	if (!take_this(&rest, "ignore"))
		return "is no suppression";
	if (!take_word(&rest, &id) || !rule_by_id(id))
		return "names no rule";
	if (!take_this(&rest, "until") || !take_word(&rest, &day) || !read_day(day, &end_ns))
		return "has no day on which it expires";
	if (!take_this(&rest, "--") || span_trim(rest).len == 0)
		return "gives no reason";
	*rule = rule_by_id(id);
	*reason = span_trim(rest);
	if ((*rule)->firm || (*rule)->number == 503)
		return "is for a rule that cannot be suppressed";
	return now_ns >= end_ns ? "has expired" : NULL;
}

static void apply(const struct comment *c, const struct rule *rule, struct span reason,
		  struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->items[i];

		if (x->rule == rule->number && x->at.line >= c->first && x->at.line <= c->last)
			finding_suppress(f, x, reason, false);
	}
}

void suppress_in_file(const struct runbook *rb, int64_t now_ns, struct findings *f)
{
	struct lines l = {rb->source, 0};
	struct span line, reason = SPAN_NONE;
	const struct rule *rule = NULL;
	struct comment c;

	if (!span_find(rb->source, SPAN("# lint:")))
		return;
	while (next_line(&l, &line)) {
		const char *wrong;

		if (!find_comment(line, l, &c) || is_text(rb, c.whole))
			continue;
		wrong = read_comment(&c, now_ns, &rule, &reason);
		if (wrong)
			finding_add(f, 503, c.at, "this comment %s: %s", wrong, form);
		else
			apply(&c, rule, reason, f);
	}
}
