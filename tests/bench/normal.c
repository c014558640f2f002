/*
 * Writes records with normally distributed values, the same for the same seed:
 *
 *	{"window":"ref","name":"latency","value":0.12345678901234567}
 *
 * usage: normal COUNT SEED MEAN WINDOW [DIGITS]
 *	DIGITS   significant digits of a value (17); fewer make ties
 *	WINDOW   - writes the bare numbers
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"

/* S. Vigna's splitmix64. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static double unit(uint64_t *state)
{
	return ((double)(next(state) >> 11) + 0.5) / 9007199254740992.0;
}

/* Box & Muller. */
static double normal(uint64_t *state)
{
	double r = sqrt(-2 * log(unit(state)));

	return r * cos(2 * M_PI * unit(state));
}

int main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	int64_t count, seed, digits = 17;
	uint64_t state;
	double mean;

	if (argc < 5 || num_parse_i64(span_cstr(argv[1]), 1, INT64_MAX, &count, &e) < 0 ||
	    num_parse_i64(span_cstr(argv[2]), 0, INT64_MAX, &seed, &e) < 0 ||
	    num_parse_double(span_cstr(argv[3]), &mean, &e) < 0 ||
	    (argc > 5 && num_parse_i64(span_cstr(argv[5]), 1, 17, &digits, &e) < 0)) {
		(void)fprintf(stderr, "usage: normal COUNT SEED MEAN WINDOW [DIGITS]\n");
		return 64;
	}
	state = (uint64_t)seed;
	for (int64_t i = 0; i < count; i++) {
		double v = mean + normal(&state);

		if (strcmp(argv[4], "-") == 0)
			printf("%.*g\n", (int)digits, v);
		else
			printf("{\"window\":\"%s\",\"name\":\"latency\",\"value\":%.*g}\n", argv[4],
			       (int)digits, v);
	}
	return fflush(stdout) == 0 ? 0 : 74;
}
