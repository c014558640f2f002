/*
 * calibration DRAWS: how often each test of aiops-drift alarms where nothing changed, and
 * where something did; one line a test: name, sizes, false alarms, power, seconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../unit/stats/calibration.h"

int main(int argc, char **argv)
{
	long draws = argc > 1 ? strtol(argv[1], NULL, 10) : 2000;

	for (size_t i = 0; i < CALIBRATIONS; i++) {
		const struct calibration *c = &calibrations[i];
		clock_t start = clock();
		double alarms = alarm_rate(c, 0, (size_t)draws, 1000 + i);
		double power = alarm_rate(c, c->shift, (size_t)draws / 10, 2000 + i);

		printf("%s|%zu|%zu|%.4f|%.4f|%.3f\n", c->name, c->n, c->m, alarms, power,
		       (double)(clock() - start) / CLOCKS_PER_SEC);
	}
	return 0;
}
