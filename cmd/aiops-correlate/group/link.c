#include "aiops-correlate/group/link.h"

#include <stdlib.h>

#include "aiops-correlate/group/apart.h"
#include "aiops-correlate/group/sides.h"
#include "base/mem.h"

/* A place is as rare as a pair that one in ten incidents has. */
static const double place_rarity = 10;

bool is_near(int64_t a_ns, int64_t b_ns, int64_t window_ns)
{
	/* times lie within 584 years of one another, so the difference may pass int64 */
	uint64_t d =
		a_ns > b_ns ? (uint64_t)a_ns - (uint64_t)b_ns : (uint64_t)b_ns - (uint64_t)a_ns;

	return d <= (uint64_t)window_ns;
}

/* Alerts of one incident that may be repeated slowly without beginning anew. */
enum { SLOW_REPEATS = 2 };

/* A silent dependency may be why its users alert if so many do at nearly the same time: at least
 * two, and this share, within this part of the window, as it is one step away from all of them. A
 * half leaves room for the minute at which many rules are looked at. */
static const double least_coverage = 0.6;
enum {
	LEAST_USERS = 2,
	WINDOW_PARTS = 2,
	MOST_USERS = 1000, /* neighbours of a place that are looked at for this */
};

bool group_is_quiet(const struct engine *en, const struct group *g, const struct sighting *s)
{
	if (s->starts_ns < s->at_ns || s->at_ns <= g->fresh_ns)
		return false;
	return !is_near(s->at_ns, g->fresh_ns, en->set.window_ns);
}

void links_offer(struct links *out, struct link l)
{
	if (l.rarity > out->best.rarity)
		out->best = l;
	if (!l.g)
		return;
	for (size_t i = 0; i < out->n; i++) {
		if (out->items[i].g != l.g)
			continue;
		if (l.rarity > out->items[i].rarity)
			out->items[i] = l;
		return;
	}
	mem_grow(out->items, out->cap, out->n + 1);
	out->items[out->n++] = l;
}

bool link_may_use(const struct engine *en, const struct pair *p, int place)
{
	if (place >= 0 && p->name->kind == NAME_OTHER)
		return false; /* the topology knows better where it belongs */
	return pair_is_selective(&en->pairs, p);
}

struct link link_by_pair(const struct engine *en, const struct pair *p)
{
	return (struct link){.pair = p, .place = -1, .rarity = pair_rarity(&en->pairs, p)};
}

struct link link_by_place(int place)
{
	return (struct link){.place = place, .rarity = place_rarity};
}

static void look(const struct engine *en, int64_t at_ns, struct group_ref ref, int64_t last_ns,
		 const struct sighting *pending, struct link l, struct links *out)
{
	l.g = is_near(at_ns, last_ns, en->set.window_ns) ? groups_find(&en->groups, ref) : NULL;
	l.pending = !l.g && pending && is_near(at_ns, pending->at_ns, en->set.window_ns) ? pending
											 : NULL;
	if (l.g || l.pending)
		links_offer(out, l);
}

static bool alerts_too(const struct engine *en, const struct sighting *s, int place)
{
	return is_near(s->at_ns, en->places[place].last_ns, en->set.window_ns / WINDOW_PARTS);
}

/* True if something else that user needs directly alerts: that explains it, and no silent node is
 * to tie it to others, or faults that only meet in time would become one. */
static bool is_explained(const struct engine *en, const struct sighting *s, int user, int but)
{
	const struct topo_place *p = &en->topo->places[user];

	for (size_t i = 0; i < p->n; i++)
		if (p->near[i].depends && p->near[i].place != but &&
		    alerts_too(en, s, p->near[i].place))
			return true;
	return false;
}

/* True if enough of the places that need `below` alert, s's own among them, and it does not: it may
 * be why. */
static bool is_shared_trouble(const struct engine *en, const struct sighting *s, int own, int below)
{
	const struct topo_place *p = &en->topo->places[below];
	size_t users = 0, alerting = 0;

	if (p->n > MOST_USERS || alerts_too(en, s, below))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		int user = p->near[i].place;

		if (p->near[i].depends)
			continue;
		users++;
		alerting += user == own || alerts_too(en, s, user);
	}
	return alerting >= LEAST_USERS && (double)alerting >= least_coverage * (double)users;
}

/* True if out has the incident that was seen last at a place. */
static bool has_incident(const struct engine *en, const struct links *out, int place)
{
	const struct group *g = groups_find(&en->groups, en->places[place].group);

	for (size_t i = 0; i < out->n; i++)
		if (out->items[i].g == g)
			return true;
	return false;
}

/* Others that need `below` and that nothing else explains. */
static void look_at_users(const struct engine *en, const struct sighting *s, int own, int below,
			  struct links *out)
{
	const struct topo_place *p = &en->topo->places[below];
	struct link l = link_by_place(below);

	l.below = true;
	for (size_t i = 0; i < p->n; i++) {
		int user = p->near[i].place;

		if (p->near[i].depends || user == own || !alerts_too(en, s, user) ||
		    has_incident(en, out, user) || is_explained(en, s, user, below))
			continue;
		look(en, s->at_ns, en->places[user].group, en->places[user].last_ns, NULL, l, out);
	}
}

/* Others that need what s's place needs. */
static void look_below(const struct engine *en, const struct sighting *s, int place,
		       struct links *out)
{
	const struct topo_place *own = &en->topo->places[place];

	for (size_t i = 0; i < own->n; i++) {
		int below = own->near[i].place;

		if (own->near[i].depends && is_shared_trouble(en, s, place, below) &&
		    !is_explained(en, s, place, below))
			look_at_users(en, s, place, below, out);
	}
}

static void look_around(const struct engine *en, const struct sighting *s, int place,
			bool with_pending, struct links *out)
{
	const struct topo_place *p = &en->topo->places[place];
	const struct place_state *own = &en->places[place];

	look(en, s->at_ns, own->group, own->last_ns, with_pending ? own->pending : NULL,
	     link_by_place(place), out);
	for (size_t i = 0; i < p->n; i++) {
		const struct place_state *st = &en->places[p->near[i].place];

		look(en, s->at_ns, st->group, st->last_ns, with_pending ? st->pending : NULL,
		     link_by_place(p->near[i].place), out);
	}
	look_below(en, s, place, out);
}

void links_find(const struct engine *en, const struct sighting *s, int place, bool with_pending,
		struct links *out)
{
	out->n = 0;
	out->best = (struct link){0};
	for (size_t i = 0; i < s->n_pairs; i++) {
		const struct pair *p = s->pairs[i];

		if (p->group.gen == 0 && !(with_pending && p->pending))
			continue;
		if (link_may_use(en, p, place))
			look(en, s->at_ns, p->group, p->last_ns, with_pending ? p->pending : NULL,
			     link_by_pair(en, p), out);
	}
	if (place >= 0)
		look_around(en, s, place, with_pending, out);
	links_keep_apart(en, s, place, out);
}

bool repeat_moves_on(const struct engine *en, const struct sighting *s, const struct group *g,
		     int place, bool with_pending)
{
	struct links links = {0};
	bool others;

	if (!g || !group_is_quiet(en, g, s))
		return false;
	if (g->active > SLOW_REPEATS)
		return true;
	links_find(en, s, place, with_pending, &links);
	others = links.best.g || links.best.pending;
	links_release(&links);
	return others;
}

void links_release(struct links *l)
{
	free(l->items);
	*l = (struct links){0};
}

void link_words(const struct engine *en, const struct link *l, int place, struct buf *out)
{
	struct span here, there;

	if (l->pair) {
		buf_add_cstr(out, "shares ");
		if (!pair_is_group(l->pair)) {
			buf_add_span(out, pair_name_span(l->pair));
			buf_add_char(out, '=');
		}
		buf_add_span(out, pair_value_span(l->pair));
		return;
	}
	here = en->topo->places[place].name;
	there = en->topo->places[l->place].name;
	if (l->below) {
		buf_add_cstr(out, "most that depend on ");
		buf_add_span(out, there);
		buf_add_cstr(out, " alert");
		return;
	}
	if (l->place == place) {
		buf_add_cstr(out, "belongs to ");
		buf_add_span(out, here);
		return;
	}
	if (!topology_depends(en->topo, place, l->place)) {
		struct span swap = here;

		here = there;
		there = swap;
	}
	buf_add_span(out, here);
	buf_add_cstr(out, " depends on ");
	buf_add_span(out, there);
}

void links_note(struct engine *en, struct pair *const *pairs, size_t n, int place,
		struct group_ref g, int64_t at_ns)
{
	for (size_t i = 0; i < n; i++) {
		if (at_ns < pairs[i]->last_ns)
			continue; /* late: what was seen after it stays */
		pairs[i]->group = g;
		pairs[i]->last_ns = at_ns;
	}
	if (apart_is_used(en))
		sides_note(en, pairs, n, place, g, at_ns);
	if (place < 0 || at_ns < en->places[place].last_ns)
		return;
	en->places[place].group = g;
	en->places[place].last_ns = at_ns;
}

void links_note_pending(struct engine *en, const struct sighting *s, int place)
{
	for (size_t i = 0; i < s->n_pairs; i++)
		s->pairs[i]->pending = s;
	if (place >= 0)
		en->places[place].pending = s;
}

void links_drop_pending(struct engine *en, const struct sighting *s, int place)
{
	for (size_t i = 0; i < s->n_pairs; i++)
		if (s->pairs[i]->pending == s)
			s->pairs[i]->pending = NULL;
	if (place >= 0 && en->places[place].pending == s)
		en->places[place].pending = NULL;
}
