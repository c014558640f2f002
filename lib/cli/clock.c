#include "cli/clock.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static int64_t wall_ns(void *ctx)
{
	const struct opt_time *now = ctx;
	struct timespec t;

	if (now->given)
		return now->at.ns;
	(void)clock_gettime(CLOCK_REALTIME, &t); /* fails only for a bad clock id */
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t clock_ticks_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* fails only for a bad clock id */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t ticks(void *ctx)
{
	(void)ctx; /* one monotonic clock for all */
	return clock_ticks_ms();
}

static void randomness(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx; /* one source for all */
	while (n) {
		ssize_t got = getrandom(out, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			_exit(EX_SYSTEM); /* crypto_init drew from it already: not without a broken
					     kernel */
		out += got;
		n -= (size_t)got;
	}
}

struct env clock_env(struct opt_time *now)
{
	return (struct env){.ctx = now, .now_ns = wall_ns, .ticks_ms = ticks, .random = randomness};
}
