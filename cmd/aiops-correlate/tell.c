#include "aiops-correlate/tell.h"

#include "aiops-correlate/group/incident.h"
#include "aiops-correlate/suppress/suppress.h"

#define QUEUE_MAX ((size_t)1 << 30)

void teller_init(struct teller *t, struct engine *en)
{
	*t = (struct teller){.en = en, .queue = BUF_INIT(QUEUE_MAX), .horizon_ns = INT64_MAX};
	ahead_init(&t->told);
	ahead_init(&t->early);
}

void teller_release(struct teller *t)
{
	ahead_release(&t->told);
	ahead_release(&t->early);
	buf_release(&t->queue);
}

void teller_resume(struct teller *t)
{
	t->horizon_ns = t->en->newest_ns;
	for (size_t i = 0; i < heap_count(&t->en->pending); i++)
		if (heap_at(&t->en->pending, i)->at_ns > t->horizon_ns)
			t->horizon_ns = heap_at(&t->en->pending, i)->at_ns;
}

static uint32_t base_of(const struct teller *t, const struct group *g)
{
	const struct ahead_entry *e = ahead_get(&t->told, g->id);

	return g->base + (e ? e->base : 0);
}

/* Renders g's revision, raised by base, into the queue. The record's text. */
static struct span render(struct teller *t, struct group *g, uint32_t base)
{
	size_t before = t->queue.len;

	g->revision += base;
	incident_render(g, t->en->topo, t->en->policy ? &t->en->policy->rules : NULL, &t->queue);
	g->revision -= base;
	return span_of(t->queue.data + before, t->queue.len - before);
}

static void note_early(struct teller *t, const struct group *g, uint32_t base, uint64_t digest)
{
	const struct ahead_entry *e = ahead_get(&t->told, g->id);

	if (t->finishing)
		ahead_note(&t->early, g->id,
			   &(struct ahead_entry){.revision = g->revision + base,
						 .base = e ? e->base : 0,
						 .digest = digest,
						 .fp = g->fp,
						 .closed = g->ending == ENDING_MERGED});
}

void teller_incident(void *ctx, struct group *g)
{
	struct teller *t = ctx;
	uint32_t base = base_of(t, g), revision = g->revision + base;
	struct ahead_entry *e = ahead_get(&t->told, g->id);
	struct span text = render(t, g, base);
	/* only compared with what was told, or told ahead */
	uint64_t digest = e || t->finishing ? record_digest(text) : 0;

	if (e && g->ending == ENDING_MERGED && revision >= e->revision)
		e->closed = true;
	if (ahead_covers(e, revision, digest)) {
		t->queue.len -= text.len;
		if (e->revision > revision)
			return; /* what was said last is still to come, or to be put right */
	} else {
		buf_add_char(&t->queue, '\n');
	}
	note_early(t, g, base, digest);
}

/* Ahead of its time nothing but incidents is told: what waits is decided by the next run. */
void teller_line(void *ctx, struct span text)
{
	struct teller *t = ctx;

	if (t->finishing)
		return;
	buf_add_span(&t->queue, text);
	buf_add_char(&t->queue, '\n');
}

/* An open incident: one that has come less far than was told goes on above it;
 * of one that has come as far it need not be told again. */
static void settle(struct teller *t, struct group *g, struct ahead_entry *e)
{
	uint32_t shown = g->revision + base_of(t, g);
	struct span text;

	if (shown > e->revision || (shown == e->revision && g->announced == g->revision))
		return;
	if (shown < e->revision)
		e->base += e->revision + 1 - shown;
	text = render(t, g, base_of(t, g));
	if (ahead_covers(e, shown, record_digest(text)) && shown == e->revision) {
		t->queue.len -= text.len;
	} else {
		note_early(t, g, base_of(t, g), record_digest(text));
		buf_add_char(&t->queue, '\n');
	}
	g->announced = g->revision;
}

/* An incident that is over, or never was one of its own. */
static void close_told(struct teller *t, const char *id, struct ahead_entry *e)
{
	const struct alert *a = alerts_get(&t->en->alerts, e->fp);
	const struct group *in = a ? groups_find(&t->en->groups, a->group) : NULL;

	if (!e->closed) {
		e->closed = true;
		e->revision++;
		ahead_close_words(id, e->revision, t->en->now_ns, in ? in->id : NULL, &t->queue);
		buf_add_char(&t->queue, '\n');
	}
	if (t->finishing)
		ahead_note(&t->early, id, e);
}

static void reconcile_one(struct teller *t, const char *id, struct ahead_entry *e)
{
	struct group *g = groups_by_id(&t->en->groups, id);
	uint32_t ended;

	if (g)
		settle(t, g, e);
	else if (!groups_ended_at(&t->en->groups, id, &ended) || ended < e->revision)
		close_told(t, id, e);
}

void teller_reconcile(struct teller *t, bool final)
{
	if (t->told.map.live == 0 || !(final || t->en->now_ns > t->horizon_ns))
		return;
	for (struct map_entry *it = map_next(&t->told.map, NULL); it;
	     it = map_next(&t->told.map, it)) {
		struct ahead_entry *e = it->value.ptr;
		struct group *g = groups_by_id(&t->en->groups, it->key);

		reconcile_one(t, it->key, e);
		if (g && !final)
			g->base += e->base;
	}
	if (!final)
		ahead_clear(&t->told);
}
