/*
 * How long to wait before the next try: exponential back-off with full jitter
 * (M. Brooker, "Exponential Backoff And Jitter", 2015).
 */
#ifndef AIOPS_BREAKER_BACKOFF_H
#define AIOPS_BREAKER_BACKOFF_H

#include <stdint.h>

struct backoff {
	int64_t base_ms; /* the longest first wait, above 0 */
	int64_t cap_ms;  /* the longest wait at all */
};

/*
 * Milliseconds before try number failures + 1, after `failures` >= 1 failed
 * ones: even in [1, min(cap, base * 2^(failures - 1))]. random: 64 bits that
 * others do not share, so that clients that failed together do not come back
 * together.
 */
int64_t backoff_ms(const struct backoff *b, int failures, uint64_t random);

#endif
