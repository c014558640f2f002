/* Words of a log line, masked: see mask.h. */
#include "text/mask.h"

#include <string.h>

/* What a byte adds to the account of the part of a word that it stands in: counts of digits,
 * slashes and dots, 16 bits each (a line has fewer bytes), or what ends the part. */
#define DIGIT UINT64_C(1)
#define SLASH (UINT64_C(1) << 16)
#define DOT   (UINT64_C(1) << 32)
#define CUT   (UINT64_C(1) << 62) /* punctuation between the parts of a word */
#define SPACE (UINT64_C(1) << 63)

static const uint64_t weights[256] = {
	[0] = SPACE,    ['\t'] = SPACE, ['\n'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE,
	['\r'] = SPACE, [' '] = SPACE,  ['='] = CUT,    [':'] = CUT,    [','] = CUT,
	[';'] = CUT,    ['('] = CUT,    [')'] = CUT,    ['['] = CUT,    [']'] = CUT,
	['{'] = CUT,    ['}'] = CUT,    ['<'] = CUT,    ['>'] = CUT,    ['"'] = CUT,
	['\''] = CUT,   ['|'] = CUT,    ['0'] = DIGIT,  ['1'] = DIGIT,  ['2'] = DIGIT,
	['3'] = DIGIT,  ['4'] = DIGIT,  ['5'] = DIGIT,  ['6'] = DIGIT,  ['7'] = DIGIT,
	['8'] = DIGIT,  ['9'] = DIGIT,  ['/'] = SLASH,  ['\\'] = SLASH, ['.'] = DOT,
};

static uint64_t weight_of(char c)
{
	return weights[(uint8_t)c];
}

enum { WILD = 3 }; /* bytes of <*> */

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
	memcpy(w->end, "<*>", WILD);
	w->end += WILD;
	w->wild_end = w->end;
}

/* Last names of hosts: the rest of the world's country codes look like the ends of class names. */
static bool ends_as_host(struct span part)
{
	static const char *const ends[] = {".com", ".net",   ".org",      ".edu",  ".gov",
					   ".io",  ".local", ".internal", ".lan",  ".cn",
					   ".hk",  ".uk",    ".de",       ".cloud"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i]);

		if (part.len > n && memcmp(part.data + part.len - n, ends[i], n) == 0)
			return true;
	}
	return false;
}

/* A part without punctuation, p to q, with the sum of its weights: copied, or <*>. */
static void add_part(struct word *w, const char *p, const char *q, uint64_t account)
{
	size_t len = (size_t)(q - p);

	if (account % SLASH || account % DOT >= 2 * SLASH ||
	    (account >= 2 * DOT && ends_as_host(span_of(p, len)))) {
		add_wild(w);
		return;
	}
	memcpy(w->end, p, len);
	w->end += len;
}

/* A line may have been masked before, as the text of a template was. */
static bool at_wild(const char *p, const char *end)
{
	return end - p >= WILD && memcmp(p, "<*>", WILD) == 0;
}

/* The word that begins at p. Returns its end in the line. What would be written behind limit is
 * one <*>, with the rest of the line. */
static const char *take_word(const char *p, const char *end, struct word *w, const char *limit)
{
	for (;;) {
		const char *part = p;
		uint64_t account = 0, weight = 0;

		for (; p < end && (weight = weight_of(*p)) < CUT; p++)
			account += weight;
		if (p - part >= limit - w->end) {
			add_wild(w);
			return end;
		}
		if (p > part)
			add_part(w, part, p, account);
		if (p == end || weight == SPACE)
			return p;
		if (at_wild(p, end)) {
			add_wild(w);
			p += WILD;
		} else {
			*w->end++ = *p++;
		}
	}
}

/* Units that change with the size of a number: 900 B and 1.2 KB are one thing. */
static bool is_unit(struct span word)
{
	static const char units[][4] = {"B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB"};

	for (size_t i = 0; word.len < sizeof *units && i < sizeof units / sizeof *units; i++)
		if (memcmp(word.data, units[i], word.len) == 0 && !units[i][word.len])
			return true;
	return false;
}

/* Keeps the word, unless it is a <*> behind another, or the unit of a number. */
static void keep(struct masked *m, const struct word *w)
{
	size_t len = (size_t)(w->end - w->begin);
	bool wild = len == WILD && w->wild_end == w->end;

	if (m->n && m->words[m->n - 1].wild && (wild || is_unit(span_of(w->begin, len))))
		return;
	m->words[m->n++] = (struct mask_word){(uint16_t)(w->begin - m->text), (uint16_t)len, wild,
					      w->wild_end != NULL};
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

		while (p < end && weight_of(*p) == SPACE)
			p++;
		if (p == end)
			break;
		w.end = w.begin;
		if (m->n == MASK_WORDS_MAX - 1) {
			add_wild(&w);
			p = end;
		} else {
			p = take_word(p, end, &w, m->text + MASK_BYTES_MAX - WILD);
		}
		if (m->n)
			m->text[m->len] = ' ';
		keep(m, &w);
	}
}
