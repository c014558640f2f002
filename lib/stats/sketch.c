/* Profiles of streams: see sketch.h. */
#include "stats/sketch.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/sort.h"

/* Where knots are given, larger batches gain nothing. */
#define BATCH_FIXED (8 * SKETCH_BATCH_MIN)

void sketch_release(struct sketch *s)
{
	if (!s)
		return;
	profile_release(&s->p);
	free(s->batch);
	*s = SKETCH_INIT;
}

void sketch_against(struct sketch *s, const struct profile *p)
{
	assert(!s->laid && s->n_batch == 0);
	profile_lay_as(&s->p, p);
	s->fixed = s->laid = true;
}

static void close_batch(struct sketch *s)
{
	sort_doubles(s->batch, s->n_batch);
	if (s->fixed) {
		profile_count_sorted(&s->p, s->batch, s->n_batch);
	} else if (!s->laid) {
		profile_lay(&s->p, s->batch, s->n_batch);
		profile_count_sorted(&s->p, s->batch, s->n_batch);
		s->laid = true;
	} else {
		profile_add_sorted(&s->p, s->batch, s->n_batch);
		profile_set_bins(&s->p);
	}
	s->n_batch = 0;
}

void sketch_add(struct sketch *s, double x, size_t max_batch)
{
	assert(isfinite(x));
	x += 0.0; /* -0.0 + 0.0 is 0.0 */
	if (s->fixed && max_batch > BATCH_FIXED)
		max_batch = BATCH_FIXED;
	if (s->n_batch >= max_batch) {
		close_batch(s);
		if (s->cap > max_batch) { /* others want the memory now */
			s->batch = mem_array(s->batch, max_batch, sizeof *s->batch);
			s->cap = max_batch;
		}
	}
	mem_grow(s->batch, s->cap, s->n_batch + 1);
	s->batch[s->n_batch++] = x;
	exact_moments_add(&s->p.moments, x);
}

void sketch_finish(struct sketch *s)
{
	if (s->n_batch > 0 || !s->laid)
		close_batch(s);
}
