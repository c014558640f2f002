/*
 * Rank percentiles: what makes sources of different scales comparable.
 */
#include <stdlib.h>

#include "aiops-triage/evidence/source.h"
#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/sort.h"

void source_percentiles(double *scores, size_t n)
{
	double *sorted = mem_array(NULL, n ? n : 1, sizeof *sorted);
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (scores[i] > 0)
			sorted[k++] = scores[i];
	sort_doubles(sorted, k);
	for (size_t i = 0; i < n; i++)
		if (scores[i] > 0)
			scores[i] = (double)count_up_to(sorted, k, scores[i]) / (double)k;
	free(sorted);
}
