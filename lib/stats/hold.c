/* Pending, firing, resolved: see hold.h. */
#include "stats/hold.h"

static enum hold_event go_on_bad(struct hold *h, int64_t now_ns, int64_t pending_ns)
{
	if (h->state == HOLD_IDLE) {
		h->state = HOLD_PENDING;
		h->since_ns = now_ns;
	}
	h->bad_ns = now_ns;
	h->recovering = false;
	if (h->state != HOLD_PENDING || now_ns - h->since_ns < pending_ns)
		return HOLD_NOTHING;
	h->state = HOLD_FIRING;
	return HOLD_FIRED;
}

enum hold_event hold_step(struct hold *h, bool bad, int64_t now_ns, int64_t pending_ns,
			  int64_t resolve_ns)
{
	if (bad)
		return go_on_bad(h, now_ns, pending_ns);
	if (h->state == HOLD_PENDING)
		h->state = HOLD_IDLE;
	if (h->state != HOLD_FIRING)
		return HOLD_NOTHING;
	if (!h->recovering) {
		h->recovering = true;
		h->good_ns = now_ns;
	}
	if (now_ns - h->good_ns < resolve_ns)
		return HOLD_NOTHING;
	*h = HOLD_INIT;
	return HOLD_RESOLVED;
}
