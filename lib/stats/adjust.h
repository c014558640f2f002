/*
 * Many tests at once: p-values adjusted for their number.
 */
#ifndef AIOPS_STATS_ADJUST_H
#define AIOPS_STATS_ADJUST_H

#include <stddef.h>

enum adjustment {
	ADJUST_BH,   /* false discovery rate; Benjamini & Hochberg (1995), JRSS B 57:289 */
	ADJUST_BY,   /* the same under any dependence; Benjamini & Yekutieli (2001) */
	ADJUST_HOLM, /* chance of any false finding; S. Holm (1979) */
	ADJUST_NONE, /* q = p */
};
/* "bh", "by", "holm", "none". */
const char *adjustment_name(enum adjustment how);

/*
 * q[i] of p[i], over the family of n tests: reject where q <= alpha. The names and
 * values are those of R's p.adjust. p in [0, 1], in any order; q may not overlap p. O(n log n).
 */
void p_adjust(enum adjustment how, const double *p, size_t n, double *q);

#endif
