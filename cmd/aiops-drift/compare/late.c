/* Joining late labels: see late.h. */
#include "aiops-drift/compare/late.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void late_init(struct late *l, const struct late_options *o)
{
	*l = (struct late){.options = *o, .newest_at = INT64_MIN};
	map_init(&l->by_id);
}

void waiting_free(struct waiting *w)
{
	if (!w)
		return;
	answer_release(&w->answer);
	free(w->model);
	free(w->id);
	free(w);
}

void late_release(struct late *l)
{
	for (struct waiting *w = l->oldest; w;) {
		struct waiting *next = w->newer;

		waiting_free(w);
		w = next;
	}
	map_release(&l->by_id);
}

/* Out of the list and the map; the caller's from now on. */
static void take_out(struct late *l, struct waiting *w)
{
	*(w->older ? &w->older->newer : &l->oldest) = w->newer;
	*(w->newer ? &w->newer->older : &l->newest) = w->older;
	map_remove(&l->by_id, span_cstr(w->id));
}

static void drop(struct late *l, struct waiting *w)
{
	take_out(l, w);
	waiting_free(w);
}

/* Times come nearly in order; the list is in order of arrival, and one that is out of
 * order waits a little longer. */
static void expire(struct late *l, int64_t at)
{
	if (at > l->newest_at)
		l->newest_at = at;
	if (l->newest_at < INT64_MIN + l->options.window_ns)
		return; /* no record had a time yet */
	while (l->oldest && l->oldest->at < l->newest_at - l->options.window_ns) {
		l->expired++;
		drop(l, l->oldest);
	}
}

static void make_room(struct late *l)
{
	while (l->by_id.live >= l->options.max && l->oldest) {
		l->crowded++;
		drop(l, l->oldest);
	}
}

static void wait_for_it(struct late *l, struct span id, struct span model, bool is_label,
			int64_t at, struct answer *answer)
{
	struct waiting *w = mem_zalloc(sizeof *w);

	w->id = mem_dup(id.data, id.len);
	w->model = mem_dup(model.len ? model.data : "", model.len);
	w->answer = *answer;
	*answer = (struct answer){.type = ANSWER_NONE};
	w->at = at;
	w->is_label = is_label;
	w->older = l->newest;
	*(l->newest ? &l->newest->newer : &l->oldest) = w;
	l->newest = w;
	map_put(&l->by_id, span_cstr(w->id), NULL)->value.ptr = w;
}

const struct waiting *late_find(const struct late *l, struct span id)
{
	struct map_entry *en = map_get(&l->by_id, span_of(id.data, strnlen(id.data, id.len)));

	return en ? en->value.ptr : NULL;
}

bool late_join(struct late *l, struct span id, struct span model, bool is_label, int64_t at,
	       struct answer *answer, struct waiting **other)
{
	struct map_entry *en;
	struct waiting *w;

	id.len = strnlen(id.data, id.len); /* ids are kept as C strings */
	expire(l, at);
	en = map_get(&l->by_id, id);
	w = en ? en->value.ptr : NULL;
	if (w && w->is_label != is_label) {
		take_out(l, w);
		*other = w;
		return true;
	}
	if (w)
		drop(l, w);
	make_room(l);
	wait_for_it(l, id, model, is_label, at, answer);
	return false;
}
