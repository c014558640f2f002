/* Flat lines: see flat.h. */
#include "stats/flat.h"

#include <math.h>
#include <stdbool.h>

#define SHORTEST    10
#define MOVES_LEAST 20

double flat_add(struct flat *f, double x)
{
	bool same = f->n > 0 && !(x < f->value || x > f->value);

	if (f->n > 0 && !same) { /* the run is over: its steps become habit */
		f->repeats += f->run - 1;
		f->steps += f->run;
		f->longest = fmax(f->longest, f->run);
		f->run = 0;
	}
	f->value = x;
	f->run += 1;
	f->n += 1;
	return f->run;
}

bool flat_is_long(const struct flat *f, double points)
{
	return f->run >= SHORTEST && f->run >= flat_limit(f, points);
}

double flat_limit(const struct flat *f, double points)
{
	double chance = (f->repeats + 1) / (f->steps + 2);

	if (f->steps - f->repeats < MOVES_LEAST)
		return INFINITY;
	return fmax(fmax(SHORTEST, 2 * f->longest), 1 + log(fmax(points, 2)) / -log(chance));
}
