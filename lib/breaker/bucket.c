#include "breaker/bucket.h"

static const int64_t ns_per_hour = INT64_C(3600000000000), ns_per_ms = 1000000;

bool bucket_take(struct bucket *b, int64_t per_hour, int64_t burst, int64_t now_ns,
		 int64_t *wait_ms)
{
	int64_t token = ns_per_hour / per_hour; /* the time that one token takes to drop in */
	int64_t room = token * (burst - 1);
	int64_t full = b->full_at_ns > now_ns ? b->full_at_ns : now_ns;

	/* A clock that went back: never fuller than empty. */
	if (full - now_ns > token * burst)
		full = b->full_at_ns = now_ns + token * burst;
	if (full - now_ns > room) {
		*wait_ms = (full - now_ns - room + ns_per_ms - 1) / ns_per_ms;
		return false;
	}
	b->full_at_ns = full + token;
	return true;
}
