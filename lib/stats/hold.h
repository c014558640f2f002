/*
 * From "bad now" to an alert and back, with hysteresis: bad for `pending`
 * before it fires, good for `resolve` before it is over. Prometheus' words.
 */
#ifndef AIOPS_STATS_HOLD_H
#define AIOPS_STATS_HOLD_H

#include <stdbool.h>
#include <stdint.h>

enum hold_state { HOLD_IDLE, HOLD_PENDING, HOLD_FIRING };
enum hold_event { HOLD_NOTHING, HOLD_FIRED, HOLD_RESOLVED };

struct hold {
	enum hold_state state;
	int64_t since_ns; /* when it became bad */
	int64_t bad_ns;   /* when it was last bad */
	int64_t good_ns;  /* when it was first good again; meaningful if recovering */
	bool recovering;
};

#define HOLD_INIT ((struct hold){.state = HOLD_IDLE})

/* Times must not go backwards. A good moment ends a pending state at once. O(1). */
enum hold_event hold_step(struct hold *h, bool bad, int64_t now_ns, int64_t pending_ns,
			  int64_t resolve_ns);

#endif
