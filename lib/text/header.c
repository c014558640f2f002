/* The header of log lines: see header.h. */
#include "text/header.h"

#include <string.h>

#define NEARLY_ALL    0.9
#define BRACKET_MAX   512 /* bytes of one thing in brackets, spaces included */
#define NAMES_BETWEEN 3   /* columns of names between typed ones, or in front of a colon */
#define WORD_MOST     10  /* bytes of a level or a month */

struct column {
	bool typed, colon, dash;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_level_or_day(struct span w)
{
	static const char *const words[] = {
		"info",  "warn",   "warning", "error",   "err",      "debug", "fatal",
		"trace", "notice", "severe",  "failure", "critical", "crit",  "alert",
		"emerg", "panic",  "verbose", "d",       "i",        "w",     "e",
		"f",     "v",      "jan",     "feb",     "mar",      "apr",   "may",
		"jun",   "jul",    "aug",     "sep",     "oct",      "nov",   "dec",
		"mon",   "tue",    "wed",     "thu",     "fri",      "sat",   "sun",
	};

	if (w.len > WORD_MOST)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq_nocase(w, span_cstr(words[i])))
			return true;
	return false;
}

/* Digits with what stands between those of times and numbers; T, Z and hexadecimal digits are the
 * letters they may have. */
static bool is_number(struct span w)
{
	size_t digits = 0;

	for (size_t i = 0; i < w.len; i++) {
		if (is_digit(w.data[i]))
			digits++;
		else if (is_letter(w.data[i]) && w.data[i] != 'T' && w.data[i] != 'Z')
			return false;
		else if (!is_letter(w.data[i]) && !strchr(".,:/-+", w.data[i]))
			return false;
	}
	return digits > 0;
}

static bool holds_digit(struct span w)
{
	for (size_t i = 0; i < w.len; i++)
		if (is_digit(w.data[i]))
			return true;
	return false;
}

static struct span without_brackets(struct span w)
{
	while (w.len && strchr("[](){}<>\"',:;", w.data[0]))
		w = span_of(w.data + 1, w.len - 1);
	while (w.len && strchr("[](){}<>\"',:;", w.data[w.len - 1]))
		w.len--;
	return w;
}

static struct column judge(struct span w)
{
	struct span inner = without_brackets(w);
	bool bracketed = w.data[0] == '[' && w.len > 2;

	return (struct column){
		.typed =
			is_number(inner) || is_level_or_day(inner) || (bracketed && holds_digit(w)),
		.colon = w.len > 1 && w.data[w.len - 1] == ':',
		.dash = w.len == 1 && w.data[0] == '-',
	};
}

/* The end of a thing in brackets that begins at p, or NULL. */
static const char *bracket_end(const char *p, const char *end)
{
	int depth = 0;

	if ((size_t)(end - p) > BRACKET_MAX)
		end = p + BRACKET_MAX;
	for (; p < end; p++) {
		depth += (*p == '[') - (*p == ']');
		if (depth == 0)
			return p + 1;
	}
	return NULL;
}

/* The next column: a word, or a thing in brackets with its spaces; '|' ends one too. Moves *rest
 * behind it. False where nothing would be left of the line. */
static bool next_column(struct span *rest, struct span *word)
{
	const char *p = rest->data, *end = p + rest->len, *q, *closed;

	while (p < end && is_space(*p))
		p++;
	q = p;
	closed = p < end && *p == '[' ? bracket_end(p, end) : NULL;
	if (closed)
		q = closed;
	while (q < end && !is_space(*q) && *q != '|')
		q++;
	*word = span_of(p, (size_t)(q - p));
	while (q < end && (is_space(*q) || *q == '|'))
		q++;
	*rest = span_of(q, (size_t)(end - q));
	return word->len > 0 && rest->len > 0;
}

void header_learn(struct header *h, struct span line)
{
	struct span word;

	h->lines++;
	for (size_t i = 0; i < HEADER_COLUMNS && next_column(&line, &word); i++) {
		struct column c = judge(word);

		h->seen[i]++;
		h->typed[i] += c.typed;
		h->colon[i] += c.colon;
		h->dash[i] += c.dash;
	}
}

static bool nearly_all(const struct header *h, const uint32_t *counts, size_t i)
{
	return i < HEADER_COLUMNS && (double)counts[i] >= NEARLY_ALL * (double)h->lines;
}

void header_decide(struct header *h)
{
	size_t columns = 0;

	if (h->lines == 0)
		return;
	for (size_t i = 0; i < HEADER_COLUMNS && i <= columns + NAMES_BETWEEN; i++) {
		h->must_be_typed[i] = nearly_all(h, h->typed, i);
		if (h->must_be_typed[i] || (columns && nearly_all(h, h->dash, i)))
			columns = i + 1;
	}
	for (size_t i = columns; columns && i <= columns + NAMES_BETWEEN; i++)
		if (nearly_all(h, h->colon, i)) {
			columns = i + 1;
			break;
		}
	h->columns = columns;
}

struct span header_strip(const struct header *h, struct span line)
{
	struct span rest = line, word;

	for (size_t i = 0; i < h->columns; i++)
		if (!next_column(&rest, &word) || (h->must_be_typed[i] && !judge(word).typed))
			return line;
	return rest;
}
