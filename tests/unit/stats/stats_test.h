/*
 * What the tests of lib/stats share: closeness, a seeded source of numbers.
 */
#ifndef AIOPS_TESTS_STATS_TEST_H
#define AIOPS_TESTS_STATS_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))

/* Relative closeness; absolute where expected is 0. */
#define assert_near(actual, expected, tolerance)                                                   \
	assert_near_((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)

static inline void assert_near_(double actual, double expected, double tolerance, const char *what,
				const char *file, int line)
{
	double off = fabs(actual - expected), scale = expected != 0 ? fabs(expected) : 1;

	if (!(off <= tolerance * scale)) {
		print_error("%s is %.17g, not %.17g (relative error %.3g)\n", what, actual,
			    expected, off / scale);
		_fail(file, line);
	}
}

/* S. Vigna's splitmix64. */
static inline uint64_t random_u64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* In (0, 1). */
static inline double random_unit(uint64_t *state)
{
	return ((double)(random_u64(state) >> 11) + 0.5) / 9007199254740992.0;
}

/* Standard normal (Box & Muller). */
static inline double random_normal(uint64_t *state)
{
	double r = sqrt(-2 * log(random_unit(state)));

	return r * cos(2 * M_PI * random_unit(state));
}

#endif
