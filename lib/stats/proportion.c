#include "stats/proportion.h"

#include <math.h>

struct proportion proportion_of(int64_t k, int64_t n)
{
	static const double z = 1.959963984540054;
	double total = (double)n, p = (double)k / total, z2 = z * z;
	double scale = 1 + z2 / total, centre = (p + z2 / (2 * total)) / scale;
	double half = z * sqrt(p * (1 - p) / total + z2 / (4 * total * total)) / scale;

	if (n <= 0)
		return (struct proportion){NAN, NAN, NAN};
	return (struct proportion){p, fmax(0, centre - half), fmin(1, centre + half)};
}
