/*
 * The one file that may call strtod.
 */
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many bytes of a wrong text a message shows. */
static int shown(struct span s)
{
	return s.len > 60 ? 60 : (int)s.len;
}

/* Reads digits at *at into *out; false on none or more than max. */
static bool read_digits(struct span s, size_t *at, uint64_t max, uint64_t *out)
{
	size_t from = *at;
	uint64_t n = 0;

	while (*at < s.len && is_digit(s.data[*at])) {
		if (__builtin_mul_overflow(n, 10u, &n) ||
		    __builtin_add_overflow(n, (unsigned)(s.data[*at] - '0'), &n) || n > max)
			return false;
		++*at;
	}
	*out = n;
	return *at > from;
}

static bool read_u63(struct span s, size_t *at, int64_t *out)
{
	uint64_t n;

	if (!read_digits(s, at, INT64_MAX, &n))
		return false;
	*out = (int64_t)n;
	return true;
}

int num_parse_i64(struct span s, int64_t min, int64_t max, int64_t *out, struct err *e)
{
	bool negative = s.len && s.data[0] == '-';
	size_t at = negative;
	uint64_t size;
	int64_t n;

	if (!read_digits(s, &at, (uint64_t)INT64_MAX + negative, &size) || at != s.len)
		return err_set(e, EX_BADUSAGE, "'%.*s' is not a whole number", shown(s), s.data);
	/* INT64_MIN is no negative of an int64_t. */
	n = !negative || size == 0 ? (int64_t)size : -(int64_t)(size - 1) - 1;
	if (n < min || n > max)
		return err_set(e, EX_BADUSAGE, "%.*s is out of range (%lld to %lld)", shown(s),
			       s.data, (long long)min, (long long)max);
	*out = n;
	return 0;
}

bool num_is_json(struct span s)
{
	size_t at = 0;

	if (at < s.len && s.data[at] == '-')
		at++;
	if (at >= s.len || !is_digit(s.data[at]))
		return false;
	if (s.data[at] == '0')
		at++;
	else
		while (at < s.len && is_digit(s.data[at]))
			at++;
	if (at < s.len && s.data[at] == '.') {
		size_t from = ++at;

		while (at < s.len && is_digit(s.data[at]))
			at++;
		if (at == from)
			return false;
	}
	if (at < s.len && (s.data[at] == 'e' || s.data[at] == 'E')) {
		size_t from;

		at++;
		if (at < s.len && (s.data[at] == '+' || s.data[at] == '-'))
			at++;
		from = at;
		while (at < s.len && is_digit(s.data[at]))
			at++;
		if (at == from)
			return false;
	}
	return at == s.len;
}

static bool only_number_chars(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.data[i] || !strchr("0123456789.eE+-", s.data[i]))
			return false;
	return true;
}

/* strtod wants a NUL behind the number. */
static bool read_double(struct span digits, double *out)
{
	char small[400], *text = digits.len < sizeof small ? small : mem_alloc(digits.len + 1);
	char *end;
	bool whole;

	memcpy(text, digits.data, digits.len);
	text[digits.len] = '\0';
	*out = strtod(text, &end);
	whole = end == text + digits.len;
	if (text != small)
		free(text);
	return whole && isfinite(*out);
}

int num_parse_double(struct span s, double *out, struct err *e)
{
	struct span digits = s;
	double d;

	/* strtod takes hex, inf and nan; people also write +1, 1. and .5 */
	if (digits.len > 1 && digits.data[0] == '+' && digits.data[1] != '-' &&
	    digits.data[1] != '+')
		digits = span_of(digits.data + 1, digits.len - 1);
	if (digits.len == 0 || !only_number_chars(digits) || !read_double(digits, &d))
		return err_set(e, EX_BADUSAGE, "'%.*s' is not a finite number", shown(s), s.data);
	*out = d;
	return 0;
}

static const struct {
	const char *name;
	int64_t ms;
} duration_units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

/* The longest unit name at *at: "ms" before "m". */
static int64_t read_unit(struct span s, size_t *at)
{
	for (size_t i = 0; i < sizeof duration_units / sizeof *duration_units; i++) {
		size_t n = strlen(duration_units[i].name);

		if (s.len - *at >= n && memcmp(s.data + *at, duration_units[i].name, n) == 0) {
			*at += n;
			return duration_units[i].ms;
		}
	}
	return 0;
}

int num_parse_duration_ms(struct span s, int64_t *out, struct err *e)
{
	int64_t total = 0, last_unit = INT64_MAX;
	size_t at = 0;

	if (span_is(s, "0")) {
		*out = 0;
		return 0;
	}
	if (s.len == 0)
		goto bad;
	while (at < s.len) {
		int64_t n, unit;

		if (!read_u63(s, &at, &n) || (unit = read_unit(s, &at)) == 0 || unit >= last_unit)
			goto bad;
		last_unit = unit;
		if (__builtin_mul_overflow(n, unit, &n) || __builtin_add_overflow(total, n, &total))
			goto bad;
	}
	*out = total;
	return 0;
bad:
	return err_set(e, EX_BADUSAGE, "'%.*s' is not a duration (write 500ms, 30s, 5m, 2h or 7d)",
		       shown(s), s.data);
}

int num_parse_size(struct span s, size_t *out, struct err *e)
{
	static const char *const names[] = {"", "K", "M", "G", "KiB", "MiB", "GiB"};
	static const unsigned shifts[] = {0, 10, 20, 30, 10, 20, 30};
	size_t at = 0;
	int64_t n;

	if (!read_u63(s, &at, &n))
		goto bad;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!span_is(span_of(s.data + at, s.len - at), names[i]))
			continue;
		if (n > (INT64_MAX >> shifts[i]))
			goto bad;
		*out = (size_t)n << shifts[i];
		return 0;
	}
bad:
	return err_set(e, EX_BADUSAGE, "'%.*s' is not a size (write 4096, 64K, 1M or 1G)", shown(s),
		       s.data);
}

void num_add_double(struct buf *b, double d)
{
	char text[40];

	if (d == 0) { /* also -0, which has no use here */
		buf_add_char(b, '0');
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, sizeof text, "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	buf_add_cstr(b, text);
}

void num_add_duration_ms(struct buf *b, int64_t ms)
{
	if (ms == 0)
		buf_add_cstr(b, "0");
	for (size_t i = sizeof duration_units / sizeof *duration_units; i-- > 0;) {
		int64_t n = ms / duration_units[i].ms;

		if (n == 0)
			continue;
		buf_add_i64(b, n);
		buf_add_cstr(b, duration_units[i].name);
		ms -= n * duration_units[i].ms;
	}
}
