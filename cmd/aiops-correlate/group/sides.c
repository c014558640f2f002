#include "aiops-correlate/group/sides.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/group/apart.h"
#include "base/mem.h"

enum {
	KEY_MAX = 1 << 23,
	TIDY_LEAST = 1024, /* entries before any are looked at */
};

/* ---- keys: what it is, stable while the entry holds it, and the scope ---- */

static void key_put(struct buf *key, const struct pair *p, int place)
{
	uintptr_t what = p ? (uintptr_t)p : (uintptr_t)place * 2 + 1;

	memcpy(key->data, &what, sizeof what);
}

static void key_begin(struct buf *key)
{
	static const char room[sizeof(uintptr_t)];

	buf_clear(key);
	buf_add(key, room, sizeof room);
}

struct span side_scope(const struct map_entry *it)
{
	return span_of(it->key + sizeof(uintptr_t), it->key_len - sizeof(uintptr_t));
}

/* A key without what it is of. False: there are no values, so no sides. */
static bool key_of_values(struct buf *key, struct pair *const *values)
{
	bool any = false;

	key_begin(key);
	for (size_t i = 0; i < APART_MAX; i++) {
		any |= values[i] != NULL;
		if (values[i])
			buf_add_span(key, pair_value_span(values[i]));
		buf_add_char(key, '\x1f');
	}
	return any && !buf_overflowed(key);
}

/* ---- keeping ---- */

static void side_free(struct side *s)
{
	if (s->pair)
		pair_drop(s->pair);
	free(s);
}

void sides_release(struct engine *en)
{
	for (struct map_entry *it = map_next(&en->sides, NULL); it; it = map_next(&en->sides, it))
		side_free(it->value.ptr);
	map_release(&en->sides);
}

static void put(struct engine *en, const struct buf *key, const struct side *new)
{
	bool added;
	struct map_entry *it = map_put(&en->sides, buf_span(key), &added);
	struct side *s = it->value.ptr;

	if (!added && new->last_ns < s->last_ns)
		return; /* late: what was seen after it stays */
	if (added) {
		s = it->value.ptr = mem_alloc(sizeof *s);
		if (new->pair)
			(void)pair_hold(new->pair);
	}
	*s = *new;
}

void side_put(struct engine *en, struct pair *p, int place, struct span scope, struct group_ref g,
	      int64_t at_ns)
{
	struct buf key = BUF_INIT(KEY_MAX);

	key_begin(&key);
	buf_add_span(&key, scope);
	key_put(&key, p, place);
	put(en, &key, &(struct side){p, place, g, at_ns});
	buf_release(&key);
}

static bool is_old(const struct engine *en, const struct side *s)
{
	return !groups_find(&en->groups, s->group) ||
	       (s->last_ns < en->now_ns && !is_near(s->last_ns, en->now_ns, en->set.window_ns));
}

/* Lets go what nothing can join any more, when there is twice as much as last time. */
static void tidy(struct engine *en)
{
	struct span *old;
	size_t n = 0;

	if (en->sides.live <= en->sides_tidy_at)
		return;
	old = mem_array(NULL, en->sides.live, sizeof *old);
	for (struct map_entry *it = map_next(&en->sides, NULL); it; it = map_next(&en->sides, it))
		if (is_old(en, it->value.ptr))
			old[n++] = span_of(mem_dup(it->key, it->key_len), it->key_len);
	for (size_t i = 0; i < n; i++) {
		side_free(map_get(&en->sides, old[i])->value.ptr);
		map_remove(&en->sides, old[i]);
		free((char *)(uintptr_t)old[i].data);
	}
	free(old);
	en->sides_tidy_at = 2 * en->sides.live > TIDY_LEAST ? 2 * en->sides.live : TIDY_LEAST;
}

void sides_note(struct engine *en, struct pair *const *pairs, size_t n, int place,
		struct group_ref g, int64_t at_ns)
{
	struct pair *values[APART_MAX];
	struct buf key = BUF_INIT(KEY_MAX);

	apart_values(pairs, n, values);
	if (key_of_values(&key, values)) {
		for (size_t i = 0; i < n; i++) {
			if (pairs[i]->name->kind == NAME_NEVER)
				continue;
			key_put(&key, pairs[i], -1);
			put(en, &key, &(struct side){pairs[i], -1, g, at_ns});
		}
		key_put(&key, NULL, place);
		if (place >= 0)
			put(en, &key, &(struct side){NULL, place, g, at_ns});
		tidy(en);
	}
	buf_release(&key);
}

void sides_move(struct engine *en, const struct topology *from, const struct topology *to)
{
	struct map old = en->sides;

	map_init(&en->sides);
	for (struct map_entry *it = map_next(&old, NULL); it; it = map_next(&old, it)) {
		const struct side *s = it->value.ptr;
		int place = s->pair ? -1
				    : topology_place(to, from->places[s->place].name, SPAN_NONE,
						     SPAN_NONE);

		if (s->pair || place >= 0)
			side_put(en, s->pair, place, side_scope(it), s->group, s->last_ns);
		side_free(it->value.ptr);
	}
	map_release(&old);
}

/* ---- looking ---- */

static void look(const struct engine *en, const struct sighting *s, const struct buf *key,
		 struct link l, struct links *out)
{
	const struct map_entry *it = map_get(&en->sides, buf_span(key));
	const struct side *side = it ? it->value.ptr : NULL;

	if (!side || !is_near(s->at_ns, side->last_ns, en->set.window_ns))
		return;
	l.g = groups_find(&en->groups, side->group);
	if (l.g)
		links_offer(out, l);
}

static void look_at_place(const struct engine *en, const struct sighting *s, struct buf *key,
			  int place, struct links *out)
{
	key_put(key, NULL, place);
	look(en, s, key, link_by_place(place), out);
}

void sides_look(const struct engine *en, const struct sighting *s, int place,
		struct pair *const *values, struct links *links)
{
	const struct topo_place *at = place >= 0 ? &en->topo->places[place] : NULL;
	struct buf key = BUF_INIT(KEY_MAX);

	if (en->sides.live == 0 || !key_of_values(&key, values)) {
		buf_release(&key);
		return;
	}
	for (size_t i = 0; i < s->n_pairs; i++) {
		key_put(&key, s->pairs[i], -1);
		if (link_may_use(en, s->pairs[i], place))
			look(en, s, &key, link_by_pair(en, s->pairs[i]), links);
	}
	if (at) {
		look_at_place(en, s, &key, place, links);
		for (size_t i = 0; i < at->n; i++)
			look_at_place(en, s, &key, at->near[i].place, links);
	}
	buf_release(&key);
}
