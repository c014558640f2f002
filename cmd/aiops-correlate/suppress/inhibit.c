#include "aiops-correlate/suppress/inhibit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

enum { KEY_MAX = 1 << 21 };

struct source {
	uint64_t fp;
	bool decided, read;
	bool two_sided; /* as decided, it matches the target, too */
	bool read_two_sided;
};

struct inhibit_set {
	struct source *sources;
	size_t n, cap;
	struct fps targets;
};

static void fps_add(struct fps *l, uint64_t fp)
{
	mem_grow(l->items, l->cap, l->n + 1);
	l->items[l->n++] = fp;
}

void fps_release(struct fps *l)
{
	free(l->items);
	*l = (struct fps){0};
}

void inhibit_init(struct inhibit *in, const struct site_rules *rules)
{
	in->rules = rules;
	map_init(&in->index);
}

static void set_free(struct inhibit_set *set)
{
	free(set->sources);
	fps_release(&set->targets);
	free(set);
}

void inhibit_release(struct inhibit *in)
{
	for (struct map_entry *it = map_next(&in->index, NULL); it; it = map_next(&in->index, it))
		set_free(it->value.ptr);
	map_release(&in->index);
}

/* Rule number and values, each with its length before it. */
static void make_key(const struct inhibit_rule *rule, size_t number, struct subject s,
		     struct buf *out)
{
	buf_clear(out);
	buf_addf(out, "%zu", number);
	for (size_t i = 0; i < rule->n_equal; i++) {
		struct span value = s.get(s.ctx, span_cstr(rule->equal[i]));

		buf_addf(out, " %zu:", value.len);
		buf_add_span(out, value);
	}
}

static struct source *find_source(const struct inhibit_set *set, uint64_t fp)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->sources[i].fp == fp)
			return &set->sources[i];
	return NULL;
}

static void add_source(struct inhibit *in, struct span key, uint64_t fp, bool two_sided,
		       bool decided)
{
	bool added;
	struct map_entry *it = map_put(&in->index, key, &added);
	struct inhibit_set *set;
	struct source *s;

	if (added)
		it->value.ptr = mem_zalloc(sizeof *set);
	set = it->value.ptr;
	s = find_source(set, fp);
	if (!s) {
		mem_grow(set->sources, set->cap, set->n + 1);
		s = &set->sources[set->n++];
		*s = (struct source){.fp = fp};
	}
	*(decided ? &s->decided : &s->read) = true;
	*(decided ? &s->two_sided : &s->read_two_sided) = two_sided;
}

static bool any_decided(const struct inhibit_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->sources[i].decided)
			return true;
	return false;
}

static void drop_source(struct inhibit *in, struct map_entry *it, uint64_t fp, bool decided,
			struct fps *freed)
{
	struct inhibit_set *set = it->value.ptr;
	struct source *s = find_source(set, fp);

	if (!s)
		return;
	s->read = false;
	if (!decided)
		return; /* it still counts for those decided before its end */
	*s = set->sources[--set->n];
	if (!any_decided(set)) {
		for (size_t i = 0; freed && i < set->targets.n; i++)
			fps_add(freed, set->targets.items[i]);
		set->targets.n = 0;
	}
	if (set->n == 0) {
		map_remove(&in->index, span_of(it->key, it->key_len));
		set_free(set);
	}
}

void inhibit_fires(struct inhibit *in, uint64_t fp, struct subject s, bool decided,
		   struct fps *freed)
{
	struct buf key = BUF_INIT(KEY_MAX);

	for (size_t i = 0; i < in->rules->n_inhibit; i++) {
		const struct inhibit_rule *rule = &in->rules->inhibit[i];
		bool is = matchers_match(&rule->source, s);
		struct map_entry *it;

		if (!is && in->index.live == 0)
			continue;
		make_key(rule, i, s, &key);
		if (is) {
			add_source(in, buf_span(&key), fp, matchers_match(&rule->target, s),
				   decided);
			continue;
		}
		it = map_get(&in->index, buf_span(&key)); /* it may have been one before */
		if (it)
			drop_source(in, it, fp, decided, freed);
	}
	buf_release(&key);
}

void inhibit_over(struct inhibit *in, uint64_t fp, struct subject s, bool decided,
		  struct fps *freed)
{
	struct buf key = BUF_INIT(KEY_MAX);

	/* whether it matches now does not matter: it was a source, or is not found */
	for (size_t i = 0; in->index.live && i < in->rules->n_inhibit; i++) {
		struct map_entry *it;

		make_key(&in->rules->inhibit[i], i, s, &key);
		it = map_get(&in->index, buf_span(&key));
		if (it)
			drop_source(in, it, fp, decided, freed);
	}
	buf_release(&key);
}

static bool holds(const struct inhibit_set *set, uint64_t fp, bool two_sided, bool decided)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct source *s = &set->sources[i];

		if (s->fp == fp)
			continue;
		if (s->decided && !(two_sided && s->two_sided))
			return true;
		if (!decided && s->read && !(two_sided && s->read_two_sided))
			return true;
	}
	return false;
}

const struct inhibit_rule *inhibit_find(const struct inhibit *in, uint64_t fp, struct subject s,
					bool decided)
{
	const struct inhibit_rule *found = NULL;
	struct buf key = BUF_INIT(KEY_MAX);

	for (size_t i = 0; !found && in->index.live && i < in->rules->n_inhibit; i++) {
		const struct inhibit_rule *rule = &in->rules->inhibit[i];
		const struct map_entry *it;

		if (!matchers_match(&rule->target, s))
			continue;
		make_key(rule, i, s, &key);
		it = map_get(&in->index, buf_span(&key));
		if (it && holds(it->value.ptr, fp, matchers_match(&rule->source, s), decided))
			found = rule;
	}
	buf_release(&key);
	return found;
}

void inhibit_note(struct inhibit *in, const struct inhibit_rule *rule, uint64_t fp,
		  struct subject s)
{
	struct buf key = BUF_INIT(KEY_MAX);
	struct map_entry *it;

	make_key(rule, (size_t)(rule - in->rules->inhibit), s, &key);
	it = map_get(&in->index, buf_span(&key));
	if (it)
		fps_add(&((struct inhibit_set *)it->value.ptr)->targets, fp);
	buf_release(&key);
}
