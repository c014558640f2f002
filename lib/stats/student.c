/* Student's t: see student.h. */
#include "stats/student.h"

#include <math.h>

#define TINY       1e-300
#define EPSILON    1e-16
#define TERMS_MOST 10000
#define STEPS      200

static double away_from_zero(double x)
{
	return fabs(x) < TINY ? TINY : x;
}

/* The continued fraction of I_x(a, b), for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;

	for (int m = 1; m < TERMS_MOST; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 / away_from_zero(1 + even * d);
		c = away_from_zero(1 + even / c);
		h *= d * c;
		d = 1 / away_from_zero(1 + odd * d);
		c = away_from_zero(1 + odd / c);
		step = d * c;
		h *= step;
		if (fabs(step - 1) < EPSILON)
			break;
	}
	return h;
}

/* I_x(a, b), the smaller tail computed directly. */
static double beta_lower(double a, double b, double x)
{
	double front;

	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_upper(double t, double dof)
{
	double tail = beta_lower(dof / 2, 0.5, dof / (dof + t * t)) / 2;

	return t >= 0 ? tail : 1 - tail;
}

double student_upper_quantile(double p, double dof)
{
	double low = 0, high = 1;

	if (!(p > 0 && p <= 0.5))
		return NAN;
	while (student_upper(high, dof) > p && high < 1e300)
		high *= 2;
	for (int i = 0; i < STEPS && low < high; i++) {
		double middle = (low + high) / 2;

		if (middle <= low || middle >= high)
			break;
		if (student_upper(middle, dof) > p)
			low = middle;
		else
			high = middle;
	}
	return high;
}
