/*
 * The outside world's clock and randomness, made once by cli and handed down,
 * so that everything below can be driven by a test.
 */
#ifndef AIOPS_BASE_ENV_H
#define AIOPS_BASE_ENV_H

#include <stddef.h>
#include <stdint.h>

struct env {
	void *ctx;
	/* Wall clock, nanoseconds since the epoch; fixed by --now. */
	int64_t (*now_ns)(void *ctx);
	/* Monotonic milliseconds, for deadlines. */
	int64_t (*ticks_ms)(void *ctx);
	/* n bytes that cannot be guessed. */
	void (*random)(void *ctx, uint8_t *out, size_t n);
	/* Lets ms pass, for a clock that does not go by itself: whoever waits calls it in the place
	 * of sleeping. NULL: the clock is the world's. */
	void (*pass)(void *ctx, int64_t ms);
};

static inline int64_t env_now_ns(const struct env *v)
{
	return v->now_ns(v->ctx);
}

static inline int64_t env_ticks_ms(const struct env *v)
{
	return v->ticks_ms(v->ctx);
}

static inline void env_random(const struct env *v, uint8_t *out, size_t n)
{
	v->random(v->ctx, out, n);
}

#endif
