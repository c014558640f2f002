/*
 * A share with its interval.
 */
#ifndef AIOPS_STATS_PROPORTION_H
#define AIOPS_STATS_PROPORTION_H

#include <stdint.h>

struct proportion {
	double at, low, high; /* k / n, and its 95 % interval; all NAN without any */
};

/* k of n, 0 <= k <= n. E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22:209 (1927). Pure. */
struct proportion proportion_of(int64_t k, int64_t n);

#endif
