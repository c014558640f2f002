/* Lines against the shapes of lines before them: see scan.h. */
#include "record/scan.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "record/scan_impl.h"

/* Lines that may be learnt before one of them must have fitted again, and how many a
 * fit is worth; without credit, one line in so many is tried. */
#define CREDIT_FIRST 16
#define CREDIT_MAX   64
#define SKIP_LINES   64

struct scan *scan_new(void)
{
	struct scan *s = mem_zalloc(sizeof *s);
	uint8_t seed[16];

	for (size_t i = 0; i < SCAN_SHAPES; i++) {
		s->order[i] = i;
		buf_init(&s->shapes[i].key, 2 * SCAN_LINE_MAX);
	}
	s->credit = CREDIT_FIRST;
	/* so that no two scanners give the same number, and who compares them need not care */
	map_seed(seed);
	memcpy(&s->version, seed, sizeof s->version);
	return s;
}

void scan_free(struct scan *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < SCAN_SHAPES; i++)
		shape_release(&s->shapes[i]);
	free(s);
}

void scan_watch(struct scan *s, const char *const *paths, size_t n, size_t n_key)
{
	s->paths = paths;
	s->n_paths = n < SCAN_PATHS ? n : SCAN_PATHS;
	s->n_key = n_key < s->n_paths ? n_key : s->n_paths;
	for (size_t i = 0; i < SCAN_SHAPES; i++)
		s->shapes[i].used = false;
	s->now = NULL;
}

/* ---- one slot that varies: behind its token, or NULL ---- */

static const char *take_number(struct shape *sh, struct slot *slot, const char *p, const char *end)
{
	double d;
	const char *behind = scan_number(p, end, &d);

	if (!behind)
		return NULL;
	sh->words[slot->word] = (uint64_t)'d' << 56;
	memcpy(&sh->words[slot->word + 1], &d, sizeof d);
	sh->key_stale |= slot->key;
	return behind;
}

static const char *take_atom(struct shape *sh, struct slot *slot, const char *p, const char *end)
{
	static const struct span atoms[] = {{"true", 4}, {"false", 5}, {"null", 4}};

	for (size_t i = 0; i < sizeof atoms / sizeof *atoms; i++) {
		struct span a = atoms[i];

		if ((size_t)(end - p) < a.len || memcmp(p, a.data, a.len) != 0)
			continue;
		sh->words[slot->word] = (uint64_t)(unsigned char)*p << 56;
		sh->key_stale |= slot->key;
		return p + a.len;
	}
	return NULL;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each byte that is zero in v; of bytes above one too, never of ones below. */
static uint64_t zero_bytes(uint64_t v)
{
	return (v - EACH(1)) & ~v & EACH(0x80);
}

/* The first byte from p on that is a quote, a backslash, a control character or above 127. */
static const char *plain_end(const char *p, const char *end)
{
	for (; p < end; p += 8) {
		uint64_t v, found;

		memcpy(&v, p, sizeof v); /* the padding covers what is behind end */
		v = le64toh(v);
		found = zero_bytes(v ^ EACH('"')) | zero_bytes(v ^ EACH('\\')) |
			((v - EACH(0x20)) & ~v & EACH(0x80)) | (v & EACH(0x80));
		if (found)
			return p + (__builtin_ctzll(found) >> 3);
	}
	return p;
}

static const char *take_string(struct shape *sh, struct slot *slot, const char *p, const char *end)
{
	uint8_t *text = sh->strings + slot->text;
	const char *quote;
	uint32_t len;

	if (*p++ != '"')
		return NULL;
	memcpy(&len, text - sizeof len, sizeof len);
	if (slot->plain && (size_t)(end - p) > len && p[len] == '"' && memcmp(p, text, len) == 0)
		return p + len + 1;
	quote = plain_end(p, end);
	if (quote >= end || *quote != '"' || (size_t)(quote - p) > slot->room)
		return NULL;
	len = (uint32_t)(quote - p);
	memcpy(text - sizeof len, &len, sizeof len);
	memcpy(text, p, len);
	text[len] = '\0';
	slot->plain = true;
	sh->key_stale |= slot->key;
	return quote + 1;
}

static const char *take(struct shape *sh, struct slot *slot, const char *p, const char *end)
{
	if (slot->type == SLOT_NUMBER)
		return take_number(sh, slot, p, end);
	if (slot->type == SLOT_STRING)
		return take_string(sh, slot, p, end);
	return take_atom(sh, slot, p, end);
}

/* ---- one line ---- */

/*
 * memcmp for the short runs between values, in place: a call costs more than the
 * comparison. Both sides are readable for 8 bytes behind.
 */
static bool same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t x, y;

	for (; n >= sizeof x; n -= sizeof x, a += sizeof x, b += sizeof x) {
		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		if (x != y)
			return false;
	}
	if (n == 0)
		return true;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return le64toh(x ^ y) << (64 - 8 * n) == 0;
}

enum fit { FITS, NO_FIT, TRY_AGAIN };

/*
 * The line is another than the shape's somewhere between from and to. If that is
 * in a slot, or right behind one (a longer number), the slot varies from now on.
 */
static enum fit loosen(struct shape *sh, size_t from, size_t to, const char *p, size_t have)
{
	size_t n = 0;

	while (n < have && from + n < to && p[n] == sh->line[from + n])
		n++;
	for (size_t i = 0; i < sh->n_slots; i++) {
		struct slot *slot = &sh->slots[i];

		if (slot->varies || from + n < slot->at || from + n > slot->at + slot->len)
			continue;
		slot->varies = true;
		sh->key_stale |= slot->key;
		shape_list_varying(sh);
		return TRY_AGAIN;
	}
	return NO_FIT;
}

static enum fit fit(struct shape *sh, struct span line)
{
	const char *p = line.data, *end = p + line.len;
	size_t at = 0, run;

	for (size_t i = 0; i < sh->n_varying; i++) {
		struct slot *slot = &sh->slots[sh->varying[i]];

		run = slot->at - at;
		if ((size_t)(end - p) <= run || !same_bytes(p, sh->line + at, run))
			return loosen(sh, at, slot->at, p, (size_t)(end - p));
		p += run;
		slot->now_at = (uint32_t)(p - line.data);
		p = take(sh, slot, p, end);
		if (!p)
			return NO_FIT;
		slot->now_len = (uint32_t)(p - line.data) - slot->now_at;
		at = slot->at + slot->len;
	}
	run = sh->len - at;
	if ((size_t)(end - p) != run || !same_bytes(p, sh->line + at, run))
		return loosen(sh, at, sh->len, p, (size_t)(end - p));
	return FITS;
}

static void move_to_front(size_t *order, size_t i)
{
	size_t first = order[i];

	memmove(order + 1, order, i * sizeof *order);
	order[0] = first;
}

bool scan_line(struct scan *s, struct span line, struct tape *out)
{
	for (size_t i = 0; i < SCAN_SHAPES; i++) {
		struct shape *sh = &s->shapes[s->order[i]];
		enum fit how = sh->used ? TRY_AGAIN : NO_FIT;

		while (how == TRY_AGAIN)
			how = fit(sh, line);
		if (how != FITS)
			continue;
		if (i > 0)
			move_to_front(s->order, i);
		s->credit = s->credit < CREDIT_MAX ? s->credit + 1 : s->credit;
		s->now = sh;
		s->line = line;
		*out = (struct tape){sh->words, sh->strings};
		return true;
	}
	s->now = NULL;
	return false;
}

void scan_learn(struct scan *s, struct span line, const struct tape *t)
{
	size_t last = SCAN_SHAPES - 1;

	s->now = NULL;
	if (s->credit == 0 && ++s->skipped < SKIP_LINES)
		return;
	s->skipped = 0;
	s->credit -= s->credit > 0;
	if (!shape_learn(&s->shapes[s->order[last]], line, t, s->paths, s->n_paths, s->n_key))
		return;
	move_to_front(s->order, last);
	s->now = &s->shapes[s->order[0]];
	s->line = line;
}

/* ---- the key ---- */

/* Appends bytes from to to of the shape's line as they are in the current one. */
static void add_current(const struct scan *s, size_t from, size_t to, struct buf *out)
{
	const struct shape *sh = s->now;

	for (size_t i = 0; i < sh->n_varying; i++) {
		const struct slot *slot = &sh->slots[sh->varying[i]];

		if (slot->at < from || slot->at >= to)
			continue;
		buf_add(out, sh->line + from, slot->at - from);
		buf_add(out, s->line.data + slot->now_at, slot->now_len);
		from = slot->at + slot->len;
	}
	buf_add(out, sh->line + from, to - from);
}

void scan_make_key(struct scan *s)
{
	struct shape *sh = s->now;

	buf_clear(&sh->key);
	for (size_t i = 0; i < s->n_key; i++) {
		/* a token from one line holds no LF */
		buf_add_char(&sh->key, '\n');
		add_current(s, sh->places[i].from, sh->places[i].to, &sh->key);
	}
	sh->key_version = ++s->version;
	sh->key_stale = false;
}
