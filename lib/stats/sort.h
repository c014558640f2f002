/*
 * Sorting numbers.
 */
#ifndef AIOPS_STATS_SORT_H
#define AIOPS_STATS_SORT_H

#include <stddef.h>

/*
 * Ascending order of finite doubles. O(n): from about a thousand on a radix sort with
 * scratch for half of them.
 */
void sort_doubles(double *x, size_t n);

#endif
