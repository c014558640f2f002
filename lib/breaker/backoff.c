#include "breaker/backoff.h"

int64_t backoff_ms(const struct backoff *b, int failures, uint64_t random)
{
	int64_t most = b->base_ms < 1 ? 1 : b->base_ms;

	for (int i = 1; i < failures && most < b->cap_ms; i++)
		most = most > b->cap_ms / 2 ? b->cap_ms : most * 2;
	if (most > b->cap_ms)
		most = b->cap_ms < 1 ? 1 : b->cap_ms;
	return 1 + (int64_t)(random % (uint64_t)most);
}
