/*
 * Token bucket: at most `burst` at once and `per_hour` in the long run (ITU-T
 * I.371, the continuous-state leaky bucket). Integer arithmetic: what is kept
 * is when the bucket will be full again, so nothing is lost to rounding.
 */
#ifndef AIOPS_BREAKER_BUCKET_H
#define AIOPS_BREAKER_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
	int64_t full_at_ns; /* zeroed: full */
};

/* Takes a token. False: none is there for *wait_ms. rate and burst are at least 1. A clock that
 * went back leaves the bucket as full as it was. */
bool bucket_take(struct bucket *b, int64_t per_hour, int64_t burst, int64_t now_ns,
		 int64_t *wait_ms);

#endif
