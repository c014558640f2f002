/*
 * Many phrases looked for in one text at once.
 */
#include "aiops-triage/knowledge/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-triage/knowledge/words.h"
#include "base/mem.h"

void phrases_init(struct phrases *ps)
{
	*ps = (struct phrases){0};
	map_init(&ps->by_word);
}

void phrases_release(struct phrases *ps)
{
	for (size_t i = 0; i < ps->n; i++)
		free(ps->items[i].text);
	free(ps->items);
	map_release(&ps->by_word);
	*ps = (struct phrases){0};
}

/* The longest word that no '*' touches (it might be part of a longer one in the text). */
static struct span longest_word(struct span phrase)
{
	struct span rest = phrase, word, best = SPAN_NONE;
	const char *end = phrase.data + phrase.len;

	while ((word = words_next(&rest)).len) {
		if (word.data > phrase.data && word.data[-1] == '*')
			continue;
		if (word.data + word.len < end && word.data[word.len] == '*')
			continue;
		if (word.len > best.len)
			best = word;
	}
	return best;
}

static size_t count_stars(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.data[i] == '*';
	return n;
}

static char *lowered(struct span s)
{
	char *copy = mem_dup(s.data, s.len);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = (char)lower_byte((unsigned char)copy[i]);
	return copy;
}

int phrases_add(struct phrases *ps, struct span text, size_t value, struct err *e)
{
	struct map_entry *entry;
	struct phrase *p;
	struct span word;

	text = span_trim(text);
	if (text.len > PHRASE_MAX_BYTES)
		return err_set(e, EX_BADCONFIG, "a phrase has at most %d bytes", PHRASE_MAX_BYTES);
	if (count_stars(text) >= PHRASE_MAX_PARTS)
		return err_set(e, EX_BADCONFIG, "a phrase has at most %d stars",
			       PHRASE_MAX_PARTS - 1);
	if (longest_word(text).len < PHRASE_MIN_WORD)
		return err_set(e, EX_BADCONFIG,
			       "a phrase needs a word of %d letters or more that no * touches",
			       PHRASE_MIN_WORD);
	mem_grow(ps->items, ps->cap, ps->n + 1);
	p = &ps->items[ps->n++];
	*p = (struct phrase){.text = lowered(text), .len = text.len, .value = value};
	word = longest_word(span_of(p->text, p->len));
	entry = map_put(&ps->by_word, word, NULL);
	p->next = (size_t)entry->value.num;
	entry->value.num = (int64_t)ps->n;
	return 0;
}

/* ---- one phrase ---- */

static bool same_nocase(const char *text, const char *lower, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower_byte((unsigned char)text[i]) != (unsigned char)lower[i])
			return false;
	return true;
}

/* Whether a word begins or ends at `at`: what stands on both sides is not one word. */
static bool at_boundary(struct span text, size_t at)
{
	return at == 0 || at == text.len || !is_word_byte((unsigned char)text.data[at - 1]) ||
	       !is_word_byte((unsigned char)text.data[at]);
}

/* Where part begins in text at or behind from, or SIZE_MAX. */
static size_t find_part(struct span text, size_t from, struct span part, bool left, bool right)
{
	for (size_t at = from; at <= text.len && part.len <= text.len - at; at++) {
		if (!same_nocase(text.data + at, part.data, part.len))
			continue;
		if ((!left || at_boundary(text, at)) &&
		    (!right || at_boundary(text, at + part.len)))
			return at;
	}
	return SIZE_MAX;
}

struct span phrase_match(struct span phrase, struct span text)
{
	size_t begin = SIZE_MAX, pos = 0, from = 0;

	while (from <= phrase.len) {
		const char *star = from < phrase.len
					   ? memchr(phrase.data + from, '*', phrase.len - from)
					   : NULL;
		size_t to = star ? (size_t)(star - phrase.data) : phrase.len;
		size_t at = find_part(text, pos, span_of(phrase.data + from, to - from), from == 0,
				      to == phrase.len);

		if (at == SIZE_MAX)
			return SPAN_NONE;
		if (begin == SIZE_MAX)
			begin = at;
		pos = at + (to - from);
		from = to + 1;
	}
	return span_of(text.data + begin, pos - begin);
}

/* ---- all of them ---- */

static size_t first_under(const struct phrases *ps, struct span word)
{
	char lower[PHRASE_MAX_BYTES];
	const struct map_entry *entry;

	if (word.len < PHRASE_MIN_WORD || word.len > sizeof lower)
		return 0;
	for (size_t i = 0; i < word.len; i++)
		lower[i] = (char)lower_byte((unsigned char)word.data[i]);
	entry = map_get(&ps->by_word, span_of(lower, word.len));
	return entry ? (size_t)entry->value.num : 0;
}

/* A text that repeats one word a thousand times is compared once for it. */
struct tried {
	size_t heads[32];
	size_t n;
};

static bool try_once(struct tried *t, size_t head)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->heads[i] == head)
			return false;
	if (t->n < sizeof t->heads / sizeof *t->heads)
		t->heads[t->n++] = head;
	return true;
}

void phrases_find(const struct phrases *ps, struct span text,
		  bool (*found)(void *ctx, size_t value, struct span covered), void *ctx)
{
	struct span rest = text, word;
	struct tried tried = {.n = 0};

	while ((word = words_next(&rest)).len) {
		size_t head = first_under(ps, word);

		if (!head || !try_once(&tried, head))
			continue;
		for (size_t i = head; i; i = ps->items[i - 1].next) {
			const struct phrase *p = &ps->items[i - 1];
			struct span covered = phrase_match(span_of(p->text, p->len), text);

			if (covered.data && !found(ctx, p->value, covered))
				return;
		}
	}
}
