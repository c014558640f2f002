#include "aiops-correlate/topology/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct site_change change_copy(const struct site_change *c)
{
	struct site_change copy = *c;

	copy.id = mem_dupz(c->id);
	copy.what = mem_dupz(c->what);
	copy.component = word_hold(c->component);
	copy.service = word_hold(c->service);
	copy.host = word_hold(c->host);
	return copy;
}

void change_release(struct site_change *c, struct words *ws)
{
	words_drop(ws, c->component);
	words_drop(ws, c->service);
	words_drop(ws, c->host);
	free(c->id);
	free(c->what);
}

static bool is(const struct word *a, const struct word *b)
{
	return a && a == b;
}

bool change_concerns(const struct site_change *c, const struct word *component,
		     const struct word *service, const struct word *host, int place)
{
	return is(c->component, component) || is(c->component, service) ||
	       is(c->service, service) || is(c->service, component) || is(c->host, host) ||
	       is(c->host, component) || (place >= 0 && c->place == place);
}

void changes_init(struct changes *cs, int64_t keep_ns)
{
	*cs = (struct changes){.keep_ns = keep_ns};
}

void changes_release(struct changes *cs, struct words *ws)
{
	for (size_t i = 0; i < cs->n; i++)
		change_release(&cs->items[i], ws);
	free(cs->items);
	*cs = (struct changes){0};
}

static void drop_first(struct changes *cs, size_t n, struct words *ws)
{
	for (size_t i = 0; i < n; i++)
		change_release(&cs->items[i], ws);
	cs->n -= n;
	if (n && cs->n)
		memmove(cs->items, cs->items + n, cs->n * sizeof *cs->items);
}

bool changes_precede(const struct changes *cs, const struct site_change *c, int64_t at_ns)
{
	/* times lie within 584 years of one another, so the difference may pass int64 */
	return c->at_ns <= at_ns && (uint64_t)at_ns - (uint64_t)c->at_ns <= (uint64_t)cs->keep_ns;
}

static int place_of(const struct site_change *c, const struct topology *topo)
{
	return topology_place(topo, word_span(c->component), word_span(c->service),
			      word_span(c->host));
}

/* Puts c where it belongs by time; NULL if one of its id is there. */
static struct site_change *insert(struct changes *cs, const struct site_change *c)
{
	size_t at = cs->n;

	for (size_t i = 0; i < cs->n; i++)
		if (strcmp(cs->items[i].id, c->id) == 0)
			return NULL;
	while (at > 0 &&
	       (cs->items[at - 1].at_ns > c->at_ns ||
		(cs->items[at - 1].at_ns == c->at_ns && strcmp(cs->items[at - 1].id, c->id) > 0)))
		at--;
	mem_grow(cs->items, cs->cap, cs->n + 1);
	if (at < cs->n)
		memmove(cs->items + at + 1, cs->items + at, (cs->n - at) * sizeof *cs->items);
	cs->items[at] = *c;
	cs->n++;
	return &cs->items[at];
}

const struct site_change *changes_add(struct changes *cs, const struct fact *f,
				      const struct topology *topo, struct words *ws, int64_t now_ns)
{
	struct site_change c = {.at_ns = f->at_ns}, *added = NULL;
	size_t old = 0;

	if (cs->keep_ns == 0)
		return NULL;
	while (old < cs->n && cs->items[old].at_ns < now_ns &&
	       !changes_precede(cs, &cs->items[old], now_ns))
		old++;
	drop_first(cs, old, ws);
	if (f->at_ns < now_ns && !changes_precede(cs, &c, now_ns))
		return NULL;
	if (cs->n >= CHANGES_KEPT) {
		drop_first(cs, 1, ws);
		cs->forgotten++;
	}
	c.id = mem_dupz(f->id);
	c.what = mem_dupz(f->what);
	c.component = words_get(ws, span_cstr(f->component));
	c.service = words_get(ws, span_cstr(f->service));
	c.host = words_get(ws, span_cstr(f->host));
	c.place = place_of(&c, topo);
	added = insert(cs, &c);
	if (!added)
		change_release(&c, ws);
	return added;
}

void changes_place(struct changes *cs, const struct topology *topo)
{
	for (size_t i = 0; i < cs->n; i++)
		cs->items[i].place = place_of(&cs->items[i], topo);
}

void changes_restore(struct changes *cs, struct site_change c)
{
	mem_grow(cs->items, cs->cap, cs->n + 1);
	cs->items[cs->n++] = c;
}
