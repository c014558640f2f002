/* Relations between variables: see relation.h. */
#include "stats/relation.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/normal.h"

struct placed {
	double x;
	size_t at;
};

static int by_x(const void *a, const void *b)
{
	const struct placed *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

/* rank[i] of x[i], from 1; equal values share the mean of their ranks. */
static void mid_ranks(const double *x, size_t n, double *rank)
{
	struct placed *order = mem_array(NULL, n + 1, sizeof *order);

	for (size_t i = 0; i < n; i++)
		order[i] = (struct placed){x[i], i};
	qsort(order, n, sizeof *order, by_x);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && !(order[end].x > order[i].x);)
			end++;
		for (size_t k = i; k < end; k++)
			rank[order[k].at] = (double)(i + end + 1) / 2;
	}
	free(order);
}

static double pearson(const double *x, const double *y, size_t n)
{
	double mean = ((double)n + 1) / 2, xx = 0, yy = 0, xy = 0; /* of ranks */

	for (size_t i = 0; i < n; i++) {
		double u = x[i] - mean, v = y[i] - mean;

		xx += u * u;
		yy += v * v;
		xy += u * v;
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

struct relation relation_spearman(const double *x, const double *y, size_t n)
{
	struct relation r = {NAN, NAN, NAN, n};
	double *a, *b, rho;

	if (n < 4)
		return r;
	a = mem_array(NULL, n, sizeof *a);
	b = mem_array(NULL, n, sizeof *b);
	mid_ranks(x, n, a);
	mid_ranks(y, n, b);
	rho = pearson(a, b, n);
	free(a);
	free(b);
	if (isnan(rho))
		return r;
	r.value = fmax(-1, fmin(1, rho));
	/* perfect order in n pairs is no more than an order that n pairs could not tell from it */
	rho = fmax(-1 + 1 / (double)n, fmin(1 - 1 / (double)n, r.value));
	r.scaled = atanh(rho);
	r.error = sqrt((1 + rho * rho / 2) / ((double)n - 3));
	return r;
}

/* Variance of the mean of n placements. */
static double placement_variance(double sum, double squares, double n)
{
	return fmax(0, squares - sum * sum / n) / (n - 1) / n;
}

/* Sums of the placements of one class: its share of the other class that each x is
 * above, by the ranks in the pool and in its own class (Sun & Xu, 2014). */
static void place(const double *rank, const double *own, size_t n, double others, double *sum,
		  double *squares)
{
	*sum = *squares = 0;
	for (size_t i = 0; i < n; i++) {
		double v = (rank[i] - own[i]) / others;

		*sum += v;
		*squares += v * v;
	}
}

static struct relation auc_of(const double *all, size_t positives, size_t n)
{
	double *rank = mem_array(NULL, n, sizeof *rank), *own = mem_array(NULL, n, sizeof *own);
	double p = (double)positives, q = (double)(n - positives), sum[2], squares[2];
	struct relation r = {.n = n};

	mid_ranks(all, n, rank);
	mid_ranks(all, positives, own);
	mid_ranks(all + positives, n - positives, own + positives);
	place(rank, own, positives, q, &sum[0], &squares[0]);
	place(rank + positives, own + positives, n - positives, p, &sum[1], &squares[1]);
	r.value = r.scaled = sum[0] / p;
	r.error = sqrt(placement_variance(sum[0], squares[0], p) +
		       placement_variance(sum[1], squares[1], q));
	/* complete separation shows no variance, which is not to know that there is none */
	if (!(r.error > 0))
		r.error = 1 / fmin(p, q);
	free(rank);
	free(own);
	return r;
}

struct relation relation_auc(const double *x, const double *y, size_t n)
{
	struct relation r = {NAN, NAN, NAN, n};
	double *all = mem_array(NULL, n + 1, sizeof *all);
	size_t positives = 0, negatives = 0;

	for (size_t i = 0; i < n; i++) {
		if (y[i] > 0)
			all[positives++] = x[i];
		else
			all[n - ++negatives] = x[i];
	}
	if (positives >= 2 && negatives >= 2)
		r = auc_of(all, positives, n);
	free(all);
	return r;
}

double relation_change_p(const struct relation *a, const struct relation *b)
{
	double error = hypot(a->error, b->error), change = b->scaled - a->scaled;

	if (!(error > 0))
		return 1;
	return normal_two_sided(change / error);
}
