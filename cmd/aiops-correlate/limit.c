#include "aiops-correlate/limit.h"

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

bool limit_take(struct limit *l, int64_t at_ns, bool must)
{
	if (l->max == 0)
		return true;
	if (at_ns > l->newest_ns)
		l->newest_ns = at_ns;
	/* of a full ring the place that is taken next is the oldest; times lie within 584 years */
	if (!must && l->n == l->max &&
	    (uint64_t)l->newest_ns - (uint64_t)l->times[l->next] < (uint64_t)HOUR_NS)
		return false;
	l->times[l->next] = l->newest_ns;
	l->next = (l->next + 1) % l->max;
	if (l->n < l->max)
		l->n++;
	return true;
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
