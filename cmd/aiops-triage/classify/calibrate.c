/*
 * Platt scaling and isotonic regression.
 */
#include "aiops-triage/classify/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* Scores of 0 and 1 have no logit. */
#define LOGIT_EDGE 1e-6
/* Newton's method: rounds, the curvature's floor, and the step that counts as arrived. */
#define ROUNDS    100
#define RIDGE     1e-12
#define STEP_DONE 1e-9

const char *calibration_name(enum calibration_method m)
{
	static const char *const names[] = {"uncalibrated", "platt", "isotonic"};

	return names[m];
}

static double logit(double p)
{
	p = fmin(fmax(p, LOGIT_EDGE), 1 - LOGIT_EDGE);
	return log(p / (1 - p));
}

static double sigmoid(double x)
{
	return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

/* ---- Platt ---- */

struct targets {
	double right, wrong;
};

/* Platt's: not 1 and 0, so that few outcomes cannot claim certainty. */
static struct targets targets_of(const struct outcome *o, size_t n)
{
	double right = 0, wrong = 0;

	for (size_t i = 0; i < n; i++)
		*(o[i].right ? &right : &wrong) += o[i].weight;
	return (struct targets){.right = (right + 1) / (right + 2), .wrong = 1 / (wrong + 2)};
}

static double log_loss(const struct outcome *o, size_t n, struct targets t, double a, double b)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		double x = a * logit(o[i].score) + b, want = o[i].right ? t.right : t.wrong;

		/* -(t ln p + (1 - t) ln(1 - p)), without a logarithm of 0 */
		sum += o[i].weight *
		       (x >= 0 ? (1 - want) * x + log1p(exp(-x)) : -want * x + log1p(exp(x)));
	}
	return sum;
}

/* One step of Newton's method, shortened until it does not go up. False: arrived. */
static bool newton(const struct outcome *o, size_t n, struct targets t, double *a, double *b)
{
	double ga = 0, gb = 0, haa = RIDGE, hab = 0, hbb = RIDGE, da, db, before, det;

	for (size_t i = 0; i < n; i++) {
		double x = logit(o[i].score), p = sigmoid(*a * x + *b);
		double d = o[i].weight * (p - (o[i].right ? t.right : t.wrong));
		double h = o[i].weight * p * (1 - p);

		ga += d * x;
		gb += d;
		haa += h * x * x;
		hab += h * x;
		hbb += h;
	}
	det = haa * hbb - hab * hab;
	if (!(det > 0))
		return false;
	da = (hbb * ga - hab * gb) / det;
	db = (haa * gb - hab * ga) / det;
	before = log_loss(o, n, t, *a, *b);
	for (double step = 1; step > 1e-6; step /= 2)
		if (log_loss(o, n, t, *a - step * da, *b - step * db) <= before) {
			*a -= step * da;
			*b -= step * db;
			return fabs(step * da) + fabs(step * db) > STEP_DONE;
		}
	return false;
}

static void fit_platt(struct calibration *c, const struct outcome *o, size_t n)
{
	struct targets t = targets_of(o, n);

	c->a = 1;
	c->b = 0;
	for (int i = 0; i < ROUNDS && newton(o, n, t, &c->a, &c->b); i++)
		;
	if (c->a >= 0)
		return;
	/* A higher score is never worth less: where the outcomes say so, it is worth the same. */
	c->a = 0;
	c->b = 0;
	for (size_t i = 0; i < n; i++)
		c->b += (o[i].right ? t.right : t.wrong) / (double)n;
	c->b = logit(c->b);
}

/* ---- isotonic ---- */

struct block {
	double scores, right, weight; /* sums */
};

static int by_score(const void *x, const void *y)
{
	double a = ((const struct outcome *)x)->score, b = ((const struct outcome *)y)->score;

	return (a > b) - (a < b);
}

/* The blocks of the pooled outcomes, which are sorted. Equal scores are one block. */
static size_t pool(const struct outcome *o, size_t n, struct block *blocks)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		bool same = i > 0 && !(o[i].score > o[i - 1].score);
		struct block b = {.scores = o[i].weight * o[i].score,
				  .right = o[i].right ? o[i].weight : 0,
				  .weight = o[i].weight};

		blocks[m++] = b;
		while (m > 1 && (same || blocks[m - 2].right * blocks[m - 1].weight >=
						 blocks[m - 1].right * blocks[m - 2].weight)) {
			blocks[m - 2].scores += blocks[m - 1].scores;
			blocks[m - 2].right += blocks[m - 1].right;
			blocks[m - 2].weight += blocks[m - 1].weight;
			m--;
			same = false;
		}
	}
	return m;
}

/* The lightest block goes to the lighter of its neighbours. */
static size_t merge_lightest(struct block *blocks, size_t m)
{
	size_t at = 0, to;

	for (size_t i = 1; i < m; i++)
		if (blocks[i].weight < blocks[at].weight)
			at = i;
	to = at == 0                                          ? 1
	     : at == m - 1                                    ? at - 1
	     : blocks[at - 1].weight <= blocks[at + 1].weight ? at - 1
							      : at + 1;
	blocks[to].scores += blocks[at].scores;
	blocks[to].right += blocks[at].right;
	blocks[to].weight += blocks[at].weight;
	for (size_t i = at; i + 1 < m; i++)
		blocks[i] = blocks[i + 1];
	return m - 1;
}

static void fit_isotonic(struct calibration *c, struct outcome *o, size_t n)
{
	struct block *blocks = mem_array(NULL, n, sizeof *blocks);
	size_t m;

	qsort(o, n, sizeof *o, by_score);
	m = pool(o, n, blocks);
	while (m > CALIBRATE_KNOTS)
		m = merge_lightest(blocks, m);
	c->n_knots = 0;
	for (size_t i = 0; i < m; i++) {
		double rate = (blocks[i].right + 1) / (blocks[i].weight + 2);

		/* The + 1 of a small block may turn the order round. */
		if (c->n_knots && rate < c->rate[c->n_knots - 1])
			rate = c->rate[c->n_knots - 1];
		c->at[c->n_knots] = blocks[i].scores / blocks[i].weight;
		c->rate[c->n_knots++] = rate;
	}
	free(blocks);
}

static double interpolate(const struct calibration *c, double score)
{
	size_t i = 0;
	double share;

	while (i < c->n_knots && c->at[i] < score)
		i++;
	if (i == 0)
		return c->rate[0];
	if (i == c->n_knots)
		return c->rate[i - 1];
	share = (score - c->at[i - 1]) / (c->at[i] - c->at[i - 1]);
	return c->rate[i - 1] + share * (c->rate[i] - c->rate[i - 1]);
}

/* ---- both ---- */

void calibration_fit_as(struct calibration *c, enum calibration_method m, struct outcome *outcomes,
			size_t n)
{
	*c = (struct calibration){.method = m, .n = n};
	if (m == CALIBRATION_PLATT)
		fit_platt(c, outcomes, n);
	else if (m == CALIBRATION_ISOTONIC)
		fit_isotonic(c, outcomes, n);
}

void calibration_fit(struct calibration *c, struct outcome *outcomes, size_t n)
{
	*c = (struct calibration){.n = n};
	if (n >= CALIBRATE_MIN)
		calibration_fit_as(
			c, n >= CALIBRATE_ISOTONIC ? CALIBRATION_ISOTONIC : CALIBRATION_PLATT,
			outcomes, n);
}

double calibration_apply(const struct calibration *c, double score)
{
	if (c->method == CALIBRATION_PLATT)
		return sigmoid(c->a * logit(score) + c->b);
	if (c->method == CALIBRATION_ISOTONIC)
		return interpolate(c, score);
	return score;
}
