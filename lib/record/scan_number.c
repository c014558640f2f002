/*
 * Numbers of a line: the digits here, eight at a time (D. Lemire's SWAR), the
 * rounding by simdjson's Eisel-Lemire (D. Lemire, "Number parsing at a gigabyte
 * per second", 2021), which is exact or says that it cannot tell.
 */
#include <endian.h>
#include <string.h>

#include "record/dom.h"
#include "record/scan_impl.h"

/* All of a number's digits in an integer, if no more than 19 count. */
#define DIGITS_MAX 19
/* Powers of ten beyond are left to the full parser; the tables reach a little further. */
#define POWER_MAX 300

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static uint64_t load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

static bool eight_digits(uint64_t v)
{
	return ((v & UINT64_C(0xF0F0F0F0F0F0F0F0)) |
		(((v + UINT64_C(0x0606060606060606)) & UINT64_C(0xF0F0F0F0F0F0F0F0)) >> 4)) ==
	       UINT64_C(0x3333333333333333);
}

static uint64_t eight_value(uint64_t v)
{
	const uint64_t mask = UINT64_C(0x000000FF000000FF), mul1 = UINT64_C(0x000F424000000064),
		       mul2 = UINT64_C(0x0000271000000001);

	v -= UINT64_C(0x3030303030303030);
	v = v * 10 + (v >> 8);
	return (((v & mask) * mul1) + (((v >> 16) & mask) * mul2)) >> 32;
}

/* Behind the digits at p; *value goes on with them, wrapping around when they are too many. */
static inline __attribute__((always_inline)) const char *digits(const char *p, const char *end,
								uint64_t *value)
{
	uint64_t i = *value;

	for (; end - p >= 8; p += 8) {
		uint64_t v = load8(p);

		if (!eight_digits(v))
			break;
		i = i * 100000000 + eight_value(v);
	}
	for (; p < end && is_digit(*p); p++)
		i = i * 10 + (uint64_t)(*p - '0');
	*value = i;
	return p;
}

/* p is behind "e"; NULL if there is no exponent or a long one. */
static const char *exponent(const char *p, const char *end, int64_t *power)
{
	bool negative = *p == '-';
	const char *from;
	uint64_t n = 0;

	p += *p == '-' || *p == '+';
	from = p;
	p = digits(p, end, &n);
	if (p == from || p - from > 4)
		return NULL;
	*power += negative ? -(int64_t)n : (int64_t)n;
	return p;
}

const char *scan_number(const char *p, const char *end, double *out)
{
	bool negative = *p == '-', whole = true;
	const char *from, *point;
	int64_t power = 0;
	uint64_t i = 0;
	ptrdiff_t count;

	p += negative;
	from = p;
	p = digits(p, end, &i);
	count = p - from;
	if (count == 0 || (*from == '0' && count > 1))
		return NULL;
	if (p < end && *p == '.') {
		const char *first = point = p + 1;

		whole = false;
		if (*from == '0') {
			count = 0;
			while (first < end && *first == '0')
				first++;
		}
		p = digits(first, end, &i);
		if (p == point)
			return NULL;
		count += p - first;
		power = point - p;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		whole = false;
		p = exponent(p + 1, end, &power);
	}
	if (!p || count > DIGITS_MAX || power > POWER_MAX || power < -POWER_MAX)
		return NULL;
	if (whole)
		*out = negative && i ? -(double)i : (double)i; /* the integer -0 is 0 */
	else if (!dom_round(i, power, negative, out))
		return NULL;
	return p;
}
