/*
 * Complement naive Bayes and logistic regression.
 */
#include "aiops-triage/classify/linear.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

/* Bayes: smoothing. */
#define ALPHA 0.3
/* ... and how much the labels' frequencies weigh. */
#define PREFERENCE 1e-3
/* Regression: rounds, step, and how much weights are pulled to 0. */
#define EPOCHS 20
#define STEP   0.3
#define DECAY  3e-3
/* With more examples than this, words of a single one are left out. */
#define FEW_EXAMPLES 50
/* Margins of Bayes are small; of length 1 texts this brings them to the size of log-odds. */
#define BAYES_SCALE 4.0

const char *linear_method_name(enum linear_method m)
{
	static const char *const names[] = {"auto", "bayes", "logistic", "constant"};

	return names[m];
}

void examples_release(struct examples *x)
{
	for (size_t i = 0; i < x->n; i++)
		bag_release(&x->items[i].bag);
	free(x->items);
	*x = (struct examples){0};
}

void linear_release(struct linear *m)
{
	free(m->idf);
	free(m->weights);
	free(m->bias);
	*m = (struct linear){0};
}

/* ---- features ---- */

struct feature {
	size_t word;
	double x;
};

/* Fills out (room for b->n); returns how many. */
static size_t features_of(const struct linear *m, const struct bag *b, struct feature *out)
{
	double squares = 0, norm;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		size_t word = b->items[i].word;
		double idf = word < m->words ? m->idf[word] : 0;

		if (idf > 0) {
			double x = (1 + log(b->items[i].count)) * idf;

			out[n++] = (struct feature){word, x};
			squares += x * x;
		}
	}
	norm = squares > 0 ? sqrt(squares) : 1;
	for (size_t i = 0; i < n; i++)
		out[i].x /= norm;
	return n;
}

static bool used(const struct example *x, size_t without_fold)
{
	return x->fold != without_fold;
}

static size_t longest(const struct examples *x)
{
	size_t most = 1;

	for (size_t i = 0; i < x->n; i++)
		most = x->items[i].bag.n > most ? x->items[i].bag.n : most;
	return most;
}

static void count_documents(struct linear *m, const struct examples *x, size_t without_fold)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++) {
		if (!used(&x->items[i], without_fold))
			continue;
		n++;
		for (size_t k = 0; k < x->items[i].bag.n; k++)
			m->idf[x->items[i].bag.items[k].word]++;
	}
	for (size_t i = 0; i < m->words; i++)
		m->idf[i] = m->idf[i] <= (n > FEW_EXAMPLES ? 1 : 0)
				    ? 0
				    : log((double)(n + 1) / (m->idf[i] + 1)) + 1;
}

/* ---- complement naive Bayes ---- */

static void sum_features(struct linear *m, const struct examples *x, size_t without_fold,
			 double *totals)
{
	struct feature *f = mem_array(NULL, longest(x), sizeof *f);

	for (size_t i = 0; i < x->n; i++) {
		size_t n =
			used(&x->items[i], without_fold) ? features_of(m, &x->items[i].bag, f) : 0;

		for (size_t k = 0; k < n; k++) {
			m->weights[f[k].word * m->labels + x->items[i].label] += f[k].x;
			totals[f[k].word] += f[k].x;
		}
	}
	free(f);
}

/* The weights hold the sums of each label; they become -ln of the complement's share, of length 1.
 */
static void complement(struct linear *m, const double *totals, size_t label)
{
	double all = 0, length = 0;
	size_t known = 0;

	for (size_t i = 0; i < m->words; i++)
		if (m->idf[i] > 0) {
			all += totals[i] - m->weights[i * m->labels + label];
			known++;
		}
	for (size_t i = 0; i < m->words; i++) {
		double *w = &m->weights[i * m->labels + label];

		if (m->idf[i] > 0) {
			*w = -log((ALPHA + totals[i] - *w) / (ALPHA * (double)known + all));
			length += fabs(*w);
		}
	}
	for (size_t i = 0; i < m->words && length > 0; i++)
		m->weights[i * m->labels + label] *= BAYES_SCALE * (double)known / length;
}

/* The logarithms of the labels' frequencies. At PREFERENCE, a text of which no word is known gets
 * the commonest label, and beside any word it is nothing. */
static void prefer_common(struct linear *m, const struct examples *x, size_t without_fold,
			  double weight)
{
	double n = 0;

	for (size_t i = 0; i < x->n; i++)
		if (used(&x->items[i], without_fold)) {
			m->bias[x->items[i].label]++;
			n++;
		}
	for (size_t c = 0; c < m->labels; c++)
		m->bias[c] = weight * log((m->bias[c] + 1) / (n + (double)m->labels));
}

static void train_bayes(struct linear *m, const struct examples *x, size_t without_fold)
{
	double *totals = mem_zalloc((m->words + 1) * sizeof *totals);

	prefer_common(m, x, without_fold, PREFERENCE);
	sum_features(m, x, without_fold, totals);
	for (size_t c = 0; c < m->labels; c++)
		complement(m, totals, c);
	free(totals);
}

/* ---- logistic regression ---- */

static void softmax(double *s, size_t n)
{
	double most = s[0], sum = 0;

	for (size_t i = 1; i < n; i++)
		most = fmax(most, s[i]);
	for (size_t i = 0; i < n; i++)
		sum += s[i] = exp(s[i] - most);
	for (size_t i = 0; i < n; i++)
		s[i] /= sum;
}

static void scores_of(const struct linear *m, const struct feature *f, size_t n, double *out)
{
	for (size_t c = 0; c < m->labels; c++)
		out[c] = m->bias[c];
	for (size_t k = 0; k < n; k++)
		for (size_t c = 0; c < m->labels; c++)
			out[c] += f[k].x * m->weights[f[k].word * m->labels + c];
}

/* What Adagrad remembers. */
struct steps {
	double *weights, *bias; /* sums of squared gradients */
	double *share;          /* by label, while one example is learned */
	struct feature *features;
};

static void move(double *w, double *squares, double gradient)
{
	*squares += gradient * gradient;
	*w -= STEP * gradient / (sqrt(*squares) + 1e-8);
}

static void learn(struct linear *m, struct steps *s, const struct example *x, double weight)
{
	size_t n = features_of(m, &x->bag, s->features);

	scores_of(m, s->features, n, s->share);
	softmax(s->share, m->labels);
	for (size_t c = 0; c < m->labels; c++) {
		double error = weight * (s->share[c] - (c == x->label ? 1 : 0));

		move(&m->bias[c], &s->bias[c], error);
		for (size_t k = 0; k < n; k++) {
			size_t at = s->features[k].word * m->labels + c;

			move(&m->weights[at], &s->weights[at],
			     error * s->features[k].x + DECAY * m->weights[at]);
		}
	}
}

/* Rare labels weigh more: by the square root, so that they do not take over. */
static void weigh_labels(const struct examples *x, size_t without_fold, double *weight)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++)
		if (used(&x->items[i], without_fold)) {
			weight[x->items[i].label]++;
			n++;
		}
	for (size_t c = 0; c < x->labels; c++)
		if (weight[c] > 0)
			weight[c] = sqrt((double)n / ((double)x->labels * weight[c]));
}

static void train_logistic(struct linear *m, const struct examples *x, size_t without_fold)
{
	struct steps s = {
		.weights = mem_zalloc((m->words * m->labels + 1) * sizeof(double)),
		.bias = mem_zalloc((m->labels + 1) * sizeof(double)),
		.share = mem_zalloc((m->labels + 1) * sizeof(double)),
		.features = mem_array(NULL, longest(x), sizeof(struct feature)),
	};
	double *weight = mem_zalloc((m->labels + 1) * sizeof *weight);
	size_t stride = x->n > 7 ? x->n / 7 * 3 + 1 : 1;

	weigh_labels(x, without_fold, weight);
	while (x->n > 1 && stride % x->n != 1) {
		/* coprime to n, so that i * stride visits each example once in a mixed order */
		size_t a = stride, b = x->n;

		while (b) {
			size_t rest = a % b;

			a = b;
			b = rest;
		}
		if (a == 1)
			break;
		stride++;
	}
	for (size_t epoch = 0; epoch < EPOCHS; epoch++)
		for (size_t i = 0; i < x->n; i++) {
			const struct example *one = &x->items[(i * stride + epoch) % x->n];

			if (used(one, without_fold))
				learn(m, &s, one, weight[one->label]);
		}
	free(s.weights);
	free(s.bias);
	free(s.share);
	free(s.features);
	free(weight);
}

/* ---- both ---- */

void linear_train(struct linear *m, enum linear_method method, const struct examples *x,
		  size_t words, size_t without_fold)
{
	*m = (struct linear){.labels = x->labels, .words = words};
	m->idf = mem_zalloc((words + 1) * sizeof *m->idf);
	m->weights = mem_zalloc((words * x->labels + 1) * sizeof *m->weights);
	m->bias = mem_zalloc((x->labels + 1) * sizeof *m->bias);
	if (!x->labels)
		return;
	if (method == LINEAR_CONSTANT) {
		prefer_common(m, x, without_fold, 1);
		return;
	}
	count_documents(m, x, without_fold);
	if (method == LINEAR_BAYES)
		train_bayes(m, x, without_fold);
	else
		train_logistic(m, x, without_fold);
}

size_t linear_apply(const struct linear *m, const struct bag *b, double *score, double *all)
{
	struct feature *f = mem_array(NULL, b->n + 1, sizeof *f);
	double share[LABELS_MAX];
	size_t best = 0, n;

	*score = 0;
	if (m->labels) {
		n = features_of(m, b, f);
		scores_of(m, f, n, share);
		softmax(share, m->labels);
		for (size_t c = 1; c < m->labels; c++)
			if (share[c] > share[best])
				best = c;
		*score = share[best];
	}
	for (size_t c = 0; all && c < m->labels; c++)
		all[c] = share[c];
	free(f);
	return best;
}
