/*
 * A share that changed: the exact test for a 2 x 2 table.
 */
#ifndef AIOPS_STATS_FISHER_H
#define AIOPS_STATS_FISHER_H

#include <stdint.h>

/*
 * The p-value that hits_a of n_a and hits_b of n_b are one share. Fisher's exact
 * test, two-sided (all tables that are no likelier than this one), when an
 * expected count is below 5; else chi-squared with Yates' correction. R. A. Fisher (1922).
 * hits <= n. Zero cases: an empty side, no hit or only hits on both sides give 1.
 * O(min(n_a, n_b, hits, misses)) for the exact form, which is small there, else O(1).
 */
double share_change_p(uint64_t hits_a, uint64_t n_a, uint64_t hits_b, uint64_t n_b);

#endif
