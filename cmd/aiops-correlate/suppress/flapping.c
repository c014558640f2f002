#include "aiops-correlate/suppress/flapping.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void flaps_init(struct flaps *fs, struct flapping_rule rule, size_t max)
{
	*fs = (struct flaps){.rule = rule, .max = max};
	map_init(&fs->by_fp);
}

void flaps_release(struct flaps *fs)
{
	for (struct map_entry *it = map_next(&fs->by_fp, NULL); it; it = map_next(&fs->by_fp, it))
		free(it->value.ptr);
	map_release(&fs->by_fp);
	heap_release(&fs->due);
}

static struct span key_of(const uint64_t *fp)
{
	return span_of((const char *)fp, sizeof *fp);
}

struct flap *flaps_get(const struct flaps *fs, uint64_t fp)
{
	const struct map_entry *it = fs->by_fp.live ? map_get(&fs->by_fp, key_of(&fp)) : NULL;

	return it ? it->value.ptr : NULL;
}

/* Forgets changes that are longer ago than the rule's stretch. */
static void forget_old(struct flap *f, int64_t now_ns, int64_t within_ns)
{
	uint32_t old = 0;

	while (old < f->n && f->changes[old] + within_ns <= now_ns)
		old++;
	f->n -= old;
	memmove(f->changes, f->changes + old, f->n * sizeof *f->changes);
}

static void watch(struct flaps *fs, struct flap *f)
{
	/* a flapping one has settled when only `leave` changes are left; others are forgotten with
	 * their last one */
	uint32_t last = f->flapping && f->n > fs->rule.leave ? f->n - 1 - fs->rule.leave : f->n - 1;

	f->due_ns = f->n ? f->changes[last] + fs->rule.within_ns : f->due_ns;
	heap_push(&fs->due, (struct heap_item){.at_ns = f->due_ns, .key = f->fp});
}

static struct flap *add(struct flaps *fs, uint64_t fp)
{
	struct flap *f = mem_zalloc(sizeof *f);

	f->fp = fp;
	map_put(&fs->by_fp, key_of(&fp), NULL)->value.ptr = f;
	return f;
}

enum flap_news flaps_change(struct flaps *fs, uint64_t fp, bool firing, int64_t at_ns)
{
	struct flap *f = flaps_get(fs, fp);

	if (!f) {
		if (fs->by_fp.live >= fs->max)
			return FLAP_NOTHING;
		f = add(fs, fp);
	}
	f->firing = firing;
	f->total++;
	if (f->n && at_ns < f->changes[f->n - 1])
		at_ns = f->changes[f->n - 1]; /* late */
	forget_old(f, at_ns, fs->rule.within_ns);
	if (f->n == FLAP_CHANGES)
		memmove(f->changes, f->changes + 1, --f->n * sizeof *f->changes);
	f->changes[f->n++] = at_ns;
	if (f->flapping || f->n < fs->rule.enter) {
		watch(fs, f);
		return FLAP_NOTHING;
	}
	f->flapping = true;
	f->total = f->n;
	f->since_ns = f->changes[0];
	watch(fs, f);
	return FLAP_BEGINS;
}

int64_t flaps_next_due(const struct flaps *fs)
{
	const struct heap_item *top = heap_top(&fs->due);

	return top ? top->at_ns : INT64_MAX;
}

enum flap_news flaps_look(struct flaps *fs, struct flap *out)
{
	struct heap_item item = heap_pop(&fs->due);
	struct flap *f = flaps_get(fs, item.key);
	enum flap_news news = FLAP_NOTHING;

	if (!f || f->due_ns != item.at_ns)
		return FLAP_NOTHING; /* changed since */
	forget_old(f, item.at_ns, fs->rule.within_ns);
	if (f->flapping && f->n <= fs->rule.leave) {
		*out = *f;
		f->flapping = false;
		news = FLAP_ENDS;
	}
	if (f->n == 0)
		flaps_forget(fs, item.key);
	else
		watch(fs, f);
	return news;
}

void flaps_forget(struct flaps *fs, uint64_t fp)
{
	free(flaps_get(fs, fp));
	map_remove(&fs->by_fp, key_of(&fp));
}

void flaps_restore(struct flaps *fs, const struct flap *f)
{
	struct flap *mine = add(fs, f->fp);

	*mine = *f;
	heap_push(&fs->due, (struct heap_item){.at_ns = f->due_ns, .key = f->fp});
}
