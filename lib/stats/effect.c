/* Lower ends of effects: see effect.h. */
#include "stats/effect.h"

#include <math.h>

double share_difference_lower(double x, double n, double y, double m, double z)
{
	double p = (x + 1) / (n + 2), q = (y + 1) / (m + 2);

	if (n <= 0 || m <= 0)
		return 0;
	return fmax(0, fabs(p - q) - z * sqrt(p * (1 - p) / (n + 2) + q * (1 - q) / (m + 2)));
}

double noncentrality_lower(double x2, double dof, double z)
{
	double lambda = fmax(0, x2 - dof);

	return fmax(0, lambda - z * sqrt(2 * (dof + 2 * lambda)));
}

double hedges_g_lower(double g, double n, double m, double z)
{
	if (isnan(g) || n <= 0 || m <= 0)
		return NAN;
	return fmax(0, fabs(g) - z * sqrt((n + m) / (n * m) + g * g / (2 * (n + m))));
}
