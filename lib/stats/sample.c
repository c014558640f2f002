/* Samples in memory: see sample.h. */
#include "stats/sample.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/sort.h"

void sample_add(struct sample *s, double x)
{
	assert(isfinite(x));
	mem_grow(s->values, s->cap, s->n + 1);
	s->values[s->n++] = x + 0.0; /* -0.0 + 0.0 is 0.0 */
	s->sorted = false;
}

void sample_sort(struct sample *s)
{
	if (!s->sorted)
		sort_doubles(s->values, s->n);
	s->sorted = true;
}

void sample_release(struct sample *s)
{
	if (!s)
		return;
	free(s->values);
	*s = SAMPLE_INIT;
}
