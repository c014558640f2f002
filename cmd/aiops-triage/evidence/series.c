/*
 * The course of metrics, as far as it is remembered.
 */
#include "aiops-triage/evidence/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/evidence/item.h"
#include "aiops-triage/knowledge/words.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "record/event.h"

/* What a point and a series take beside their texts, the allocator's part counted in. */
#define POINT_BYTES (sizeof(struct point) + 24)
#define OWN_BYTES   (sizeof(struct series) + 160)
#define KEY_MAX     (64u << 10)

void series_store_init(struct series_store *st, const struct metric_kinds *kinds, size_t max_bytes)
{
	*st = (struct series_store){.kinds = kinds, .max_bytes = max_bytes};
	map_init(&st->by_key);
}

static size_t point_bytes(const struct point *p)
{
	return POINT_BYTES + strlen(p->id);
}

static void forget_first(struct series_store *st, struct series *s)
{
	struct point *p = &s->points[s->first];

	st->bytes -= point_bytes(p);
	free(p->id);
	s->first = (s->first + 1) % s->cap;
	s->n--;
}

static void unlink_series(struct series_store *st, struct series *s)
{
	*(s->newer ? &s->newer->older : &st->newest) = s->older;
	*(s->older ? &s->older->newer : &st->oldest) = s->newer;
}

static void link_newest(struct series_store *st, struct series *s)
{
	s->older = st->newest;
	s->newer = NULL;
	*(st->newest ? &st->newest->newer : &st->oldest) = s;
	st->newest = s;
}

static void series_drop(struct series_store *st, struct series *s)
{
	while (s->n)
		forget_first(st, s);
	unlink_series(st, s);
	map_remove(&st->by_key, s->key);
	st->bytes -= OWN_BYTES + 2 * s->key.len;
	st->n--;
	free(s->points);
	free(s->text);
	free(s);
}

void series_store_release(struct series_store *st)
{
	while (st->oldest)
		series_drop(st, st->oldest);
	map_release(&st->by_key);
	*st = (struct series_store){0};
}

/* ---- which series ---- */

static void add_part(struct buf *b, struct span s)
{
	buf_add_span(b, s);
	buf_add_char(b, '\0');
}

static void write_key(struct buf *b, const struct record *r, const struct label *labels, size_t n)
{
	static const char *const paths[] = {"name", "component", "service", "host"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		add_part(b, record_text(r, paths[i]));
	for (size_t i = 0; i < n; i++) {
		add_part(b, labels[i].name);
		add_part(b, labels[i].value);
	}
}

/* A part of the key, moved to the series' own copy of it. */
static struct span own_part(const struct series *s, size_t *at)
{
	struct span part = span_cstr(s->text + *at);

	*at += part.len + 1;
	return part;
}

/* The span within the series' text that equals s. */
static struct span own_label(const struct series *s, struct span value)
{
	const char *at = value.len ? span_find(s->key, value) : NULL;

	return at ? span_of(at, value.len) : SPAN_NONE;
}

static bool counts_up(struct span name)
{
	static const char *const ends[] = {"total", "count", "sum", "bucket"};
	struct name_words words;

	words_of_name(name, &words);
	for (size_t i = 0; words.n && i < sizeof ends / sizeof *ends; i++)
		if (word_matches(&words.items[words.n - 1], span_cstr(ends[i])))
			return true;
	return false;
}

static struct series *series_make(struct series_store *st, struct span key,
				  const struct label *labels, size_t n)
{
	struct series *s = mem_zalloc(sizeof *s);
	struct call call = kinds_call(st->kinds, labels, n);
	size_t at = 0;

	s->text = mem_dup(key.data, key.len);
	s->key = span_of(s->text, key.len);
	s->name = own_part(s, &at);
	s->component = own_part(s, &at);
	s->service = own_part(s, &at);
	s->host = own_part(s, &at);
	s->kind = kinds_find(st->kinds, s->name);
	s->call = (struct call){.caller = own_label(s, call.caller),
				.callee = own_label(s, call.callee),
				.side = call.side};
	s->statistic = kinds_statistic(st->kinds, s->name, labels, n);
	s->is_counter = counts_up(s->name);
	link_newest(st, s);
	map_put(&st->by_key, s->key, NULL)->value.ptr = s;
	st->bytes += OWN_BYTES + 2 * key.len;
	st->n++;
	return s;
}

/* NULL: its labels are too long to be kept. */
static struct series *series_of(struct series_store *st, const struct record *r)
{
	struct label labels[ITEM_LABELS];
	size_t n = labels_of_record(r, labels);
	struct buf key = BUF_INIT(KEY_MAX);
	struct map_entry *entry;
	struct series *s = NULL;

	write_key(&key, r, labels, n);
	if (!buf_overflowed(&key)) {
		entry = map_get(&st->by_key, buf_span(&key));
		s = entry ? entry->value.ptr : series_make(st, buf_span(&key), labels, n);
	}
	buf_release(&key);
	return s;
}

/* ---- points ---- */

static void ring_grow(struct series *s)
{
	size_t cap = s->cap ? 2 * s->cap : 8;
	struct point *points = mem_array(NULL, cap, sizeof *points);

	for (size_t i = 0; i < s->n; i++)
		points[i] = s->points[(s->first + i) % s->cap];
	free(s->points);
	s->points = points;
	s->first = 0;
	s->cap = cap;
}

/* How many points each may keep. */
static size_t points_allowed(const struct series_store *st)
{
	size_t each = st->max_bytes / (st->n ? st->n : 1);
	size_t own = OWN_BYTES + 512, points = each > own ? (each - own) / (POINT_BYTES + 40) : 0;

	if (points > SERIES_POINTS_MAX)
		return SERIES_POINTS_MAX;
	return points < SERIES_POINTS_MIN ? SERIES_POINTS_MIN : points;
}

static void append(struct series_store *st, struct series *s, int64_t at_ns, double value,
		   struct span id)
{
	size_t allowed = points_allowed(st);

	while (s->n >= allowed)
		forget_first(st, s);
	if (s->n == s->cap)
		ring_grow(s);
	s->points[(s->first + s->n++) % s->cap] =
		(struct point){.at_ns = at_ns, .value = value, .id = mem_dup(id.data, id.len)};
	st->most = s->n > st->most ? s->n : st->most;
	st->bytes += POINT_BYTES + id.len;
}

/*
 * All go back to what they may have, if that has become a good deal less than the most that any
 * has: so that each walk through them is paid for by the series that came since the one before.
 * Then the longest unseen go.
 */
static void make_room(struct series_store *st)
{
	size_t allowed = points_allowed(st);

	if (st->bytes > st->max_bytes && st->most > allowed + allowed / 4) {
		for (struct series *s = st->oldest; s; s = s->newer)
			while (s->n > allowed)
				forget_first(st, s);
		st->most = allowed;
	}
	while (st->bytes > st->max_bytes && st->oldest && st->oldest != st->newest) {
		series_drop(st, st->oldest);
		st->dropped++;
	}
}

void series_add(struct series_store *st, const struct record *r)
{
	struct value v = record_get(r, "value");
	struct span id = record_text(r, "id");
	struct err e = ERR_INIT;
	struct instant at;
	struct series *s;

	if (!st->kinds || v.type != VALUE_NUMBER || !isfinite(v.number) || !id.len ||
	    id.len > ITEM_TEXT_BYTES || record_timestamp(r, &at, &e) != 0)
		return;
	s = series_of(st, r);
	if (!s)
		return;
	if (st->newest != s) {
		unlink_series(st, s);
		link_newest(st, s);
	}
	append(st, s, at.ns, v.number, id);
	if (st->bytes > st->max_bytes)
		make_room(st);
}

const struct point *series_at(const struct series *s, size_t i)
{
	return i < s->n ? &s->points[(s->first + i) % s->cap] : NULL;
}

struct series *series_next(const struct series_store *st, const struct series *after)
{
	return after ? after->newer : st->oldest;
}
