/*
 * Which open incidents a new alert belongs to: those in which a selective
 * label pair of it, or a place next to its own in the topology, was seen within
 * the window. Cost: its labels and its neighbours, however many alerts are open.
 */
#ifndef AIOPS_CORRELATE_LINK_H
#define AIOPS_CORRELATE_LINK_H

#include "aiops-correlate/engine.h"

/* One reason to belong somewhere. */
struct link {
	struct group *g;                /* decided, or NULL and ... */
	const struct sighting *pending; /* ... an alert that still waits */
	const struct pair *pair;        /* what both share, or NULL and ... */
	int place;                      /* ... the place next to it, or below both if ... */
	bool below;                     /* ... most of those that need it alert */
	double rarity;                  /* pair_rarity */
};

struct links {
	struct link *items; /* the strongest reason for each incident */
	size_t n, cap;
	struct link best; /* the strongest of all; neither g nor pending: none */
};

/* True if two times lie at most window_ns apart. */
bool is_near(int64_t a_ns, int64_t b_ns, int64_t window_ns);

/* True if nothing was heard of g for longer than the window before s, and s does
 * not say itself that it began earlier: a repeat then says that the alert fires,
 * but not that what fires around it now has to do with g. */
bool group_is_quiet(const struct engine *en, const struct group *g, const struct sighting *s);
/* Fills *out (zeroed or cleared before). with_pending: also look at alerts that wait. */
void links_find(const struct engine *en, const struct sighting *s, int place, bool with_pending,
		struct links *out);
/*
 * True if s, a repeat of an alert of g (NULL: none) after a quiet time, is part of
 * what happens by now: of an incident of several alerts it tells that they begin
 * anew; one or two alerts that are repeated now and then go on in their old
 * incident, unless something new happens around them.
 */
bool repeat_moves_on(const struct engine *en, const struct sighting *s, const struct group *g,
		     int place, bool with_pending);
void links_release(struct links *l);

/* ---- parts ---- */

/* Adds a reason, or makes it stronger. */
void links_offer(struct links *out, struct link l);
/* True if an alert at place (-1: none) may be joined over p. */
bool link_may_use(const struct engine *en, const struct pair *p, int place);
/* The reason without whom it leads to. */
struct link link_by_pair(const struct engine *en, const struct pair *p);
struct link link_by_place(int place);

/* "shares service=cart", "cart depends on redis". */
void link_words(const struct engine *en, const struct link *l, int place, struct buf *out);

/* From now on s's pairs and place lead to g. */
void links_note(struct engine *en, struct pair *const *pairs, size_t n, int place,
		struct group_ref g, int64_t at_ns);
/* s waits: until it is decided its pairs and place lead to it. */
void links_note_pending(struct engine *en, const struct sighting *s, int place);
void links_drop_pending(struct engine *en, const struct sighting *s, int place);

#endif
