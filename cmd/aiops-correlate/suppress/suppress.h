/*
 * Holding alerts back, and giving them back: maintenance, inhibition, flapping,
 * cooldown and the hourly cap, as one alert after another is decided. What is
 * held back is counted, told, and its record passes with the reason.
 *
 * An alert that begins to fire in a maintenance window is kept aside: it takes
 * no part in incidents until the last window that covers it ends; then, if it
 * still fires, it is told once and joins or opens an incident. One that fired
 * before stays in its incident and is marked. Inhibited and flapping alerts stay
 * in theirs. Cooldown and cap are only marks.
 */
#ifndef AIOPS_CORRELATE_SUPPRESS_H
#define AIOPS_CORRELATE_SUPPRESS_H

#include "aiops-correlate/engine.h"
#include "aiops-correlate/suppress/flapping.h"
#include "aiops-correlate/suppress/inhibit.h"
#include "aiops-correlate/suppress/limit.h"
#include "aiops-correlate/suppress/maintenance.h"
#include "aiops-correlate/suppress/rules.h"
#include "aiops-correlate/suppress/suppressed.h"

/* Bits of struct alert's `muted`. */
enum muted { MUTED_MAINTENANCE = 1u << 0, MUTED_INHIBITION = 1u << 1 };

/* An alert that began to fire in a maintenance window. */
struct held {
	struct sighting *s;
	uint32_t count;
};

struct policy {
	struct site_rules rules;
	struct maintenance *maintenance; /* owned; NULL none */
	struct inhibit inhibit;
	struct cap told, foretold; /* as decided, and as annotated */
	struct flaps flaps;
	struct map held; /* fingerprint to struct held */
	struct burst bursts[SUPPRESS_CAUSES];
	struct suppressed totals;
	int64_t cooldown_ns, boundary_ns; /* when a window next begins or ends */
	size_t max_held;
	uint64_t not_held; /* beyond max_held: their records passed, but they are not given back */
	struct buf line;
};

/* Takes rules and maintenance (may be NULL) over. */
void policy_init(struct policy *p, const struct site_rules *rules, struct maintenance *m,
		 int64_t cooldown_ns, size_t max_per_hour, size_t max_held);
void policy_release(struct policy *p, struct words *ws);

/* All of these do nothing if the engine has no policy. */

/* What policy asks for s. */
void suppress_rate(const struct engine *en, struct sighting *s);
/* Before s, of verdict v on a (may be NULL), is applied: true if that is not to be done. */
bool suppress_hold(struct engine *en, struct sighting *s, struct alert *a, enum verdict v,
		   struct outcome *out);
/* After it was. opened: it opened an incident; raised: with a higher severity than before. */
void suppress_after(struct engine *en, const struct sighting *s, enum verdict v, bool opened,
		    bool raised, struct outcome *out);
/* As far as it can be told when s is read; a and twin (may be NULL) are what is known of it. */
void suppress_preview(struct engine *en, struct sighting *s, const struct alert *a,
		      const struct sighting *twin, struct outcome *out);
/* a is about to leave its incident, or memory if gone. True if it flapped, and its last report said
 * that it is over. */
bool suppress_left(struct engine *en, struct alert *a, bool gone);
bool suppress_is_flapping(const struct engine *en, uint64_t fp);

/* When something is due; INT64_MAX: nothing. */
int64_t suppress_next_due(const struct engine *en);
/* What is due at at_ns. */
void suppress_tick(struct engine *en, int64_t at_ns);
/* Nothing more comes: bursts are over. */
void suppress_finish(struct engine *en);
/* Puts together what follows from the alerts that were read back. */
void suppress_restored(struct engine *en);

/* ---- parts ---- */

/* Tells that a flapped until now. */
void suppress_tell_settled(struct engine *en, const struct flap *f, const struct alert *a);
/* Emits p->line. */
void suppress_say(struct engine *en);
/* a fires on and is held back no longer by `from`: told once. */
void suppress_give_back(struct engine *en, struct alert *a, const char *from, struct span name);
/* An alert that was kept aside fires on: it joins or opens an incident now. */
void suppress_give_back_held(struct engine *en, uint64_t fp, struct span window);
void held_drop(struct policy *p, struct words *ws, uint64_t fp);
struct held *held_get(const struct policy *p, uint64_t fp);
struct held *held_add(struct policy *p, struct sighting *s, uint32_t count);

#endif
