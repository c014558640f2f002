/* Profiles: where knots are laid, and how counts over other knots are merged. See profile.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/profile.h"

#define PARTS 10 /* of the bins */
/* A cell is split when it holds so many times its share, and after too many were laid knots
 * go down to this number, so that it is not done again at once. */
#define HEAVY     2.0
#define KNOTS_LOW (PROFILE_STEPS - PROFILE_STEPS / 8)

/* ---- a profile written knot by knot, in ascending order ---- */

struct writer {
	struct profile p;
	uint64_t cell; /* since the last knot */
	bool slack;    /* some knot has it */
};

static struct writer writer_for(size_t max_knots)
{
	struct writer w = {.cell = 0};

	w.p.knots = mem_array(NULL, max_knots + 1, sizeof *w.p.knots);
	w.p.at = mem_array(NULL, max_knots + 1, sizeof *w.p.at);
	w.p.cells = mem_array(NULL, max_knots + 1, sizeof *w.p.cells);
	w.p.slack = mem_array(NULL, max_knots + 1, sizeof *w.p.slack);
	return w;
}

static void put_knot(struct writer *w, double v, uint64_t at, uint64_t slack)
{
	size_t k = w->p.n_knots++;

	w->p.knots[k] = v;
	w->p.cells[k] = w->cell;
	w->p.at[k] = at;
	w->p.slack[k] = slack;
	w->slack |= slack > 0;
	w->cell = 0;
}

/* What was written becomes p's; its moments and bins stay. */
static void replace(struct profile *p, struct writer *w)
{
	size_t n = w->p.n_knots;

	w->p.cells[n] = w->cell;
	if (!w->slack) {
		free(w->p.slack);
		w->p.slack = NULL;
	}
	free(p->knots);
	free(p->cells);
	free(p->at);
	free(p->slack);
	p->n_knots = n;
	p->knots = mem_array(w->p.knots, n + 1, sizeof *p->knots);
	p->cells = mem_array(w->p.cells, n + 1, sizeof *p->cells);
	p->at = mem_array(w->p.at, n + 1, sizeof *p->at);
	p->slack = w->p.slack ? mem_array(w->p.slack, n + 1, sizeof *p->slack) : NULL;
}

static uint64_t slack_at(const struct profile *p, size_t k)
{
	return p->slack ? p->slack[k] : 0;
}

static uint64_t counted(const struct profile *p)
{
	uint64_t sum = p->cells ? p->cells[p->n_knots] : 0;

	for (size_t k = 0; k < p->n_knots; k++)
		sum += p->cells[k] + p->at[k];
	return sum;
}

/* ---- laying ---- */

static size_t distinct(const double *x, size_t n, size_t enough)
{
	size_t found = n > 0;

	for (size_t i = 1; i < n && found <= enough; i++)
		found += x[i] > x[i - 1];
	return found;
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void profile_lay(struct profile *p, const double *x, size_t n)
{
	size_t step = distinct(x, n, PROFILE_STEPS) <= PROFILE_STEPS ? 1 : n / PROFILE_STEPS + 1;
	double *at = mem_array(NULL, n / step + BINS_MAX + 2, sizeof *at);
	struct writer w;
	size_t found = 0;

	p->bins = bins_by_quantiles(x, n, PARTS);
	for (size_t i = 0; i < n; i += step)
		at[found++] = x[i];
	if (n)
		at[found++] = x[n - 1];
	for (size_t i = 0; i < p->bins.n_cuts; i++)
		at[found++] = p->bins.cuts[i].at;
	if (found)
		qsort(at, found, sizeof *at, ascending);
	w = writer_for(found);
	for (size_t i = 0; i < found; i++)
		if (i == 0 || at[i] > at[i - 1])
			put_knot(&w, at[i], 0, 0);
	replace(p, &w);
	free(at);
}

void profile_lay_as(struct profile *p, const struct profile *of)
{
	struct writer w = writer_for(of->n_knots);

	for (size_t k = 0; k < of->n_knots; k++)
		put_knot(&w, of->knots[k], 0, 0);
	replace(p, &w);
	p->bins = of->bins;
}

/* ---- adding many ---- */

/* Ascending values that are left to add. */
struct values {
	const double *x;
	size_t n;
};

static size_t count_below(const struct values *v, double at)
{
	size_t n = 0;

	while (n < v->n && v->x[n] < at)
		n++;
	return n;
}

#define FRONT 3 /* so many shares at once: the stream has moved into this cell */

/*
 * Lays knots among the cell's new values, at equal steps of their ranks. What the cell
 * held before may be anywhere in it: it is counted right of the new knots. Where a
 * stream moves, the first and the last new value are knots too, so that what is left
 * in the cell beside them does not grow from batch to batch. slack is the cell's end's.
 */
static void split(struct writer *w, uint64_t before, uint64_t slack, struct values in, size_t parts)
{
	bool ends = parts >= FRONT;
	size_t done = 0;

	for (size_t k = ends ? 0 : 1; k <= parts; k++) {
		size_t to = ends ? k * (in.n - 1) / parts : k * in.n / (parts + 1), from = to;

		if (to < done || to >= in.n)
			continue;
		while (from > done && in.x[from - 1] >= in.x[to])
			from--;
		while (to < in.n && in.x[to] <= in.x[from])
			to++;
		w->cell += from - done;
		put_knot(w, in.x[from], to - from, before + slack);
		done = to;
	}
	w->cell += before + (in.n - done);
}

static void add_cell(struct writer *w, uint64_t before, uint64_t slack, struct values in,
		     double share)
{
	double mass = (double)before + (double)in.n;

	if (in.n > 1 && mass > HEAVY * share)
		split(w, before, slack, in, (size_t)fmin(mass / share, (double)in.n));
	else
		w->cell += before + in.n;
}

void profile_add_sorted(struct profile *p, const double *x, size_t n)
{
	double share = ((double)counted(p) + (double)n) / PROFILE_STEPS;
	/* each new knot but one of a cell stands for a share, and each such cell for more than one
	 */
	struct writer w = writer_for(p->n_knots + 2 * PROFILE_STEPS + 1);
	struct values left = {x, n};

	for (size_t k = 0; k <= p->n_knots; k++) {
		double end = k < p->n_knots ? p->knots[k] : HUGE_VAL;
		size_t below = count_below(&left, end), same = 0;

		add_cell(&w, p->cells[k], k < p->n_knots ? slack_at(p, k) : 0,
			 (struct values){left.x, below}, share);
		left = (struct values){left.x + below, left.n - below};
		if (k == p->n_knots)
			break;
		while (same < left.n && left.x[same] <= end)
			same++;
		put_knot(&w, end, p->at[k] + same, slack_at(p, k));
		left = (struct values){left.x + same, left.n - same};
	}
	replace(p, &w);
	if (p->n_knots > PROFILE_KNOTS)
		profile_thin(p, KNOTS_LOW);
}

/* ---- thinning ---- */

/* Writes p without knots beside which no more than most stays uncertain without them; the ends
 * stay. Returns the knots that are left; w may be NULL. */
static size_t without_light(const struct profile *p, uint64_t most, struct writer *w)
{
	uint64_t cell = p->cells[0];
	size_t kept = 0;

	for (size_t k = 0; k < p->n_knots; k++) {
		uint64_t joined = cell + p->at[k] + p->cells[k + 1];

		if (k > 0 && k + 1 < p->n_knots && joined + slack_at(p, k + 1) <= most) {
			cell = joined;
			continue;
		}
		if (w) {
			w->cell = cell;
			put_knot(w, p->knots[k], p->at[k], slack_at(p, k));
		}
		kept++;
		cell = p->cells[k + 1];
	}
	if (w)
		w->cell = cell;
	return kept;
}

void profile_thin(struct profile *p, size_t max)
{
	uint64_t low = 0, high = counted(p);
	struct writer w;

	if (p->n_knots <= max)
		return;
	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (without_light(p, mid, NULL) <= max)
			high = mid;
		else
			low = mid + 1;
	}
	w = writer_for(p->n_knots);
	(void)without_light(p, low, &w);
	replace(p, &w);
}

/* ---- merging ---- */

static void add_counts(struct profile *a, const struct profile *b)
{
	if (b->slack && !a->slack) {
		a->slack = mem_array(NULL, a->n_knots + 1, sizeof *a->slack);
		memset(a->slack, 0, (a->n_knots + 1) * sizeof *a->slack);
	}
	for (size_t k = 0; k < a->n_knots; k++) {
		a->cells[k] += b->cells[k];
		a->at[k] += b->at[k];
		if (a->slack)
			a->slack[k] += slack_at(b, k);
	}
	a->cells[a->n_knots] += b->cells[b->n_knots];
}

/* One side of a merge: the next knot, and the cell before it. */
struct side {
	const struct profile *p;
	size_t k;
};

static bool at_knot(const struct side *s, double v)
{
	return s->k < s->p->n_knots && s->p->knots[s->k] <= v;
}

/*
 * Counts at knot v, and what is uncertain there. A side that does not have the knot
 * counts its whole cell right of it: up to all of that, and the slack of its next
 * knot, may lie left.
 */
static void take_side(struct side *s, double v, struct writer *w, uint64_t *at, uint64_t *slack)
{
	if (at_knot(s, v)) {
		w->cell += s->p->cells[s->k];
		*at += s->p->at[s->k];
		*slack += slack_at(s->p, s->k);
		s->k++;
	} else {
		*slack += s->p->cells[s->k] + (s->k < s->p->n_knots ? slack_at(s->p, s->k) : 0);
	}
}

static void merge_knots(struct profile *a, const struct profile *b)
{
	struct side sides[2] = {{a, 0}, {b, 0}};
	struct writer w = writer_for(a->n_knots + b->n_knots);

	while (sides[0].k < a->n_knots || sides[1].k < b->n_knots) {
		double v = HUGE_VAL;
		uint64_t at = 0, slack = 0;

		for (int i = 0; i < 2; i++)
			if (sides[i].k < sides[i].p->n_knots)
				v = fmin(v, sides[i].p->knots[sides[i].k]);
		for (int i = 0; i < 2; i++)
			take_side(&sides[i], v, &w, &at, &slack);
		put_knot(&w, v, at, slack);
	}
	w.cell = a->cells[a->n_knots] + b->cells[b->n_knots];
	replace(a, &w);
}

void profile_merge(struct profile *a, const struct profile *b)
{
	if (!a->cells)
		profile_lay_as(a, b);
	if (profile_same_knots(a, b))
		add_counts(a, b);
	else
		merge_knots(a, b);
	exact_moments_merge(&a->moments, &b->moments);
}

/* ---- bins ---- */

void profile_set_bins(struct profile *p)
{
	uint64_t below = 0, n = counted(p);
	struct bins b = {.n_cuts = 0};
	size_t k = 0;

	for (uint64_t part = 1; n > 0 && p->n_knots && part < PARTS; part++) {
		double target = (double)n * (double)part / PARTS;
		const struct bin_cut *last = b.n_cuts ? &b.cuts[b.n_cuts - 1] : NULL;

		for (; k + 1 < p->n_knots; k++) {
			uint64_t upto = below + p->cells[k] + p->at[k];

			if ((double)upto + (double)slack_at(p, k) / 2 > target)
				break;
			below = upto;
		}
		if (!last || p->knots[k] > last->at)
			b.cuts[b.n_cuts++] = (struct bin_cut){p->knots[k], false};
		else if (!last->after)
			b.cuts[b.n_cuts++] = (struct bin_cut){p->knots[k], true};
	}
	p->bins = b;
}
