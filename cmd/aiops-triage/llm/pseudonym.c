/*
 * Pseudonyms, there and back.
 */
#include "aiops-triage/llm/pseudonym.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/llm/personal.h"
#include "base/digest.h"
#include "base/map.h"
#include "base/mem.h"
#include "text/encoded.h"
#include "text/redact.h"
#include "text/secret.h"

#define NAME_BYTES 80
/* Hexadecimal digits of a name; twice as many if two values met. */
#define TAG_BYTES 4
/* A shorter value than this may well stand elsewhere by chance. */
#define CHECKED_BYTES 6

struct hidden {
	char *value; /* owned */
	size_t len;
	char name[NAME_BYTES]; /* with < and > */
	bool secret;
};

struct pseudonyms {
	uint8_t key[crypto_generichash_KEYBYTES];
	struct hidden *items;
	size_t n, cap;
	struct map by_value, by_name; /* to index + 1; values with their type in front */
	struct map counts;
	struct buf room; /* for decoding */
};

struct pseudonyms *pseudonyms_new(const struct env *env)
{
	struct pseudonyms *p = mem_zalloc(sizeof *p);

	env_random(env, p->key, sizeof p->key);
	map_init(&p->by_value);
	map_init(&p->by_name);
	map_init(&p->counts);
	p->room = BUF_INIT(2u << 20);
	return p;
}

void pseudonyms_free(struct pseudonyms *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		sodium_memzero(p->items[i].value, p->items[i].len);
		free(p->items[i].value);
	}
	free(p->items);
	map_release(&p->by_value);
	map_release(&p->by_name);
	map_release(&p->counts);
	buf_release(&p->room);
	sodium_memzero(p->key, sizeof p->key);
	free(p);
}

/* ---- names ---- */

static void make_name(struct pseudonyms *p, struct hidden *h, const char *type, struct span value)
{
	uint8_t hash[crypto_generichash_BYTES];
	char hex[4 * TAG_BYTES + 1];
	struct buf name = BUF_INIT(NAME_BYTES - 1);
	size_t bytes = TAG_BYTES;

	/* always 0: the sizes are right */
	(void)crypto_generichash(hash, sizeof hash, (const unsigned char *)value.data, value.len,
				 p->key, sizeof p->key);
	for (;;) {
		buf_clear(&name);
		hex_encode(hash, bytes, hex);
		buf_addf(&name, "<%.40s#%s>", type, hex);
		if (bytes > TAG_BYTES || !map_get(&p->by_name, buf_span(&name)))
			break;
		bytes = 2 * TAG_BYTES;
	}
	memcpy(h->name, name.data, name.len);
	buf_release(&name);
}

static const struct hidden *name_of(struct pseudonyms *p, const char *type, struct span value,
				    bool secret)
{
	struct buf key = BUF_INIT(2u << 20);
	struct map_entry *en;
	struct hidden *h;
	bool added;

	buf_add_cstr(&key, type);
	buf_add_char(&key, ' ');
	buf_add_span(&key, value);
	en = map_put(&p->by_value, buf_span(&key), &added);
	buf_release(&key);
	if (!added)
		return &p->items[en->value.num - 1];
	mem_grow(p->items, p->cap, p->n + 1);
	h = &p->items[p->n];
	*h = (struct hidden){
		.value = mem_dup(value.data, value.len), .len = value.len, .secret = secret};
	make_name(p, h, type, value);
	en->value.num = (int64_t)++p->n;
	map_put(&p->by_name, span_cstr(h->name), NULL)->value.num = (int64_t)p->n;
	map_put(&p->counts, span_cstr(type), NULL)->value.num++;
	return h;
}

/* ---- hiding ---- */

static void hide_personal(struct pseudonyms *p, struct span text, struct buf *out)
{
	struct personal found;
	size_t at = 0;

	while (personal_next(text, at, &found)) {
		struct span value = span_of(text.data + found.begin, found.end - found.begin);

		buf_add(out, text.data + at, found.begin - at);
		buf_add_cstr(out, name_of(p, personal_name(found.type), value,
					  found.type == PERSONAL_CARD)
					  ->name);
		at = found.end;
	}
	buf_add(out, text.data + at, text.len - at);
}

/* Whichever secret comes first: in plain text, or encoded. */
static bool next_secret(struct pseudonyms *p, struct span text, size_t from, struct secret *out)
{
	struct secret plain, encoded;
	bool a = secret_next(text, from, &plain);
	bool b = encoded_next(text, from, &p->room, &encoded);

	if (!a && !b)
		return false;
	*out = a && (!b || plain.begin <= encoded.begin) ? plain : encoded;
	return true;
}

void pseudonyms_hide(struct pseudonyms *p, struct span text, struct buf *out)
{
	struct secret s;
	size_t at = 0;

	while (next_secret(p, text, at, &s) && s.end > at) {
		char type[40] = "HIDDEN:";
		size_t n = strlen(s.type);

		if (s.begin < at)
			s.begin = at;
		memcpy(type + 7, s.type, n < sizeof type - 8 ? n : sizeof type - 8);
		hide_personal(p, span_of(text.data + at, s.begin - at), out);
		buf_add_cstr(out,
			     name_of(p, type, span_of(text.data + s.begin, s.end - s.begin), true)
				     ->name);
		at = s.end;
	}
	hide_personal(p, span_of(text.data ? text.data + at : "", text.len - at), out);
}

/* ---- showing ---- */

void pseudonyms_show(const struct pseudonyms *p, struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len;) {
		const char *end =
			text.data[i] == '<' ? memchr(text.data + i, '>', text.len - i) : NULL;
		size_t n = end ? (size_t)(end - text.data) - i + 1 : 0;
		struct map_entry *en = n ? map_get(&p->by_name, span_of(text.data + i, n)) : NULL;

		if (en && !p->items[en->value.num - 1].secret) {
			buf_add(out, p->items[en->value.num - 1].value,
				p->items[en->value.num - 1].len);
			i += n;
		} else {
			buf_add_char(out, text.data[i++]);
		}
	}
}

/* ---- the last look ---- */

int pseudonyms_check(const struct pseudonyms *p, struct span sent, struct err *e)
{
	struct buf again = BUF_INIT(4u << 20);
	size_t secrets = text_redact(sent, &again);

	buf_release(&again);
	if (secrets)
		return err_set(e, EX_POLICY, "the prompt still holds what looks like a secret");
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].secret && p->items[i].len >= CHECKED_BYTES &&
		    span_find(sent, span_of(p->items[i].value, p->items[i].len)))
			return err_set(e, EX_POLICY, "the prompt still holds a secret");
	return 0;
}

void pseudonyms_write(const struct pseudonyms *p, struct jsonw *w)
{
	jsonw_key(w, "hidden");
	jsonw_object(w);
	for (struct map_entry *en = map_next(&p->counts, NULL); en; en = map_next(&p->counts, en)) {
		jsonw_key_span(w, span_of(en->key, en->key_len));
		jsonw_i64(w, en->value.num);
	}
	jsonw_object_end(w);
}
