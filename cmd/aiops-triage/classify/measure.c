/*
 * Brier score, calibration error, coverage, F1.
 */
#include "aiops-triage/classify/measure.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "record/jsonw.h"
#include "stats/proportion.h"

struct share share_of(size_t k, size_t n)
{
	struct proportion p = proportion_of((int64_t)k, (int64_t)n);

	return (struct share){.k = k, .n = n, .rate = p.at, .low = p.low, .high = p.high};
}

static int surest_first(const void *x, const void *y)
{
	double a = ((const struct outcome *)x)->score, b = ((const struct outcome *)y)->score;

	return (a < b) - (a > b);
}

static void fill_bins(struct measure *m, const struct outcome *o, size_t n)
{
	size_t count[MEASURE_BINS] = {0}, right[MEASURE_BINS] = {0};
	double sum[MEASURE_BINS] = {0};

	for (size_t i = 0; i < n; i++) {
		double at = o[i].score * MEASURE_BINS;
		size_t bin = at <= 0 ? 0 : at >= MEASURE_BINS ? MEASURE_BINS - 1 : (size_t)at;

		count[bin]++;
		right[bin] += o[i].right;
		sum[bin] += o[i].score;
	}
	m->ece = n ? 0 : NAN;
	for (size_t b = 0; b < MEASURE_BINS; b++) {
		m->bins[b].right = share_of(right[b], count[b]);
		m->bins[b].confidence = count[b] ? sum[b] / (double)count[b] : NAN;
		if (count[b])
			m->ece += fabs(sum[b] - (double)right[b]) / (double)n;
	}
}

/* Equal confidences go together: one cannot answer some of them and not the others. */
static void fill_cover(struct measure *m, const struct outcome *o, size_t n)
{
	size_t taken = 0, right = 0;

	for (size_t step = 1; step <= MEASURE_BINS && taken < n; step++) {
		size_t want = (n * step + MEASURE_BINS - 1) / MEASURE_BINS;

		if (taken >= want)
			continue;
		while (taken < n && (taken < want || !(o[taken].score < o[taken - 1].score)))
			right += o[taken++].right;
		m->cover[m->n_cover++] =
			(struct measure_cover){.coverage = (double)taken / (double)n,
					       .threshold = o[taken - 1].score,
					       .right = share_of(right, taken)};
	}
}

void measure_outcomes(struct measure *m, struct outcome *o, size_t n)
{
	size_t right = 0;
	double squares = 0;

	*m = (struct measure){.brier = NAN, .brier_base = NAN};
	if (n)
		qsort(o, n, sizeof *o, surest_first);
	for (size_t i = 0; i < n; i++) {
		double d = o[i].score - (o[i].right ? 1 : 0);

		right += o[i].right;
		squares += d * d;
	}
	m->right = share_of(right, n);
	if (n) {
		m->brier = squares / (double)n;
		m->brier_base = m->right.rate * (1 - m->right.rate);
	}
	fill_bins(m, o, n);
	fill_cover(m, o, n);
}

double measure_macro_f1(const size_t *actual, const size_t *said, size_t n, size_t classes)
{
	size_t *hit = mem_zalloc((classes + 1) * sizeof *hit);
	size_t *is = mem_zalloc((classes + 1) * sizeof *is);
	size_t *named = mem_zalloc((classes + 1) * sizeof *named);
	size_t seen = 0;
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		is[actual[i]]++;
		named[said[i]]++;
		hit[actual[i]] += actual[i] == said[i];
	}
	for (size_t c = 0; c < classes; c++)
		if (is[c] + named[c]) {
			sum += 2 * (double)hit[c] / (double)(is[c] + named[c]);
			seen++;
		}
	free(hit);
	free(is);
	free(named);
	return seen ? sum / (double)seen : NAN;
}

/* Four digits: more would say more than it means. */
static void member(struct jsonw *w, const char *key, double x)
{
	jsonw_member_double(w, key, isfinite(x) ? round(x * 1e4) / 1e4 : x);
}

void share_write(struct jsonw *w, const struct share *s)
{
	jsonw_member_i64(w, "n", (int64_t)s->n);
	jsonw_member_i64(w, "right", (int64_t)s->k);
	member(w, "rate", s->rate);
	member(w, "low", s->low);
	member(w, "high", s->high);
}

static void write_bins(struct jsonw *w, const struct measure *m)
{
	jsonw_key(w, "bins");
	jsonw_array(w);
	for (size_t i = 0; i < MEASURE_BINS; i++) {
		if (!m->bins[i].right.n)
			continue;
		jsonw_object(w);
		member(w, "from", (double)i / MEASURE_BINS);
		member(w, "to", (double)(i + 1) / MEASURE_BINS);
		member(w, "confidence", m->bins[i].confidence);
		share_write(w, &m->bins[i].right);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

void measure_write(struct jsonw *w, const struct measure *m)
{
	jsonw_key(w, "agreement");
	jsonw_object(w);
	share_write(w, &m->right);
	jsonw_object_end(w);
	member(w, "brier", m->brier);
	member(w, "brier_base", m->brier_base);
	member(w, "ece", m->ece);
	write_bins(w, m);
	jsonw_key(w, "coverage");
	jsonw_array(w);
	for (size_t i = 0; i < m->n_cover; i++) {
		jsonw_object(w);
		member(w, "coverage", m->cover[i].coverage);
		member(w, "confidence", m->cover[i].threshold);
		share_write(w, &m->cover[i].right);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}
