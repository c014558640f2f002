/* Exact sums: see exact_sum.h. */
#include "stats/exact_sum.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define DIGIT_BITS  32
#define PENDING_MAX (1u << 29) /* each adds less than 2^32 to a digit */
#define WIDE        (2 * EXACT_DIGITS + 4)

__extension__ typedef unsigned __int128 wide; /* arithmetic of 96 bits and more */

/* ---- adding ---- */

/* Carries, so that all digits but the last are below 2^32 and not negative. */
static void normalise(struct exact_sum *s)
{
	for (size_t k = 0; k + 1 < EXACT_DIGITS; k++) {
		int64_t low = s->digits[k] & INT64_C(0xFFFFFFFF);

		s->digits[k + 1] += (s->digits[k] - low) / (INT64_C(1) << DIGIT_BITS);
		s->digits[k] = low;
	}
	s->pending = 0;
}

static void add_at(struct exact_sum *s, uint64_t mantissa, unsigned position, bool negative)
{
	unsigned k = position / DIGIT_BITS;
	wide v = (wide)mantissa << (position % DIGIT_BITS);
	int64_t low = (int64_t)(v & 0xFFFFFFFF), mid = (int64_t)((v >> 32) & 0xFFFFFFFF),
		high = (int64_t)(v >> 64), sign = negative ? -1 : 1;

	s->digits[k] += sign * low;
	s->digits[k + 1] += sign * mid;
	s->digits[k + 2] += sign * high;
	if (++s->pending >= PENDING_MAX)
		normalise(s);
}

void exact_moments_add(struct exact_moments *m, double x)
{
	uint64_t bits, mantissa;
	unsigned exponent;
	wide square;

	memcpy(&bits, &x, sizeof bits);
	exponent = (unsigned)(bits >> 52) & 0x7FF;
	mantissa = bits & ((UINT64_C(1) << 52) - 1);
	if (exponent)
		mantissa |= UINT64_C(1) << 52;
	else
		exponent = 1;
	if (m->n == 0 || x < m->min)
		m->min = x;
	if (m->n == 0 || x > m->max)
		m->max = x;
	m->n++;
	add_at(&m->sum, mantissa, exponent - 1, bits >> 63);
	square = (wide)mantissa * mantissa;
	add_at(&m->squares, (uint64_t)square, 2 * (exponent - 1), false);
	add_at(&m->squares, (uint64_t)(square >> 64), 2 * (exponent - 1) + 64, false);
}

static void sum_merge(struct exact_sum *a, const struct exact_sum *b)
{
	struct exact_sum c = *b;

	normalise(a);
	normalise(&c);
	for (size_t k = 0; k < EXACT_DIGITS; k++)
		a->digits[k] += c.digits[k];
	normalise(a);
}

void exact_moments_merge(struct exact_moments *a, const struct exact_moments *b)
{
	if (b->n == 0)
		return;
	a->min = a->n == 0 || b->min < a->min ? b->min : a->min;
	a->max = a->n == 0 || b->max > a->max ? b->max : a->max;
	a->n += b->n;
	sum_merge(&a->sum, &b->sum);
	sum_merge(&a->squares, &b->squares);
}

/* ---- rounding ---- */

/* A magnitude: digits below 2^32, lowest first. */
struct natural {
	uint32_t digits[WIDE];
};

static struct natural magnitude(const struct exact_sum *s, bool *negative)
{
	struct exact_sum c = *s;
	struct natural r = {{0}};

	normalise(&c);
	*negative = c.digits[EXACT_DIGITS - 1] < 0;
	if (*negative) {
		for (size_t k = 0; k < EXACT_DIGITS; k++)
			c.digits[k] = -c.digits[k];
		normalise(&c);
	}
	for (size_t k = 0; k < EXACT_DIGITS; k++)
		r.digits[k] = (uint32_t)c.digits[k];
	return r;
}

/* a * n, which fits. */
static void multiply(struct natural *a, uint64_t n)
{
	wide carry = 0;

	for (size_t k = 0; k < WIDE; k++) {
		carry += (wide)a->digits[k] * n;
		a->digits[k] = (uint32_t)carry;
		carry >>= DIGIT_BITS;
	}
}

static void square(const struct natural *a, struct natural *out)
{
	*out = (struct natural){{0}};
	for (size_t i = 0; i < WIDE; i++) {
		uint64_t carry = 0;

		for (size_t j = 0; a->digits[i] && i + j < WIDE; j++) {
			carry += (uint64_t)a->digits[i] * a->digits[j] + out->digits[i + j];
			out->digits[i + j] = (uint32_t)carry;
			carry >>= DIGIT_BITS;
		}
	}
}

/* a - b, which is not negative. */
static void subtract(struct natural *a, const struct natural *b)
{
	int64_t borrow = 0;

	for (size_t k = 0; k < WIDE; k++) {
		int64_t d = (int64_t)a->digits[k] - (int64_t)b->digits[k] + borrow;

		borrow = d < 0 ? -1 : 0;
		a->digits[k] = (uint32_t)d;
	}
}

/* a / n; true if something is left over. */
static bool divide(struct natural *a, uint64_t n)
{
	wide rest = 0;

	for (size_t k = WIDE; k-- > 0;) {
		rest = rest << DIGIT_BITS | a->digits[k];
		a->digits[k] = (uint32_t)(rest / n);
		rest %= n;
	}
	return rest != 0;
}

/* The double nearest to a (and a little more, if rest) times two to the unit. */
static double to_double(const struct natural *a, bool rest, int unit)
{
	size_t top = WIDE;
	wide head;

	while (top > 0 && a->digits[top - 1] == 0)
		top--;
	if (top == 0)
		return 0;
	head = a->digits[top - 1];
	for (size_t k = 1; k <= 2; k++)
		head = head << DIGIT_BITS | (top > k ? a->digits[top - 1 - k] : 0);
	for (size_t k = 0; top > 3 && k < top - 3; k++)
		rest |= a->digits[k] != 0;
	/* 65 to 96 bits, and the lowest stands for all below it: one rounding */
	return ldexp((double)(head | rest), ((int)top - 3) * DIGIT_BITS + unit);
}

struct moments exact_moments_round(const struct exact_moments *m)
{
	struct moments r = {.n = m->n, .min = m->min, .max = m->max};
	struct natural sum, squares, of_sum;
	bool negative, unused, rest;

	if (m->n == 0)
		return r;
	sum = magnitude(&m->sum, &negative);
	squares = magnitude(&m->squares, &unused);
	square(&sum, &of_sum);
	multiply(&squares, m->n);
	subtract(&squares, &of_sum); /* n sum x^2 >= (sum x)^2 */
	rest = divide(&squares, m->n);
	r.m2 = to_double(&squares, rest, EXACT_SQUARES_UNIT);
	rest = divide(&sum, m->n);
	r.mean = to_double(&sum, rest, EXACT_SUM_UNIT);
	if (negative)
		r.mean = -r.mean;
	return r;
}

bool exact_moments_fit(const struct exact_moments *m)
{
	struct natural sum, squares, of_sum;
	bool negative, squares_negative;

	sum = magnitude(&m->sum, &negative);
	squares = magnitude(&m->squares, &squares_negative);
	square(&sum, &of_sum);
	multiply(&squares, m->n);
	for (size_t k = WIDE; k-- > 0;)
		if (squares.digits[k] != of_sum.digits[k])
			return !squares_negative && squares.digits[k] > of_sum.digits[k];
	return !squares_negative; /* all values the same */
}

/* ---- text ---- */

#define NIBBLES_A_DIGIT 8

static unsigned nibble(const struct natural *a, size_t i)
{
	return a->digits[i / NIBBLES_A_DIGIT] >> (4 * (i % NIBBLES_A_DIGIT)) & 0xF;
}

void exact_sum_write(struct exact_sum *s, int unit, struct buf *out)
{
	bool negative;
	struct natural a = magnitude(s, &negative);
	size_t from = 0, to = (size_t)EXACT_DIGITS * NIBBLES_A_DIGIT;

	while (to > 0 && nibble(&a, to - 1) == 0)
		to--;
	if (to == 0) {
		buf_add_char(out, '0');
		return;
	}
	while (nibble(&a, from) == 0)
		from++;
	if (negative)
		buf_add_char(out, '-');
	for (size_t i = to; i-- > from;)
		buf_add_char(out, "0123456789abcdef"[nibble(&a, i)]);
	buf_addf(out, "p%d", unit + 4 * (int)from);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The digits behind "p": where the last nibble stands; -1 if that is nowhere. */
static int64_t read_position(struct span text, int unit)
{
	bool negative = text.len && text.data[0] == '-';
	int64_t n = 0;

	if (text.len == negative || text.len > 6)
		return -1;
	for (size_t i = negative; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return -1;
		n = n * 10 + (text.data[i] - '0');
	}
	n = (negative ? -n : n) - unit;
	return n >= 0 && n % 4 == 0 ? n / 4 : -1;
}

int exact_sum_read(struct span text, int unit, struct exact_sum *out, struct err *e)
{
	const char *p = text.len ? memchr(text.data, 'p', text.len) : NULL;
	bool negative = text.len && text.data[0] == '-';
	struct exact_sum s = {{0}, 0};
	size_t end = p ? (size_t)(p - text.data) : 0;
	int64_t at;

	if (span_is(text, "0")) {
		*out = s;
		return 0;
	}
	at = p ? read_position(span_of(p + 1, text.len - end - 1), unit) : -1;
	/* the last digit is left for carries and the sign */
	if (at < 0 || end == negative ||
	    (size_t)at + (end - negative) > (size_t)(EXACT_DIGITS - 1) * NIBBLES_A_DIGIT)
		goto bad;
	for (size_t i = end; i-- > (size_t)negative; at++) {
		int v = hex_value(text.data[i]);

		if (v < 0)
			goto bad;
		s.digits[at / NIBBLES_A_DIGIT] |= (int64_t)v << (4 * (at % NIBBLES_A_DIGIT));
	}
	if (negative)
		for (size_t k = 0; k < EXACT_DIGITS; k++)
			s.digits[k] = -s.digits[k];
	*out = s;
	return 0;
bad:
	return err_set(e, EX_BADDATA, "'%.*s' is not an exact sum",
		       (int)(text.len > 60 ? 60 : text.len), text.data);
}
