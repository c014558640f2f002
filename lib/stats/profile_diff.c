/*
 * Comparing profiles: see profile_diff.h. Both distribution functions are known up to
 * an interval at every knot of either side and, by monotony, between them.
 */
#include "stats/profile_diff.h"

#include <math.h>

#include "stats/special.h"

/* ---- a walk over the knots of both ---- */

/* One side on the walk; shares of its values. */
struct cursor {
	const struct profile *p;
	size_t k;                     /* the next knot */
	uint64_t low;                 /* counted up to the knot before */
	double per;                   /* 1 / n */
	struct interval below, up_to; /* at the walk's place */
};

static uint64_t slack_at(const struct profile *p, size_t k)
{
	return p->slack && k < p->n_knots ? p->slack[k] : 0;
}

static struct cursor cursor_of(const struct profile *p)
{
	return (struct cursor){.p = p, .per = 1 / (double)p->moments.n};
}

/* Smallest and largest values are known even where no knot stands. */
static struct interval certain(const struct cursor *c, double v, bool itself, struct interval i)
{
	const struct exact_moments *m = &c->p->moments;

	if (v < m->min || (!itself && v <= m->min))
		return (struct interval){0, 0};
	if (v > m->max || (itself && v >= m->max))
		return (struct interval){1, 1};
	i.high = fmin(1, i.high);
	return i;
}

static void move_to(struct cursor *c, double v)
{
	const struct profile *p = c->p;
	uint64_t slack = slack_at(p, c->k), below = c->low + p->cells[c->k];

	if (c->k < p->n_knots && p->knots[c->k] <= v) {
		c->low = below + p->at[c->k];
		c->below =
			(struct interval){(double)below * c->per, (double)(below + slack) * c->per};
		c->up_to = (struct interval){(double)c->low * c->per,
					     (double)(c->low + slack) * c->per};
		c->k++;
	} else {
		c->below = c->up_to = (struct interval){(double)c->low * c->per,
							(double)(below + slack) * c->per};
	}
	c->below = certain(c, v, false, c->below);
	c->up_to = certain(c, v, true, c->up_to);
}

/* The places of both: knots, and smallest and largest values, in ascending order. */
struct walk {
	struct cursor ref, cur;
	double ends[4];
	size_t n_ends;
	double v;
};

static void add_end(struct walk *w, double v)
{
	size_t at = w->n_ends++;

	for (; at > 0 && w->ends[at - 1] > v; at--)
		w->ends[at] = w->ends[at - 1];
	w->ends[at] = v;
}

static struct walk walk_of(const struct profile *ref, const struct profile *cur)
{
	struct walk w = {.ref = cursor_of(ref), .cur = cursor_of(cur), .v = -HUGE_VAL};

	add_end(&w, ref->moments.min);
	add_end(&w, ref->moments.max);
	add_end(&w, cur->moments.min);
	add_end(&w, cur->moments.max);
	return w;
}

static double next_of(const struct cursor *c)
{
	return c->k < c->p->n_knots ? c->p->knots[c->k] : HUGE_VAL;
}

static bool walk_next(struct walk *w)
{
	double v = fmin(next_of(&w->ref), next_of(&w->cur));

	for (size_t i = 0; i < w->n_ends; i++) {
		if (w->ends[i] > w->v) {
			v = fmin(v, w->ends[i]);
			break;
		}
	}
	if (!(v < HUGE_VAL))
		return false;
	move_to(&w->ref, v);
	move_to(&w->cur, v);
	w->v = v;
	return true;
}

/* How far apart two numbers are that are only known up to their intervals. */
static struct interval apart(struct interval a, struct interval b)
{
	return (struct interval){fmax(0, fmax(a.low - b.high, b.low - a.high)),
				 fmax(a.high - b.low, b.high - a.low)};
}

static double middle(struct interval i)
{
	return i.low / 2 + i.high / 2;
}

/* ---- D and W1 ---- */

static void note_place(struct profile_diff *d, struct interval f, struct interval g, double v)
{
	double plus = f.low - g.high, minus = g.low - f.high, gap = fmax(plus, minus);

	d->d_plus = fmax(d->d_plus, plus);
	d->d_minus = fmax(d->d_minus, minus);
	d->d.high = fmax(d->d.high, apart(f, g).high);
	if (gap <= d->d.low)
		return;
	d->d.low = gap;
	d->at = v;
	d->ref_up_to = plus > minus ? f.low : f.high;
	d->cur_up_to = plus > minus ? g.high : g.low;
}

/* Between the place before, where f and g were reached, and this one. */
static void note_cell(struct profile_diff *d, const struct walk *w, struct interval f,
		      struct interval g, double from)
{
	struct interval in_ref = {f.low, w->ref.below.high}, in_cur = {g.low, w->cur.below.high};
	struct interval gap = apart(in_ref, in_cur);
	double width = w->v - from;

	d->d.high = fmax(d->d.high, gap.high);
	/* nothing apart has no area, however wide */
	if (gap.low > 0)
		d->wasserstein_range.low += gap.low * width;
	if (gap.high > 0) {
		d->wasserstein_range.high += gap.high * width;
		d->wasserstein += fabs(middle(in_ref) - middle(in_cur)) * width;
	}
}

static void walk_all(struct profile_diff *d, const struct profile *ref, const struct profile *cur)
{
	struct walk w = walk_of(ref, cur);
	struct interval f = {0, 0}, g = {0, 0};
	double from = 0;
	bool first = true;

	while (walk_next(&w)) {
		if (!first)
			note_cell(d, &w, f, g, from);
		note_place(d, w.ref.below, w.cur.below, w.v);
		note_place(d, w.ref.up_to, w.cur.up_to, w.v);
		f = w.ref.up_to;
		g = w.cur.up_to;
		from = w.v;
		first = false;
	}
	d->d.high = fmin(1, d->d.high);
}

static struct ks_p p_of(double d, const struct profile *ref, const struct profile *cur)
{
	double n = (double)ref->moments.n, m = (double)cur->moments.n;
	double root = sqrt(n / (n + m) * m), ln;

	ln = kolmogorov_upper_ln(
		d * (ref->moments.n == cur->moments.n ? root : root + 0.12 + 0.11 / root));
	return (struct ks_p){exp(ln), ln / M_LN10, KS_ASYMPTOTIC};
}

/* ---- PSI and JS ---- */

struct binned {
	size_t n;
	uint64_t middle[BINS_MAX + 2];
	struct interval share[BINS_MAX + 2];
};

/* Counts per bin, from those below the cuts. */
static struct binned bin_counts(const struct profile *p, const struct bins *bins, bool missing_bin,
				uint64_t missing)
{
	struct binned b = {.n = bins_count(bins)};
	struct count_range last = {0, 0};
	double all = (double)p->moments.n + (missing_bin ? (double)missing : 0);

	for (size_t k = 0; k < b.n; k++) {
		struct count_range to = {p->moments.n, p->moments.n};
		uint64_t low, high;

		if (k < bins->n_cuts)
			to = bins->cuts[k].after ? profile_up_to(p, bins->cuts[k].at)
						 : profile_below(p, bins->cuts[k].at);
		low = to.low > last.high ? to.low - last.high : 0;
		high = to.high - last.low;
		b.share[k] = (struct interval){(double)low / all, (double)high / all};
		b.middle[k] = (to.low + to.high) / 2 - (last.low + last.high) / 2;
		last = to;
	}
	if (missing_bin) {
		b.middle[b.n] = missing;
		b.share[b.n] = (struct interval){(double)missing / all, (double)missing / all};
		b.n++;
	}
	return b;
}

static double psi_term(double e, double a)
{
	e = fmax(e, PSI_FLOOR);
	a = fmax(a, PSI_FLOOR);
	return (a - e) * log(a / e);
}

static double js_term(double p, double q)
{
	return (p > 0 ? p * log(2 * p / (p + q)) : 0) / 2 +
	       (q > 0 ? q * log(2 * q / (p + q)) : 0) / 2;
}

/* Both terms grow as the shares part, and are convex: the most is at a corner of the
 * intervals, the least where they are nearest. */
static struct interval term_range(double (*term)(double, double), struct interval a,
				  struct interval b)
{
	struct interval r = {0, fmax(term(a.low, b.high), term(a.high, b.low))};

	if (a.low > b.high)
		r.low = term(a.low, b.high);
	else if (b.low > a.high)
		r.low = term(a.high, b.low);
	return r;
}

static struct interval sum_range(double (*term)(double, double), const struct binned *ref,
				 const struct binned *cur)
{
	struct interval sum = {0, 0};

	for (size_t k = 0; k < ref->n; k++) {
		struct interval t = term_range(term, ref->share[k], cur->share[k]);

		sum.low += t.low;
		sum.high += t.high;
	}
	return sum;
}

/* The middle is inside, whatever rounding did to the ends. */
static struct interval around(struct interval i, double value)
{
	return (struct interval){fmin(i.low, value), fmax(i.high, value)};
}

static void compare_bins(struct profile_diff *d, const struct binned *ref, const struct binned *cur)
{
	d->psi = psi_of_counts(ref->middle, cur->middle, ref->n);
	d->js = js_divergence(ref->middle, cur->middle, ref->n);
	d->psi_range = around(sum_range(psi_term, ref, cur), d->psi.psi);
	d->js_range = around(sum_range(js_term, ref, cur), d->js);
}

struct profile_diff profile_compare(const struct profile *ref, const struct profile *cur,
				    bool missing_bin, uint64_t ref_missing, uint64_t cur_missing)
{
	struct profile_diff d = {.at = ref->moments.min};
	struct binned in_ref = bin_counts(ref, &ref->bins, missing_bin, ref_missing),
		      in_cur = bin_counts(cur, &ref->bins, missing_bin, cur_missing);

	walk_all(&d, ref, cur);
	d.p_high = p_of(d.d.low, ref, cur);
	d.p_low = p_of(d.d.high, ref, cur);
	compare_bins(&d, &in_ref, &in_cur);
	d.wasserstein_range = around(d.wasserstein_range, d.wasserstein);
	d.ref_error = profile_error(ref);
	d.cur_error = profile_error(cur);
	return d;
}
