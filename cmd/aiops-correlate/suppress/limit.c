#include "aiops-correlate/suppress/limit.h"

#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"

#define HOUR_NS (3600 * NS_PER_S)

void limit_init(struct limit *l, size_t max)
{
	*l = (struct limit){.max = max, .newest_ns = INT64_MIN};
	l->times = max ? mem_array(NULL, max, sizeof *l->times) : NULL;
}

void limit_release(struct limit *l)
{
	free(l->times);
	*l = (struct limit){0};
}

static bool is_full(const struct limit *l, int64_t at_ns)
{
	int64_t newest_ns = at_ns > l->newest_ns ? at_ns : l->newest_ns;

	/* of a full ring the place that is taken next is the oldest; times lie within 584 years */
	return l->max && l->n == l->max &&
	       (uint64_t)newest_ns - (uint64_t)l->times[l->next] < (uint64_t)HOUR_NS;
}

bool limit_take(struct limit *l, int64_t at_ns, bool must)
{
	if (l->max == 0)
		return true;
	if (at_ns > l->newest_ns)
		l->newest_ns = at_ns;
	if (!must && is_full(l, at_ns))
		return false;
	l->times[l->next] = l->newest_ns;
	l->next = (l->next + 1) % l->max;
	if (l->n < l->max)
		l->n++;
	return true;
}

void cap_init(struct cap *c, size_t max_per_hour)
{
	limit_init(&c->all, max_per_hour);
	limit_init(&c->firsts, max_per_hour);
}

void cap_release(struct cap *c)
{
	limit_release(&c->all);
	limit_release(&c->firsts);
}

bool cap_asks_for_first(const struct cap *c, int64_t at_ns)
{
	return is_full(&c->all, at_ns) && !is_full(&c->firsts, at_ns);
}

bool cap_take(struct cap *c, int64_t at_ns, enum cap_claim claim)
{
	if (limit_take(&c->all, at_ns, claim == CLAIM_MUST))
		return true;
	return claim == CLAIM_FIRST && limit_take(&c->firsts, at_ns, false);
}

bool burst_note(struct burst *b, int64_t at_ns)
{
	bool begins = !b->open;

	if (begins)
		*b = (struct burst){.open = true, .since_ns = at_ns, .last_ns = at_ns};
	b->n++;
	if (at_ns > b->last_ns)
		b->last_ns = at_ns;
	return begins;
}
