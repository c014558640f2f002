/* Drain: see template.h. */
#include "text/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/map.h"
#include "base/mem.h"
#include "text/template_tree.h"

#define LEAF_MAX 64 /* templates in a leaf; a new one then joins the most similar */
/* Lines that were just looked up, by their masked text: most lines of a log are like one of the
 * last few hundred. */
#define RECENT_SLOTS 1024 /* a power of two */
#define RECENT_BYTES 232  /* longer lines are not remembered */

/* What a line led to, true as long as no template was made, widened or forgotten since. */
struct recent {
	struct template *t;
	uint64_t change;
	uint32_t len;
	char text[RECENT_BYTES];
};

struct miner {
	size_t max, live;
	uint64_t serial;                  /* templates made so far */
	struct map nodes;                 /* template_tree.h */
	struct template *oldest, *newest; /* by when they were last seen */
	struct masked line;
	uint64_t change; /* counts what may lead a line elsewhere; from 1 on */
	struct recent *recent;
	void (*evicted)(void *ctx, struct template *t);
	void *ctx;
};

struct miner *miner_new(size_t max, void (*evicted)(void *ctx, struct template *t), void *ctx)
{
	struct miner *m = mem_zalloc(sizeof *m);

	m->max = max ? max : 1;
	m->evicted = evicted;
	m->ctx = ctx;
	m->change = 1;
	m->recent = mem_zalloc(RECENT_SLOTS * sizeof *m->recent);
	map_init(&m->nodes);
	return m;
}

static void template_free(struct template *t)
{
	free(t->words);
	free(t->text);
	free(t);
}

/* ---- the order of use ---- */

static void unlink_use(struct miner *m, struct template *t)
{
	*(t->newer ? &t->newer->older : &m->newest) = t->older;
	*(t->older ? &t->older->newer : &m->oldest) = t->newer;
}

static void link_newest(struct miner *m, struct template *t)
{
	t->older = m->newest;
	t->newer = NULL;
	*(m->newest ? &m->newest->newer : &m->oldest) = t;
	m->newest = t;
}

static void touch(struct miner *m, struct template *t)
{
	if (m->newest == t)
		return;
	unlink_use(m, t);
	link_newest(m, t);
}

static void forget(struct miner *m, struct template *t)
{
	struct template **at = &t->leaf->first;

	if (m->evicted)
		m->evicted(m->ctx, t);
	while (*at != t)
		at = &(*at)->next_in_leaf;
	*at = t->next_in_leaf;
	unlink_use(m, t);
	if (!t->leaf->first)
		drain_prune(&m->nodes, t->leaf);
	m->live--;
	m->change++;
	template_free(t);
}

/* ---- templates ---- */

static void set_words(struct template *t, const struct masked *line)
{
	free(t->words);
	free(t->text);
	t->text = mem_dup(line->text, line->len);
	t->n = line->n;
	t->words = mem_array(NULL, t->n ? t->n : 1, sizeof *t->words);
	memcpy(t->words, line->words, t->n * sizeof *t->words);
}

/* The words that differ become <*>: the template's text is written anew into the miner's line. */
static void widen(struct miner *m, struct template *t)
{
	struct masked *line = &m->line;
	struct buf text = BUF_INIT(sizeof line->text);
	bool changed = false;

	for (size_t i = 0; i < t->n; i++) {
		struct mask_word *word = &line->words[i], *old = &t->words[i];
		bool same = old->len == word->len &&
			    memcmp(t->text + old->at, line->text + word->at, old->len) == 0;
		size_t at = text.len + (i > 0);

		changed |= !same && !old->wild;
		if (i)
			buf_add_char(&text, ' ');
		buf_add_span(&text, same ? mask_word(line, i) : SPAN("<*>"));
		*word = (struct mask_word){(uint16_t)at, (uint16_t)(text.len - at),
					   word->wild || !same, word->varies || !same};
	}
	if (changed) {
		memcpy(line->text, text.data, text.len);
		line->len = text.len;
		set_words(t, line);
		m->change++;
	}
	buf_release(&text);
}

/* In its leaf by age, and the latest seen. */
static struct template *make(struct miner *m, struct leaf *leaf, uint64_t serial)
{
	struct template *t = mem_zalloc(sizeof *t), **at = &leaf->first;

	while (*at && (*at)->serial < serial)
		at = &(*at)->next_in_leaf;
	t->next_in_leaf = *at;
	*at = t;
	t->leaf = leaf;
	t->serial = serial;
	set_words(t, &m->line);
	link_newest(m, t);
	m->live++;
	m->change++;
	return t;
}

static void name(struct template *t)
{
	struct span text = span_cstr(t->text);
	struct digest d = digest_of(&text, 1);
	char hex[DIGEST_HEX + 1];

	digest_hex(&d, hex);
	memcpy(t->id, hex, TEMPLATE_ID_LEN);
}

/* ---- lines that were just looked up ---- */

static struct recent *recent_slot(const struct miner *m)
{
	uint64_t h = m->line.len, word;
	const char *p = m->line.text;

	for (size_t left = m->line.len; left; left -= left < sizeof word ? left : sizeof word) {
		size_t n = left < sizeof word ? left : sizeof word;

		word = 0;
		memcpy(&word, p, n);
		h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		h ^= h >> 29;
		p += n;
	}
	return &m->recent[h & (RECENT_SLOTS - 1)];
}

static bool is_recent(const struct miner *m, const struct recent *r)
{
	return r->change == m->change && r->len == m->line.len &&
	       memcmp(r->text, m->line.text, r->len) == 0;
}

/* Only what left everything as it was may be remembered: it does so again. */
static void remember(const struct miner *m, struct recent *r, struct template *t)
{
	r->t = t;
	r->change = m->change;
	r->len = (uint32_t)m->line.len;
	memcpy(r->text, m->line.text, r->len);
}

/* ---- lines ---- */

/* The template of the masked line, made or widened if need be. */
static struct template *place_line(struct miner *m, bool *added)
{
	struct span way[LEVELS];
	struct template *t;
	struct leaf *leaf;
	bool enough = false;
	size_t crowd = 0;

	(void)drain_way(&m->nodes, &m->line, true, way); /* it is there, or may be made */
	leaf = drain_leaf(&m->nodes, m->line.n, way, false);
	t = leaf ? drain_most_alike(leaf, &m->line, &enough, &crowd) : NULL;
	if (t && (enough || crowd >= LEAF_MAX)) {
		widen(m, t);
		return t;
	}
	if (m->live >= m->max)
		forget(m, m->oldest);
	t = make(m, drain_leaf(&m->nodes, m->line.n, way, true), m->serial++);
	name(t);
	*added = true;
	return t;
}

struct template *miner_add(struct miner *m, struct span line, bool *added)
{
	struct recent *recent = NULL;
	struct template *t;
	bool fresh = false;

	mask_line(line, &m->line);
	if (m->line.n && m->line.len <= RECENT_BYTES)
		recent = recent_slot(m);
	if (m->line.n == 0) {
		t = NULL;
	} else if (recent && is_recent(m, recent)) {
		t = recent->t;
	} else {
		uint64_t before = m->change;

		t = place_line(m, &fresh);
		if (recent && before == m->change)
			remember(m, recent, t);
	}
	if (added)
		*added = fresh;
	if (t) {
		touch(m, t);
		t->count++;
	}
	return t;
}

const struct template *miner_find(struct miner *m, struct span line)
{
	struct span way[LEVELS];
	struct leaf *leaf = NULL;
	struct template *t;
	bool enough = false;
	size_t crowd = 0;

	mask_line(line, &m->line);
	if (m->line.n && drain_way(&m->nodes, &m->line, false, way))
		leaf = drain_leaf(&m->nodes, m->line.n, way, false);
	t = leaf ? drain_most_alike(leaf, &m->line, &enough, &crowd) : NULL;
	return enough || crowd >= LEAF_MAX ? t : NULL;
}

struct template_saved template_save(const struct template *t)
{
	struct template_saved s = {
		span_cstr(t->text), span_cstr(t->id), t->count, t->serial, {SPAN_NONE, SPAN_NONE}};

	for (size_t i = 0; i < t->leaf->levels; i++)
		s.way[i] = span_cstr(t->leaf->words[i]);
	return s;
}

/* True if masking would leave the word as it is; *out is what it is then. */
static bool is_masked_word(struct span word, struct mask_word *out)
{
	struct masked m;

	mask_line(word, &m);
	if (m.n != 1 || !span_eq(word, span_of(m.text, m.len)))
		return false;
	*out = m.words[0];
	return true;
}

/* Takes a template's text apart where it was put together. False if it is none: then it holds
 * what would have been masked. */
static bool take_text(struct span text, struct masked *out)
{
	struct mask_word one;
	const char *p = text.data, *end = text.data + text.len;

	out->n = 0;
	if (text.len == 0 || text.len > sizeof out->text)
		return false;
	memcpy(out->text, text.data, text.len);
	out->len = text.len;
	for (; p <= end; p++) {
		const char *space = memchr(p, ' ', (size_t)(end - p));
		struct span word = span_of(p, (size_t)((space ? space : end) - p));

		if (out->n == MASK_WORDS_MAX || !is_masked_word(word, &one))
			return false;
		one.at = (uint16_t)(p - text.data);
		out->words[out->n++] = one;
		p += word.len;
	}
	return true;
}

static bool is_id(struct span id)
{
	uint8_t bytes[TEMPLATE_ID_LEN / 2];

	return hex_decode(id, bytes, sizeof bytes) == 0;
}

struct template *miner_restore(struct miner *m, const struct template_saved *saved)
{
	struct mask_word word;
	struct template *t;

	if (!take_text(saved->text, &m->line) || !is_id(saved->id) || m->live >= m->max)
		return NULL;
	for (size_t i = 0; i < drain_levels(m->line.n); i++)
		if (!is_masked_word(saved->way[i], &word))
			return NULL;
	t = make(m, drain_leaf(&m->nodes, m->line.n, saved->way, true), saved->serial);
	memcpy(t->id, saved->id.data, TEMPLATE_ID_LEN);
	t->count = saved->count;
	m->serial = saved->serial >= m->serial ? saved->serial + 1 : m->serial;
	return t;
}

struct template *miner_next(const struct miner *m, const struct template *after)
{
	return after ? after->newer : m->oldest;
}

size_t miner_count(const struct miner *m)
{
	return m->live;
}

void miner_free(struct miner *m)
{
	if (!m)
		return;
	m->evicted = NULL;
	while (m->oldest)
		forget(m, m->oldest);
	map_release(&m->nodes);
	free(m->recent);
	free(m);
}
