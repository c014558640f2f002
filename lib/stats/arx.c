/* Recursive least squares on the last values and the season: see arx.h. */
#include "stats/arx.h"

#include <math.h>

#define FORGET      0.999
#define SCALE_ALPHA 0.001
#define PRIOR_GAIN  10  /* how little the first weights are believed */
#define GAIN_MOST   100 /* forgetting without news lets the gain grow; here it is halved */
#define ERROR_MOST  4   /* in deviations: an outlier moves the weights no further */
#define INPUT_MOST  50
#define OLDEST      3 /* values before the model is used */

static double clip(double x, double most)
{
	return fmax(-most, fmin(most, x));
}

static double spread(const struct arx *m)
{
	return m->scale.variance > 0 ? sqrt(m->scale.variance) : 1;
}

static void inputs(const struct arx *m, double seasonal, double u[static ARX_INPUTS])
{
	double s = spread(m), c = m->scale.mean;

	u[0] = 1;
	u[1] = clip((m->last[0] - c) / s, INPUT_MOST);
	u[2] = clip((m->last[1] - c) / s, INPUT_MOST);
	u[3] = clip((seasonal - c) / s, INPUT_MOST);
}

static double dot(const double *a, const double *b)
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

double arx_expect(const struct arx *m, double seasonal)
{
	double u[ARX_INPUTS], at;

	if (m->n < OLDEST)
		return m->last[0];
	inputs(m, seasonal, u);
	at = m->scale.mean + spread(m) * dot(m->weights, u);
	return isfinite(at) ? at : m->last[0];
}

static void reset_gain(struct arx *m)
{
	for (int i = 0; i < ARX_INPUTS; i++)
		for (int j = 0; j < ARX_INPUTS; j++)
			m->gain[i][j] = i == j ? PRIOR_GAIN : 0;
}

/* gain = (gain - k k' / d) / FORGET, kept symmetric and bounded. */
static void update_gain(struct arx *m, const double k[static ARX_INPUTS], double d)
{
	double most = 0, shrink;

	for (int i = 0; i < ARX_INPUTS; i++) {
		for (int j = 0; j <= i; j++)
			m->gain[i][j] = m->gain[j][i] = (m->gain[i][j] - k[i] * k[j] / d) / FORGET;
		most = fmax(most, m->gain[i][i]);
		if (!(m->gain[i][i] > 0)) { /* rounding took it: begin again */
			reset_gain(m);
			return;
		}
	}
	shrink = most > GAIN_MOST ? 0.5 : 1;
	for (int i = 0; shrink < 1 && i < ARX_INPUTS; i++)
		for (int j = 0; j < ARX_INPUTS; j++)
			m->gain[i][j] *= shrink;
}

static void learn(struct arx *m, double x, double seasonal)
{
	double u[ARX_INPUTS], k[ARX_INPUTS], d, error;

	inputs(m, seasonal, u);
	error = clip((x - m->scale.mean) / spread(m) - dot(m->weights, u), ERROR_MOST);
	for (int i = 0; i < ARX_INPUTS; i++)
		k[i] = dot(m->gain[i], u);
	d = FORGET + dot(u, k);
	for (int i = 0; i < ARX_INPUTS; i++)
		m->weights[i] += k[i] / d * error;
	update_gain(m, k, d);
}

void arx_add(struct arx *m, double x, double seasonal)
{
	if (m->n == 0)
		reset_gain(m);
	if (m->n >= OLDEST)
		learn(m, x, seasonal);
	ewma_add(&m->scale, x, SCALE_ALPHA);
	m->last[1] = m->last[0];
	m->last[0] = x;
	m->n += 1;
}
