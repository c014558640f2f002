/* Words of a log line, masked: see mask.h. */
#include "text/mask.h"

#include <string.h>

enum class {
	PLAIN,
	SPACE,
	CUT, /* punctuation between the parts of a word */
	DIGIT,
	SLASH,
};

static const uint8_t classes[256] = {
	[0] = SPACE,    ['\t'] = SPACE, ['\n'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE,
	['\r'] = SPACE, [' '] = SPACE,  ['='] = CUT,    [':'] = CUT,    [','] = CUT,
	[';'] = CUT,    ['('] = CUT,    [')'] = CUT,    ['['] = CUT,    [']'] = CUT,
	['{'] = CUT,    ['}'] = CUT,    ['<'] = CUT,    ['>'] = CUT,    ['"'] = CUT,
	['\''] = CUT,   ['|'] = CUT,    ['0'] = DIGIT,  ['1'] = DIGIT,  ['2'] = DIGIT,
	['3'] = DIGIT,  ['4'] = DIGIT,  ['5'] = DIGIT,  ['6'] = DIGIT,  ['7'] = DIGIT,
	['8'] = DIGIT,  ['9'] = DIGIT,  ['/'] = SLASH,  ['\\'] = SLASH,
};

static enum class class_of(char c) { return (enum class)classes[(uint8_t)c]; }

/* Where a word is being written. */
struct word {
	char *begin, *end;
	const char *wild_end; /* behind the last <*> of the word, NULL: none */
};

/* Separators that stand inside one thing: 10.0.0.1:50010, 12:30:00,123. */
static bool joins(char c)
{
	return c == ':' || c == ',';
}

static void add_wild(struct word *w)
{
	if (w->wild_end && w->end == w->wild_end)
		return;
	if (w->wild_end && w->end == w->wild_end + 1 && joins(w->end[-1])) {
		w->end--;
		return;
	}
	memcpy(w->end, "<*>", 3);
	w->end += 3;
	w->wild_end = w->end;
}

/* A part without punctuation, p to q: copied, or <*>. */
static void add_part(struct word *w, const char *p, const char *q, bool digit, int slashes)
{
	if (p == q)
		return;
	if (digit || slashes > 1) {
		add_wild(w);
		return;
	}
	memcpy(w->end, p, (size_t)(q - p));
	w->end += q - p;
}

/* The word that begins at p. Returns its end in the line. */
static const char *take_word(const char *p, const char *end, struct word *w)
{
	const char *part = p;
	bool digit = false;
	int slashes = 0;

	for (; p < end; p++) {
		switch (class_of(*p)) {
		case PLAIN:
			continue;
		case DIGIT:
			digit = true;
			continue;
		case SLASH:
			slashes++;
			continue;
		case CUT:
			add_part(w, part, p, digit, slashes);
			*w->end++ = *p;
			part = p + 1;
			digit = false;
			slashes = 0;
			continue;
		case SPACE:
			add_part(w, part, p, digit, slashes);
			return p;
		}
	}
	add_part(w, part, p, digit, slashes);
	return p;
}

/* Keeps the word, unless it is a <*> behind another. */
static void keep(struct masked *m, const struct word *w)
{
	size_t len = (size_t)(w->end - w->begin);
	bool wild = len == 3 && w->wild_end == w->end;

	if (wild && m->n && m->words[m->n - 1].wild)
		return;
	m->words[m->n++] = (struct mask_word){(uint16_t)(w->begin - m->text), (uint16_t)len, wild};
	m->len = (size_t)(w->end - m->text);
}

void mask_line(struct span line, struct masked *m)
{
	const char *p = line.data,
		   *end = p + (line.len < MASK_BYTES_MAX ? line.len : MASK_BYTES_MAX);

	m->n = 0;
	m->len = 0;
	for (;;) {
		struct word w = {m->text + m->len + (m->n ? 1 : 0), NULL, NULL};

		while (p < end && class_of(*p) == SPACE)
			p++;
		if (p == end)
			break;
		w.end = w.begin;
		if (m->n == MASK_WORDS_MAX - 1) {
			add_wild(&w);
			p = end;
		} else {
			p = take_word(p, end, &w);
		}
		if (m->n)
			m->text[m->len] = ' ';
		keep(m, &w);
	}
}
