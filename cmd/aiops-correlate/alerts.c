#include "aiops-correlate/alerts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { TRACKS_PER_BLOCK = 512 };

void alerts_init(struct alerts *as, int64_t dedup_ns)
{
	index_init(&as->by_fp);
	as->blocks = NULL;
	as->spare = NULL;
	as->n_blocks = as->blocks_cap = 0;
	as->expiry = (struct heap){0};
	as->known = 0;
	as->dedup_ns = dedup_ns;
}

static void alert_free(struct alert *a)
{
	for (size_t i = 0; i < a->n_pairs; i++)
		pair_drop(a->pairs[i]);
	free(a);
}

void alerts_release(struct alerts *as)
{
	struct track *t;

	for (size_t i = 0; (t = index_next(&as->by_fp, &i));)
		if (t->alert)
			alert_free(t->alert);
	for (size_t i = 0; i < as->n_blocks; i++)
		free(as->blocks[i]);
	free(as->blocks);
	index_release(&as->by_fp);
	heap_release(&as->expiry);
}

static bool is_of(const void *item, const void *key)
{
	return ((const struct track *)item)->fp == *(const uint64_t *)key;
}

static struct track *find(const struct alerts *as, uint64_t fp)
{
	return index_get(&as->by_fp, index_hash_u64(&as->by_fp, fp), is_of, &fp);
}

struct alert *alerts_get(const struct alerts *as, uint64_t fp)
{
	const struct track *t = find(as, fp);

	return t ? t->alert : NULL;
}

struct alert *alerts_next(const struct alerts *as, size_t *i)
{
	const struct track *t;

	while ((t = index_next(&as->by_fp, i)) != NULL)
		if (t->alert)
			return t->alert;
	return NULL;
}

/* Tracks come by the block: one by one they would take half as much memory again. */
static struct track *track_make(struct alerts *as)
{
	struct track *t = as->spare;

	if (!t) {
		t = mem_array(NULL, TRACKS_PER_BLOCK, sizeof *t);
		mem_grow(as->blocks, as->blocks_cap, as->n_blocks + 1);
		as->blocks[as->n_blocks++] = t;
		for (size_t i = 0; i < TRACKS_PER_BLOCK; i++)
			t[i].spare = i + 1 < TRACKS_PER_BLOCK ? &t[i + 1] : NULL;
	}
	as->spare = t->spare;
	return t;
}

struct track *alerts_track(struct alerts *as, uint64_t fp)
{
	struct track *t = find(as, fp);

	if (!t) {
		t = track_make(as);
		*t = (struct track){.fp = fp};
		index_add(&as->by_fp, index_hash_u64(&as->by_fp, fp), t);
	}
	t->holds++;
	return t;
}

/* Fetches what the next timers lead to, step by step: what is read here was fetched one or two
 * timers ago. Always inline: the compiler takes a call that only fetches for one that does nothing.
 */
static inline __attribute__((always_inline)) void look_ahead(const struct alerts *as)
{
	const struct track *next = heap_ahead(&as->expiry, 1), *later = heap_ahead(&as->expiry, 3);

	if (later)
		__builtin_prefetch(later);
	if (!next)
		return;
	track_look_ahead(next);
	alerts_expect(as, next->fp);
}

void alerts_untrack(struct alerts *as, struct track *t)
{
	if (--t->holds || t->alert)
		return;
	index_remove(&as->by_fp, index_hash_u64(&as->by_fp, t->fp), t);
	t->spare = as->spare;
	as->spare = t;
}

static enum verdict judge_resolution(const struct alert *a, int64_t at_ns)
{
	if (!a)
		return VERDICT_NEW;
	return a->active && at_ns >= a->first_ns ? VERDICT_RESOLVES : VERDICT_STALE;
}

enum verdict alerts_judge(const struct alert *a, int64_t at_ns, bool resolved, int64_t dedup_ns)
{
	if (resolved)
		return judge_resolution(a, at_ns);
	if (!a)
		return VERDICT_NEW;
	if (at_ns < a->first_ns && a->first_ns - at_ns > dedup_ns)
		return VERDICT_APART;
	if (a->active)
		return at_ns - a->last_ns <= dedup_ns ? VERDICT_DUPLICATE : VERDICT_NEW;
	if (at_ns <= a->resolved_ns)
		return VERDICT_OVER;
	return VERDICT_AGAIN;
}

static int64_t leaves_ns(const struct alerts *as, const struct alert *a, int64_t seen_ns)
{
	int64_t due = seen_ns > INT64_MAX - as->dedup_ns ? INT64_MAX : seen_ns + as->dedup_ns;

	return a->active && a->ends_ns < due ? a->ends_ns : due;
}

static void watch_until(struct alerts *as, struct alert *a, int64_t due)
{
	a->due_ns = due;
	a->track->holds++;
	heap_push(&as->expiry, (struct heap_item){.at_ns = due, .key = a->fp, .ptr = a->track});
}

/* An alert whose timer is set already is looked at when that fires. */
void alerts_watch(struct alerts *as, struct alert *a)
{
	int64_t due = leaves_ns(as, a, a->last_ns);

	if (a->due_ns > due || a->due_ns == INT64_MAX)
		watch_until(as, a, due);
}

void alerts_keep(struct alerts *as, struct alert *a, int64_t heard_ns)
{
	int64_t due = leaves_ns(as, a, heard_ns);

	if (due > a->due_ns) /* the timer before this one is no longer its own */
		watch_until(as, a, due);
}

struct alert *alerts_restore(struct alerts *as, struct sighting *s, uint32_t count)
{
	size_t id_size = count ? strlen(s->id) + 1 : 0, pairs_size = s->n_pairs * sizeof *s->pairs;
	struct alert *a = mem_alloc(sizeof *a + pairs_size + id_size);
	struct track *t = alerts_track(as, s->fp);

	*a = (struct alert){
		.fp = s->fp,
		.first_ns = s->at_ns,
		.last_ns = s->at_ns,
		.ends_ns = s->resolved ? s->at_ns : s->ends_ns,
		.told_ns = INT64_MIN,
		.due_ns = INT64_MAX,
		.count = count,
		.member = MEMBER_NONE,
		.active = !s->resolved,
		.n_pairs = (uint16_t)s->n_pairs,
		.named = id_size > 0,
	};
	if (pairs_size)
		memcpy(a->pairs, s->pairs, pairs_size);
	s->n_pairs = 0;
	if (id_size)
		memcpy((char *)a->pairs + pairs_size, s->id, id_size);
	a->track = t;
	t->alert = a;
	as->known++;
	alerts_watch(as, a);
	alerts_untrack(as, t); /* its alert keeps it */
	return a;
}

struct alert *alerts_add(struct alerts *as, struct sighting *s)
{
	return alerts_restore(as, s, !s->resolved);
}

int64_t alerts_next_due(const struct alerts *as)
{
	const struct heap_item *top = heap_top(&as->expiry);

	return top ? top->at_ns : INT64_MAX;
}

bool alert_is_over(const struct alert *a, int64_t at_ns)
{
	return a->active && a->ends_ns <= at_ns;
}

struct alert *alerts_expired(struct alerts *as, int64_t now_ns)
{
	const struct heap_item *top;

	while ((top = heap_top(&as->expiry)) != NULL && top->at_ns < now_ns) {
		struct heap_item item = heap_pop(&as->expiry);
		struct track *t = item.ptr;
		struct alert *a = t->alert;

		look_ahead(as);
		alerts_untrack(as, t);
		if (!a || a->due_ns != item.at_ns)
			continue; /* left before, or watched anew */
		a->due_ns = INT64_MAX;
		if (alert_is_over(a, item.at_ns) || item.at_ns - a->last_ns >= as->dedup_ns)
			return a;
		alerts_watch(as, a);
	}
	return NULL;
}

void alerts_remove(struct alerts *as, struct alert *a)
{
	struct track *t = a->track;

	as->known--;
	t->holds++;
	t->alert = NULL;
	alerts_untrack(as, t);
	alert_free(a);
}

size_t alerts_count(const struct alerts *as)
{
	return as->known;
}
