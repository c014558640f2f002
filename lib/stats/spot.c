/* Peaks over threshold on a histogram: see spot.h. */
#include "stats/spot.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define REFRESH_EVERY 16
#define LOWEST        0x1p-6 /* added to x, so that the cells begin at 0 */
#define FIRST         ((1023 - 6) * 4)
#define SHAPE_MOST    0.5 /* heavier tails have no variance, which the moments need */
#define LN10          2.302585092994045684

/* Four cells to an octave, of equal width inside it: the top bits of the double. */
static int cell_of(double x)
{
	double shifted = x + LOWEST;
	uint64_t bits;
	int cell;

	memcpy(&bits, &shifted, sizeof bits);
	cell = (int)(bits >> 50) - FIRST;
	return cell < SPOT_CELLS ? cell : SPOT_CELLS - 1;
}

static double cell_edge(int cell)
{
	uint64_t bits = (uint64_t)(cell + FIRST) << 50;
	double edge;

	memcpy(&edge, &bits, sizeof edge);
	return edge - LOWEST;
}

/* Mass, and first two moments of the values, in the cells above t. */
struct upper {
	double n, sum, squares;
};

static void take_cell(struct upper *u, double n, double from, double to)
{
	double middle = (from + to) / 2, width = to - from;

	u->n += n;
	u->sum += n * middle;
	u->squares += n * (middle * middle + width * width / 12);
}

static void fit(struct spot *s, const struct upper *u)
{
	double mean = u->n > 0 ? u->sum / u->n - s->t : 0;
	double second = u->n > 0 ? u->squares / u->n - 2 * s->t * (mean + s->t) + s->t * s->t : 0;
	double variance = second - mean * mean, ratio;

	mean = fmax(mean, fmax(0.05 * s->t, 1e-6)); /* not so thin that rounding explodes */
	ratio = variance > 0 ? mean * mean / variance : 1;
	s->shape = fmax(0, fmin(SHAPE_MOST, (1 - ratio) / 2));
	s->scale = mean * (1 - s->shape);
	s->beyond = (u->n + 1) / (s->n + 1);
	s->known = 1;
}

/* Takes t where `share` of the mass lies above it, inside a cell by its equal spread. */
static void refresh(struct spot *s, const struct spot_options *o)
{
	double want = o->share * s->n, part;
	struct upper u = {0};
	int c = SPOT_CELLS - 1;

	for (; c > 0 && u.n + (double)s->cells[c] <= want; c--)
		take_cell(&u, (double)s->cells[c], cell_edge(c), cell_edge(c + 1));
	part = s->cells[c] > 0 ? (want - u.n) / (double)s->cells[c] : 0;
	s->t = cell_edge(c + 1) - part * (cell_edge(c + 1) - cell_edge(c));
	take_cell(&u, part * (double)s->cells[c], s->t, cell_edge(c + 1));
	fit(s, &u);
	s->due = REFRESH_EVERY;
}

static void fade(struct spot *s)
{
	s->n = 0;
	for (int c = 0; c < SPOT_CELLS; c++) {
		s->cells[c] = ceilf(s->cells[c] / 2);
		s->n += (double)s->cells[c];
	}
}

void spot_add(struct spot *s, double x, const struct spot_options *o)
{
	s->cells[cell_of(x)] += 1;
	s->n += 1;
	if (s->n >= o->memory)
		fade(s);
	s->due -= 1;
	if (s->n >= o->warmup && s->due <= 0)
		refresh(s, o);
}

double spot_surprise(const struct spot *s, double x)
{
	double at_t, over, tail;

	if (s->known == 0)
		return 0;
	at_t = -log10(s->beyond);
	if (x <= s->t)
		return s->t > 0 ? at_t * x / s->t : 0;
	over = (x - s->t) / s->scale;
	tail = s->shape > 0 ? log1p(s->shape * over) / s->shape : over;
	return fmin(SPOT_MOST, at_t + tail / LN10);
}

double spot_level(const struct spot *s, double surprise)
{
	double at_t, over;

	if (s->known == 0)
		return INFINITY;
	at_t = -log10(s->beyond);
	if (surprise <= at_t)
		return s->t * surprise / at_t;
	over = (surprise - at_t) * LN10;
	return s->t + s->scale * (s->shape > 0 ? expm1(s->shape * over) / s->shape : over);
}
