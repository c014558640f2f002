#include "aiops-ingest/patterns/literal.h"

#include <string.h>

struct scan {
	struct span s;
	size_t at;
	struct buf run, best;
	bool caseless;
};

static char peek(const struct scan *p, size_t ahead)
{
	return p->at + ahead < p->s.len ? p->s.data[p->at + ahead] : '\0';
}

static void end_run(struct scan *p)
{
	if (p->run.len > p->best.len) {
		buf_clear(&p->best);
		buf_add_span(&p->best, buf_span(&p->run));
	}
	buf_clear(&p->run);
}

/* The last character may be missing: it is no part of the run. */
static void drop_last(struct scan *p)
{
	while (p->run.len > 0 && (p->run.data[p->run.len - 1] & 0xC0) == 0x80)
		p->run.len--;
	if (p->run.len > 0)
		p->run.len--;
	end_run(p);
}

static void add_char(struct scan *p, char c)
{
	bool upper = c >= 'A' && c <= 'Z';
	char low = upper ? (char)(c + ('a' - 'A')) : c;

	/* Without regard to case, k and s are also the Kelvin sign and the long s, and beyond ASCII
	 * folding is not ours. */
	if (p->caseless && ((unsigned char)c >= 0x80 || low == 'k' || low == 's'))
		end_run(p);
	else
		buf_add_char(&p->run, low);
}

/* Behind a class: "[^]a[:digit:]\]]". False if it does not end. */
static bool skip_class(struct scan *p)
{
	p->at++;
	if (peek(p, 0) == '^')
		p->at++;
	if (peek(p, 0) == ']')
		p->at++;
	for (; p->at < p->s.len; p->at++) {
		if (peek(p, 0) == ']') {
			p->at++;
			return true;
		}
		if (peek(p, 0) == '\\')
			p->at++;
		else if (peek(p, 0) == '[' && peek(p, 1) == ':')
			while (p->at + 1 < p->s.len && !(peek(p, 0) == ':' && peek(p, 1) == ']'))
				p->at++;
	}
	return false;
}

/* Escapes that stand for one character or place, and are two bytes long. */
static bool is_short_escape(char c)
{
	return c && strchr("dDwWsSbBtnrfeaAzZGhHvV", c);
}

/* Behind a group, whatever is in it. False if it does not end or holds what is not understood. */
static bool skip_group(struct scan *p)
{
	size_t depth = 0;

	while (p->at < p->s.len) {
		char c = peek(p, 0);

		if (c == '\\') {
			if (peek(p, 1) == 'Q')
				return false;
			p->at += 2;
			continue;
		}
		if (c == '[') {
			if (!skip_class(p))
				return false;
			continue;
		}
		depth += c == '(';
		p->at++;
		if (c == ')' && --depth == 0)
			return true;
	}
	return false;
}

/* "(?i)" and the like at the top; true with *set if it is one. */
static bool take_options(struct scan *p, bool *bad)
{
	size_t at = p->at + 2;

	if (peek(p, 1) != '?')
		return false;
	while (at < p->s.len && p->s.data[at] && strchr("imsxnJU^-", p->s.data[at]))
		at++;
	if (at >= p->s.len || p->s.data[at] != ')')
		return false;
	for (size_t i = p->at + 2; i < at; i++)
		*bad |= p->s.data[i] != 'i' && p->s.data[i] != 'm' && p->s.data[i] != 's';
	p->at = at + 1;
	return true;
}

/* {2}, {2,}, {2,5}; another brace is itself, which costs no more than a shorter literal. */
static void skip_counts(struct scan *p)
{
	p->at++;
	while (peek(p, 0) == ',' || (peek(p, 0) >= '0' && peek(p, 0) <= '9'))
		p->at++;
	if (peek(p, 0) == '}')
		p->at++;
}

static bool take_escape(struct scan *p)
{
	char c = peek(p, 1);
	bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

	p->at += 2;
	if (!word && c && (unsigned char)c < 0x80) {
		add_char(p, c);
		return true;
	}
	end_run(p);
	return is_short_escape(c);
}

/* One piece of the pattern's top level; false if nothing can be said of it. */
static bool step(struct scan *p)
{
	bool bad = false;
	char c = peek(p, 0);

	switch (c) {
	case '\\':
		return take_escape(p);
	case '[':
		end_run(p);
		return skip_class(p);
	case '(':
		end_run(p);
		if (peek(p, 1) == '*')
			return false;
		return take_options(p, &bad) ? !bad : skip_group(p);
	case '|':
	case ')':
		return false;
	case '*':
	case '?':
		drop_last(p);
		break;
	case '{':
		drop_last(p);
		skip_counts(p);
		return true;
	case '+':
	case '.':
	case '^':
	case '$':
		end_run(p);
		break;
	default:
		add_char(p, c);
	}
	p->at++;
	return true;
}

/* Any "(?...i...)" makes the whole pattern count as caseless. */
static bool has_caseless(struct span s)
{
	for (size_t i = 0; i + 2 < s.len; i++) {
		if (s.data[i] != '(' || s.data[i + 1] != '?')
			continue;
		for (size_t j = i + 2; j < s.len && s.data[j] && strchr("imsxnJU^-", s.data[j]);
		     j++)
			if (s.data[j] == 'i')
				return true;
	}
	return false;
}

bool literal_required(struct span pattern, struct buf *out)
{
	struct scan p = {.s = pattern,
			 .run = BUF_INIT(pattern.len + 1),
			 .best = BUF_INIT(pattern.len + 1),
			 .caseless = has_caseless(pattern)};
	bool sure = true;

	while (sure && p.at < pattern.len)
		sure = step(&p);
	end_run(&p);
	sure = sure && p.best.len >= LITERAL_MIN;
	if (sure)
		buf_add_span(out, buf_span(&p.best));
	buf_release(&p.run);
	buf_release(&p.best);
	return sure;
}
