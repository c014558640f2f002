/*
 * Deduplication: the alerts that fire now, by fingerprint, in event time. An
 * alert that was resolved stays known until it would have expired, so that a
 * firing that arrives after its resolution does not stay open.
 *
 * What is known of one fingerprint is its track: the alert, the report that
 * waits. Reports and timers hold their track, so that each report is looked up
 * once, when it comes in.
 */
#ifndef AIOPS_CORRELATE_ALERTS_H
#define AIOPS_CORRELATE_ALERTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/group/group.h"
#include "aiops-correlate/sighting.h"
#include "aiops-correlate/tables/heap.h"
#include "aiops-correlate/tables/index.h"

struct alert {
	uint64_t fp;
	struct track *track;
	int64_t first_ns, last_ns; /* firing reports; last_ns also the resolution */
	union {
		int64_t ends_ns; /* of one that fires: when it said that it ends; INT64_MAX none */
		int64_t resolved_ns; /* of any other */
	};
	int64_t due_ns;  /* when its timer fires */
	uint32_t count;  /* firing reports; 0: only its resolution is known */
	uint32_t member; /* place in its incident, or MEMBER_NONE */
	bool active;
	bool named; /* its first record's id stands behind the pairs: not of a resolution alone */
	uint8_t muted;    /* enum muted, see suppress.h */
	uint16_t n_pairs; /* at most PAIRS_PER_SIGHTING */
	int64_t told_ns;  /* the last report that nothing held back; INT64_MIN none */
	struct group_ref group;
	struct pair *pairs[]; /* held */
};

/* The id of the record that began it, or NULL. */
static inline const char *alert_first_id(const struct alert *a)
{
	return a->named ? (const char *)(a->pairs + a->n_pairs) : NULL;
}

struct track {
	uint64_t fp;
	union {
		struct alert *alert; /* NULL: none is known */
		struct track *spare; /* of a spare one: the next one */
	};
	struct sighting *waiting; /* the latest report that waits; NULL none */
	uint32_t holds;           /* of reports and timers */
};

struct alerts {
	struct index by_fp;            /* of struct track */
	struct track **blocks, *spare; /* their memory, and what of it is free */
	size_t n_blocks, blocks_cap;
	struct heap expiry; /* of tracks: when each alert would leave, unless it was seen since */
	size_t known;       /* tracks that have an alert */
	int64_t dedup_ns;
};

void alerts_init(struct alerts *as, int64_t dedup_ns);
void alerts_release(struct alerts *as);

struct alert *alerts_get(const struct alerts *as, uint64_t fp);
/* for (size_t i = 0; (a = alerts_next(as, &i));), in no certain order. */
struct alert *alerts_next(const struct alerts *as, size_t *i);

/* The track of a fingerprint, held once more; made if there is none. */
struct track *alerts_track(struct alerts *as, uint64_t fp);
/* One of fp is asked for soon: where it stands is fetched meanwhile. */
static inline __attribute__((always_inline)) void alerts_expect(const struct alerts *as,
								uint64_t fp)
{
	index_expect(&as->by_fp, index_hash_u64(&as->by_fp, fp));
}
/* t is decided soon: its alert is fetched meanwhile. */
static inline __attribute__((always_inline)) void track_look_ahead(const struct track *t)
{
	const char *a = (const char *)t->alert;

	if (!a)
		return;
	__builtin_prefetch(a);
	__builtin_prefetch(a + 64);
	__builtin_prefetch(a + 128);
}
/* Gives a hold back. A track that is not held and has no alert is gone. */
void alerts_untrack(struct alerts *as, struct track *t);

enum verdict {
	VERDICT_NEW,       /* not known, or too far away in time: a new alert */
	VERDICT_DUPLICATE, /* the alert fires already */
	VERDICT_AGAIN,     /* fires again after its resolution */
	VERDICT_OVER,      /* fired before a resolution that came first: over already */
	VERDICT_APART, /* older by more than the window than the known one: an alert of its own */
	VERDICT_RESOLVES, /* ends an alert that fires */
	VERDICT_STALE, /* a resolution that is older than the firing, repeated, or of nothing known
			*/
};
/* What a report at at_ns means for the alert a (NULL: not known). Pure. */
enum verdict alerts_judge(const struct alert *a, int64_t at_ns, bool resolved, int64_t dedup_ns);

/* A new entry for s; its pairs' holds go over. There must be none of its fingerprint. */
struct alert *alerts_add(struct alerts *as, struct sighting *s);
/* The same for one that was reported so often before. */
struct alert *alerts_restore(struct alerts *as, struct sighting *s, uint32_t count);
/* (Re)starts a's timer after a change of last_ns. */
void alerts_watch(struct alerts *as, struct alert *a);
/* a came late and was heard of at heard_ns: it leaves no sooner than if it had been seen then. */
void alerts_keep(struct alerts *as, struct alert *a, int64_t heard_ns);
/* The next alert that leaves before now_ns, or NULL; take it out with alerts_remove. */
struct alert *alerts_expired(struct alerts *as, int64_t now_ns);
/* True if a fires still, and said that it ends at at_ns or before. */
bool alert_is_over(const struct alert *a, int64_t at_ns);
/* When the next timer fires; INT64_MAX if there is none. A time at which nothing leaves is
 * possible. */
int64_t alerts_next_due(const struct alerts *as);
void alerts_remove(struct alerts *as, struct alert *a);
size_t alerts_count(const struct alerts *as);

#endif
