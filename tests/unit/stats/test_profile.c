/*
 * Profiles against the values they came from: every interval holds the truth, and
 * merging is what counting everything in one place would have been.
 */
#include "stats/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/divergence.h"
#include "stats/profile_diff.h"
#include "stats/quantile.h"
#include "stats/sketch.h"
#include "stats/sort.h"
#include "stats/wasserstein.h"
#include "stats_test.h"

/* ---- data ---- */

enum data { NORMAL, LOGNORMAL, EPOCH, SENTINEL, WHOLE, CONSTANT, OUTLIER, RISING, JUMPING, KINDS };

static double draw(enum data kind, size_t i, size_t n, double shift, uint64_t *seed)
{
	double z = random_normal(seed) + shift;

	switch (kind) {
	case LOGNORMAL:
		return exp(z);
	case EPOCH:
		return 1.7e9 + 10 * z;
	case SENTINEL:
		return random_unit(seed) < 0.7 ? -1 : fabs(z);
	case WHOLE:
		return floor(exp(3 + z));
	case CONSTANT:
		return 7 + floor(shift);
	case OUTLIER:
		return i == n / 2 ? 1e300 : z;
	case RISING: /* every value is beyond all before */
		return (double)i + random_unit(seed) + 100 * shift;
	case JUMPING: /* the law changes on the way */
		return i < n / 2 ? z : 1000 + z * z;
	default:
		return z;
	}
}

static double *data_of(enum data kind, size_t n, double shift, uint64_t *seed)
{
	double *x = mem_array(NULL, n + 1, sizeof *x);

	for (size_t i = 0; i < n; i++)
		x[i] = draw(kind, i, n, shift, seed);
	return x;
}

static struct sketch sketch_of(const double *x, size_t n, const struct profile *against)
{
	struct sketch s = SKETCH_INIT;

	if (against)
		sketch_against(&s, against);
	for (size_t i = 0; i < n; i++)
		sketch_add(&s, x[i], SKETCH_BATCH_MIN);
	sketch_finish(&s);
	return s;
}

/* In shards, each with knots of its own, merged. */
static struct sketch sharded(const double *x, size_t n, size_t shards)
{
	struct sketch all = SKETCH_INIT;

	for (size_t k = 0; k < shards; k++) {
		size_t from = k * n / shards, to = (k + 1) * n / shards;
		struct sketch one = sketch_of(x + from, to - from, NULL);

		profile_merge(&all.p, &one.p);
		sketch_release(&one);
	}
	profile_thin(&all.p, PROFILE_KNOTS);
	profile_set_bins(&all.p);
	return all;
}

/* ---- the truth ---- */

static void assert_inside(double v, struct interval i, const char *what)
{
	double tolerance = 1e-9 * fabs(v) + 1e-12;

	if (!(v >= i.low - tolerance && v <= i.high + tolerance))
		fail_msg("%s: %.17g is not in [%.17g, %.17g]", what, v, i.low, i.high);
}

static void assert_bins(const struct profile_diff *d, const struct bins *bins, const double *x,
			size_t n, const double *y, size_t m)
{
	uint64_t in_ref[BINS_MAX + 1], in_cur[BINS_MAX + 1];
	size_t count = bins_count(bins);

	bins_fill(bins, x, n, in_ref);
	bins_fill(bins, y, m, in_cur);
	assert_inside(psi_of_counts(in_ref, in_cur, count).psi, d->psi_range, "PSI");
	assert_inside(js_divergence(in_ref, in_cur, count), d->js_range, "JS");
}

static void assert_orders(const struct profile *p, const double *x, size_t n)
{
	double low, high;

	for (size_t k = 1; k <= n; k += n / 50 + 1) {
		profile_order(p, k, &low, &high);
		if (!(x[k - 1] >= low && x[k - 1] <= high))
			fail_msg("value %zu of %zu, %.17g, is not in [%.17g, %.17g]", k, n,
				 x[k - 1], low, high);
	}
}

static void assert_counts(const struct profile *p, const double *x, size_t n)
{
	uint64_t sum = p->cells[p->n_knots];

	for (size_t k = 0; k < p->n_knots; k++) {
		struct count_range below = profile_below(p, p->knots[k]),
				   up_to = profile_up_to(p, p->knots[k]);
		size_t b = count_below(x, n, p->knots[k]), u = count_up_to(x, n, p->knots[k]);

		sum += p->cells[k] + p->at[k];
		assert_true(k == 0 || p->knots[k] > p->knots[k - 1]);
		if (k % 64 == 0 &&
		    !(b >= below.low && b <= below.high && u >= up_to.low && u <= up_to.high))
			fail_msg("knot %zu: %zu not in [%llu, %llu], or %zu not in [%llu, %llu]", k,
				 b, (unsigned long long)below.low, (unsigned long long)below.high,
				 u, (unsigned long long)up_to.low, (unsigned long long)up_to.high);
	}
	assert_int_equal(sum, n);
	assert_int_equal(p->moments.n, n);
}

/* x and y are sorted here. */
static struct profile_diff assert_certified(const struct profile *ref, const struct profile *cur,
					    double *x, size_t n, double *y, size_t m)
{
	struct profile_diff d = profile_compare(ref, cur, false, 0, 0);

	sort_doubles(x, n);
	sort_doubles(y, m);
	assert_counts(ref, x, n);
	assert_counts(cur, y, m);
	assert_orders(ref, x, n);
	assert_orders(cur, y, m);
	assert_inside(ks_statistic(x, n, y, m).d, d.d, "D");
	assert_inside(wasserstein1(x, n, y, m), d.wasserstein_range, "W1");
	assert_bins(&d, &ref->bins, x, n, y, m);
	assert_true(d.p_low.p <= d.p_high.p);
	return d;
}

static void intervals_hold_the_truth_in_300_random_cases(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 300; i++) {
		enum data kind = (enum data)(i % KINDS);
		size_t n = 1 + random_u64(&seed) % (i % 3 ? 2000 : 9000),
		       m = 1 + random_u64(&seed) % (i % 5 ? 2000 : 9000);
		double shift = random_unit(&seed) * (i % 4 ? 0.2 : 3);
		double *x = data_of(kind, n, 0, &seed), *y = data_of(kind, m, shift, &seed);
		struct sketch ref = i % 6 == 5 ? sharded(x, n, 4) : sketch_of(x, n, NULL), cur;

		if (i % 3 == 0)
			cur = sketch_of(y, m, NULL);
		else if (i % 3 == 1)
			cur = sketch_of(y, m, &ref.p);
		else
			cur = sharded(y, m, 3);
		(void)assert_certified(&ref.p, &cur.p, x, n, y, m);
		sketch_release(&ref);
		sketch_release(&cur);
		free(x);
		free(y);
	}
}

/* Knots laid over the whole sorted reference. */
static void width_is_at_most_a_step_where_the_reference_is_whole(void **state)
{
	uint64_t seed = 9;
	size_t n = 100000;

	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		double *x = data_of((enum data)kind, n, 0, &seed),
		       *y = data_of((enum data)kind, n, 0.01, &seed);
		struct profile ref = PROFILE_INIT;
		struct sketch cur = SKETCH_INIT;
		struct profile_diff d;

		sort_doubles(x, n);
		profile_lay(&ref, x, n);
		profile_count_sorted(&ref, x, n);
		for (size_t i = 0; i < n; i++)
			exact_moments_add(&ref.moments, x[i]);
		assert_null(ref.slack);
		assert_true(ref.n_knots <= PROFILE_KNOTS);
		assert_true(profile_error(&ref) <= 1.0 / PROFILE_STEPS);
		sketch_against(&cur, &ref);
		for (size_t i = 0; i < n; i++)
			sketch_add(&cur, y[i], SKETCH_BATCH_MIN);
		sketch_finish(&cur);
		d = assert_certified(&ref, &cur.p, x, n, y, n);
		assert_true(d.d.high - d.d.low <= 1.0 / PROFILE_STEPS + 1e-15);
		profile_release(&ref);
		sketch_release(&cur);
		free(x);
		free(y);
	}
}

/* A stream longer than what is kept at first: the bound is a few steps, for any order. */
static void long_streams_stay_narrow(void **state)
{
	uint64_t seed = 4;
	size_t n = 120000;

	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		double *x = data_of((enum data)kind, n, 0, &seed);
		struct sketch s = sketch_of(x, n, NULL);

		sort_doubles(x, n);
		assert_counts(&s.p, x, n);
		assert_orders(&s.p, x, n);
		assert_true(s.p.n_knots <= PROFILE_KNOTS);
		if (!(profile_error(&s.p) <= 8.0 / PROFILE_STEPS))
			fail_msg("data %d: error %g", kind, profile_error(&s.p));
		sketch_release(&s);
		free(x);
	}
}

static void assert_same(const struct profile *a, const struct profile *b)
{
	struct buf s = BUF_INIT(4000), t = BUF_INIT(4000);
	struct exact_moments ma = a->moments, mb = b->moments;

	assert_true(profile_same_knots(a, b));
	assert_memory_equal(a->cells, b->cells, (a->n_knots + 1) * sizeof *a->cells);
	assert_memory_equal(a->at, b->at, a->n_knots * sizeof *a->at);
	assert_int_equal(a->slack != NULL, b->slack != NULL);
	if (a->slack)
		assert_memory_equal(a->slack, b->slack, a->n_knots * sizeof *a->slack);
	exact_sum_write(&ma.sum, EXACT_SUM_UNIT, &s);
	exact_sum_write(&ma.squares, EXACT_SQUARES_UNIT, &s);
	exact_sum_write(&mb.sum, EXACT_SUM_UNIT, &t);
	exact_sum_write(&mb.squares, EXACT_SQUARES_UNIT, &t);
	assert_true(span_eq(buf_span(&s), buf_span(&t)));
	assert_true(ma.n == mb.n && ma.min == mb.min && ma.max == mb.max);
	buf_release(&s);
	buf_release(&t);
}

/* Over one reference's knots, merging is counting. */
static void merge_over_the_same_knots_is_counting_in_one_place(void **state)
{
	uint64_t seed = 11;
	double *x = data_of(LOGNORMAL, 5000, 0, &seed), *y = data_of(NORMAL, 9000, 0, &seed);
	struct sketch ref = sketch_of(x, 5000, NULL), whole = sketch_of(y, 9000, &ref.p),
		      a = sketch_of(y, 1000, &ref.p), b = sketch_of(y + 1000, 8000, &ref.p);

	(void)state;
	profile_merge(&b.p, &a.p);
	assert_same(&b.p, &whole.p);
	sketch_release(&ref);
	sketch_release(&whole);
	sketch_release(&a);
	sketch_release(&b);
	free(x);
	free(y);
}

/* Small samples hold each value at a knot: merged, they are what one sketch would be. */
static void merge_of_small_samples_is_counting_in_one_place(void **state)
{
	uint64_t seed = 12;
	double *x = data_of(NORMAL, 2000, 0, &seed);
	struct sketch whole = sketch_of(x, 2000, NULL), a = sketch_of(x, 700, NULL),
		      b = sketch_of(x + 700, 1300, NULL);

	(void)state;
	profile_merge(&a.p, &b.p);
	/* the deciles of each part are knots too, with nothing at them */
	assert_true(profile_error(&a.p) == 0 && profile_error(&whole.p) == 0);
	assert_int_equal(a.p.moments.n, 2000);
	for (size_t i = 0; i < 2000; i++)
		assert_true(profile_up_to(&a.p, x[i]).low == profile_up_to(&whole.p, x[i]).low);
	sketch_release(&whole);
	sketch_release(&a);
	sketch_release(&b);
	free(x);
}

/* Other knots: every order and grouping of merging gives the same. */
static void merge_does_not_depend_on_order_or_grouping(void **state)
{
	uint64_t seed = 13;
	struct sketch s[3], t[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		double *x = data_of((enum data)(i * 2), 9000, i, &seed);

		s[i] = sketch_of(x, 9000, NULL);
		t[i] = sketch_of(x, 9000, NULL);
		free(x);
	}
	profile_merge(&s[0].p, &s[1].p); /* (0 + 1) + 2 */
	profile_merge(&s[0].p, &s[2].p);
	profile_merge(&t[2].p, &t[1].p); /* (2 + 1) + 0 */
	profile_merge(&t[2].p, &t[0].p);
	assert_same(&s[0].p, &t[2].p);
	assert_non_null(s[0].p.slack);
	for (int i = 0; i < 3; i++) {
		sketch_release(&s[i]);
		sketch_release(&t[i]);
	}
}

static void empty_one_and_constant(void **state)
{
	static const double seven[] = {7, 7, 7};
	struct sketch none = sketch_of(NULL, 0, NULL), one = sketch_of(seven, 1, NULL),
		      same = sketch_of(seven, 3, NULL);
	struct profile_diff d = profile_compare(&one.p, &same.p, false, 0, 0);
	double low, high;

	(void)state;
	assert_true(d.d.low == 0 && d.d.high == 0 && d.psi_range.high == 0 && d.js_range.high == 0);
	assert_true(d.wasserstein_range.low == 0 && d.wasserstein_range.high == 0);
	assert_true(d.p_high.p == 1 && d.p_low.p == 1);
	profile_order(&same.p, 2, &low, &high);
	assert_true(low == 7 && high == 7);
	assert_true(profile_error(&none.p) == 0 && profile_below(&none.p, 3).high == 0);
	profile_merge(&none.p, &same.p);
	assert_same(&none.p, &same.p);
	sketch_release(&none);
	sketch_release(&one);
	sketch_release(&same);
}

static void disjoint_samples_are_known_to_be(void **state)
{
	uint64_t seed = 14;
	double *x = data_of(NORMAL, 20000, 0, &seed), *y = data_of(NORMAL, 20000, 100, &seed);
	struct sketch ref = sketch_of(x, 20000, NULL), cur = sketch_of(y, 20000, &ref.p);
	struct profile_diff d = profile_compare(&ref.p, &cur.p, false, 0, 0);

	(void)state;
	assert_true(d.d.low == 1 && d.d.high == 1 && d.d_plus == 1 && d.d_minus == 0);
	sketch_release(&ref);
	sketch_release(&cur);
	free(x);
	free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_hold_the_truth_in_300_random_cases),
		cmocka_unit_test(width_is_at_most_a_step_where_the_reference_is_whole),
		cmocka_unit_test(long_streams_stay_narrow),
		cmocka_unit_test(merge_over_the_same_knots_is_counting_in_one_place),
		cmocka_unit_test(merge_of_small_samples_is_counting_in_one_place),
		cmocka_unit_test(merge_does_not_depend_on_order_or_grouping),
		cmocka_unit_test(empty_one_and_constant),
		cmocka_unit_test(disjoint_samples_are_known_to_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
