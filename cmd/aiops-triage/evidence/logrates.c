/*
 * How often each message of a log was written where.
 */
#include "aiops-triage/evidence/logrates.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-triage/evidence/item.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"

#define OWN_BYTES    (sizeof(struct log_rate) + 160)
#define MINUTE_BYTES (sizeof(struct log_minute) + 24)
#define KEY_MAX      (16u << 10)
#define MINUTE_NS    (60 * NS_PER_S)

void log_rates_init(struct log_rates *ls, size_t max_bytes)
{
	*ls = (struct log_rates){.max_bytes = max_bytes, .first_ns = INT64_MAX};
	map_init(&ls->by_key);
	ls->miner = miner_new(LOG_TEMPLATES, NULL, NULL);
}

static void forget_first(struct log_rates *ls, struct log_rate *l)
{
	struct log_minute *m = &l->minutes[l->first];

	ls->bytes -= MINUTE_BYTES + strlen(m->id);
	free(m->id);
	l->first = (l->first + 1) % l->cap;
	l->n--;
}

static void unlink_rate(struct log_rates *ls, struct log_rate *l)
{
	*(l->newer ? &l->newer->older : &ls->newest) = l->older;
	*(l->older ? &l->older->newer : &ls->oldest) = l->newer;
}

static void link_newest(struct log_rates *ls, struct log_rate *l)
{
	l->older = ls->newest;
	l->newer = NULL;
	*(ls->newest ? &ls->newest->newer : &ls->oldest) = l;
	ls->newest = l;
}

static void drop(struct log_rates *ls, struct log_rate *l)
{
	while (l->n)
		forget_first(ls, l);
	unlink_rate(ls, l);
	map_remove(&ls->by_key, span_of(l->key, l->key_len));
	ls->bytes -= OWN_BYTES + 2 * l->key_len;
	ls->n--;
	free(l->minutes);
	free(l->key);
	free(l);
}

void log_rates_release(struct log_rates *ls)
{
	while (ls->oldest)
		drop(ls, ls->oldest);
	miner_free(ls->miner);
	map_release(&ls->by_key);
	*ls = (struct log_rates){0};
}

/* ---- which message, where ---- */

static void add_part(struct buf *b, struct span s)
{
	buf_add_span(b, s);
	buf_add_char(b, '\0');
}

static struct span own_part(const struct log_rate *l, size_t *at)
{
	struct span part = span_cstr(l->key + *at);

	*at += part.len + 1;
	return part;
}

static struct log_rate *make(struct log_rates *ls, struct span key, int64_t at_ns)
{
	struct log_rate *l = mem_zalloc(sizeof *l);
	size_t at = 0;

	l->key = mem_dup(key.data, key.len);
	l->key_len = key.len;
	l->template = own_part(l, &at);
	l->component = own_part(l, &at);
	l->service = own_part(l, &at);
	l->host = own_part(l, &at);
	l->first_ns = at_ns;
	link_newest(ls, l);
	map_put(&ls->by_key, key, NULL)->value.ptr = l;
	ls->bytes += OWN_BYTES + 2 * key.len;
	ls->n++;
	return l;
}

static struct log_rate *rate_of(struct log_rates *ls, const struct record *r,
				const struct template *t, int64_t at_ns)
{
	static const char *const paths[] = {"component", "service", "host"};
	struct buf key = BUF_INIT(KEY_MAX);
	struct map_entry *entry;
	struct log_rate *l = NULL;

	add_part(&key, span_cstr(t->id));
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		add_part(&key, record_text(r, paths[i]));
	if (!buf_overflowed(&key)) {
		entry = map_get(&ls->by_key, buf_span(&key));
		l = entry ? entry->value.ptr : make(ls, buf_span(&key), at_ns);
	}
	buf_release(&key);
	return l;
}

/* ---- counting ---- */

static void ring_grow(struct log_rate *l)
{
	size_t cap = l->cap ? 2 * l->cap : 4;
	struct log_minute *minutes = mem_array(NULL, cap, sizeof *minutes);

	for (size_t i = 0; i < l->n; i++)
		minutes[i] = l->minutes[(l->first + i) % l->cap];
	free(l->minutes);
	l->minutes = minutes;
	l->first = 0;
	l->cap = cap;
}

/* Lines that come late are counted where they belong, if that is near. */
static struct log_minute *known_minute(struct log_rate *l, int64_t minute)
{
	enum { BACK = 5 };

	for (size_t i = l->n; i > 0 && i + BACK > l->n; i--) {
		struct log_minute *m = &l->minutes[(l->first + i - 1) % l->cap];

		if (m->minute == minute)
			return m;
	}
	return NULL;
}

static void count(struct log_rates *ls, struct log_rate *l, int64_t at_ns, struct span id)
{
	int64_t minute = at_ns / MINUTE_NS - (at_ns % MINUTE_NS < 0);
	struct log_minute *m = known_minute(l, minute);

	l->total++;
	if (at_ns < l->first_ns)
		l->first_ns = at_ns;
	if (m) {
		m->count += m->count < UINT32_MAX;
		return;
	}
	if (l->n == LOG_MINUTES)
		forget_first(ls, l);
	if (l->n == l->cap)
		ring_grow(l);
	l->minutes[(l->first + l->n++) % l->cap] =
		(struct log_minute){.minute = minute, .count = 1, .id = mem_dup(id.data, id.len)};
	ls->bytes += MINUTE_BYTES + id.len;
}

void log_rates_add(struct log_rates *ls, const struct record *r)
{
	struct span body = record_text(r, "body"), id = record_text(r, "id");
	enum severity severity = severity_from_name(record_text(r, "severity"));
	const struct template *t;
	struct err e = ERR_INIT;
	struct instant at;
	struct log_rate *l;

	if (!body.len || !id.len || id.len > ITEM_TEXT_BYTES || record_timestamp(r, &at, &e) != 0 ||
	    !(t = miner_add(ls->miner, body, NULL)))
		return;
	l = rate_of(ls, r, t, at.ns);
	if (!l)
		return;
	if (ls->newest != l) {
		unlink_rate(ls, l);
		link_newest(ls, l);
	}
	if (severity > l->severity)
		l->severity = severity;
	if (at.ns < ls->first_ns)
		ls->first_ns = at.ns;
	count(ls, l, at.ns, id);
	while (ls->bytes > ls->max_bytes && ls->oldest != ls->newest) {
		drop(ls, ls->oldest);
		ls->dropped++;
	}
}

const struct log_minute *log_rate_at(const struct log_rate *l, size_t i)
{
	return i < l->n ? &l->minutes[(l->first + i) % l->cap] : NULL;
}

struct log_rate *log_rates_next(const struct log_rates *ls, const struct log_rate *after)
{
	return after ? after->newer : ls->oldest;
}
