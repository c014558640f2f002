#include "base/instant.h"

#include <string.h>

static const int64_t pow10_ns[] = {1000000000, 100000000, 10000000, 1000000, 100000,
				   10000,      1000,      100,      10,      1};

/* Days from 1970-01-01 to a proleptic Gregorian date. */
static int64_t days_from_civil(int64_t y, int m, int d)
{
	int64_t era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void civil_from_days(int64_t z, struct civil *c)
{
	int64_t era, doe, yoe, doy, mp;

	z += 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	c->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c->year = (int)(yoe + era * 400 + (c->month <= 2));
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Exactly n digits at s[*at]; -1 if there are none. */
static int take_digits(struct span s, size_t *at, size_t n)
{
	int v = 0;

	if (s.len - *at < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char c = s.data[*at + i];

		if (c < '0' || c > '9')
			return -1;
		v = v * 10 + (c - '0');
	}
	*at += n;
	return v;
}

static bool take_char(struct span s, size_t *at, const char *any_of)
{
	if (*at >= s.len || !s.data[*at] || !strchr(any_of, s.data[*at]))
		return false;
	++*at;
	return true;
}

/* A run of digits as a fraction of 10^9; false if the run is empty. */
static bool take_fraction(struct span s, size_t *at, int64_t *ns, int *digits)
{
	size_t from = *at;

	*ns = 0;
	*digits = 0;
	for (; *at < s.len && s.data[*at] >= '0' && s.data[*at] <= '9'; ++*at) {
		if (*digits == 9)
			continue; /* finer than a nanosecond: cut */
		*ns += (s.data[*at] - '0') * pow10_ns[*digits + 1];
		++*digits;
	}
	return *at > from;
}

/* "Z", "+hh:mm", "+hhmm" as seconds east of UTC. */
static bool take_offset(struct span s, size_t *at, int64_t *seconds)
{
	int h, m;
	bool west;

	*seconds = 0;
	if (take_char(s, at, "Zz"))
		return true;
	if (*at >= s.len || (s.data[*at] != '+' && s.data[*at] != '-'))
		return false;
	west = s.data[(*at)++] == '-';
	h = take_digits(s, at, 2);
	(void)take_char(s, at, ":"); /* optional: CloudWatch leaves it out */
	m = take_digits(s, at, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*seconds = (west ? -1 : 1) * (h * 3600 + m * 60);
	return true;
}

static bool civil_is_valid(const struct civil *c)
{
	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= days_in_month(c->year, c->month) && c->hour >= 0 && c->hour <= 23 &&
	       c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 60;
}

/* An offset or a leap second may lead out of the years that the text is in. */
static bool in_range(int64_t ns)
{
	return ns >= INSTANT_FIRST_NS && ns < INSTANT_BEHIND_NS;
}

static int out_of_range(struct span s, struct err *e)
{
	return err_set(e, EX_BADDATA, "time '%.*s' is out of range (years 1678 to 2261)",
		       (int)(s.len > 60 ? 60 : s.len), s.data);
}

int instant_parse(struct span s, struct instant *out, struct err *e)
{
	struct civil c = {0};
	int64_t ns = 0, offset;
	size_t at = 0;
	int digits = 0;

	c.year = take_digits(s, &at, 4);
	if (c.year < 0 || !take_char(s, &at, "-"))
		goto bad;
	c.month = take_digits(s, &at, 2);
	if (!take_char(s, &at, "-"))
		goto bad;
	c.day = take_digits(s, &at, 2);
	if (!take_char(s, &at, "Tt "))
		goto bad;
	c.hour = take_digits(s, &at, 2);
	if (!take_char(s, &at, ":"))
		goto bad;
	c.minute = take_digits(s, &at, 2);
	if (!take_char(s, &at, ":"))
		goto bad;
	c.second = take_digits(s, &at, 2);
	if (take_char(s, &at, ".") && !take_fraction(s, &at, &ns, &digits))
		goto bad;
	if (!take_offset(s, &at, &offset) || at != s.len || !civil_is_valid(&c))
		goto bad;
	if (c.year < 1678 || c.year > 2261)
		return out_of_range(s, e);
	ns += instant_from_civil(&c) - offset * NS_PER_S;
	if (!in_range(ns))
		return out_of_range(s, e);
	out->ns = ns;
	out->fraction = digits;
	return 0;
bad:
	return err_set(e, EX_BADDATA, "'%.*s' is not an RFC 3339 time",
		       (int)(s.len > 60 ? 60 : s.len), s.data);
}

bool instant_is_unset(struct span s)
{
	return s.len == 0 || span_starts(s, "0001-01-01T00:00:00");
}

int instant_parse_epoch(struct span s, enum epoch_unit unit, struct instant *out, struct err *e)
{
	/* Decimal digits of the unit below one second. */
	static const int below[] = {[EPOCH_S] = 0, [EPOCH_MS] = 3, [EPOCH_US] = 6, [EPOCH_NS] = 9};
	bool negative = s.len && s.data[0] == '-';
	size_t at = negative, from = at;
	int64_t whole = 0, fraction = 0, ns;
	int digits = 0;

	for (; at < s.len && s.data[at] >= '0' && s.data[at] <= '9'; at++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, s.data[at] - '0', &whole))
			goto bad;
	if (at == from)
		goto bad;
	if (unit == EPOCH_GUESS)
		unit = at - from <= 11   ? EPOCH_S
		       : at - from <= 14 ? EPOCH_MS
		       : at - from <= 17 ? EPOCH_US
					 : EPOCH_NS;
	if (at < s.len) {
		if (s.data[at++] != '.' || !take_fraction(s, &at, &fraction, &digits) ||
		    at != s.len)
			goto bad;
	}
	if (__builtin_mul_overflow(whole, pow10_ns[below[unit]], &ns))
		goto bad;
	for (int i = 0; i < below[unit]; i++)
		fraction /=
			10; /* a fraction of a millisecond is worth a thousandth of a second's */
	if (__builtin_add_overflow(ns, fraction, &ns))
		goto bad;
	if (negative)
		ns = -ns;
	if (!in_range(ns))
		return out_of_range(s, e);
	out->ns = ns;
	out->fraction = below[unit] + digits > 9 ? 9 : below[unit] + digits;
	return 0;
bad:
	return err_set(e, EX_BADDATA, "'%.*s' is not an epoch time", (int)(s.len > 60 ? 60 : s.len),
		       s.data);
}

struct civil instant_civil(struct instant t)
{
	struct civil c;
	int64_t s = t.ns / NS_PER_S - (t.ns % NS_PER_S < 0);
	int64_t days = s / 86400 - (s % 86400 < 0);
	int64_t rest = s - days * 86400;

	civil_from_days(days, &c);
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	c.weekday = (int)(((days % 7) + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
	return c;
}

int64_t instant_from_civil(const struct civil *c)
{
	int64_t days = days_from_civil(c->year, c->month, c->day);

	return (days * 86400 + c->hour * 3600 + c->minute * 60 + c->second) * NS_PER_S;
}

static void put_two(char *to, int value)
{
	to[0] = (char)('0' + value / 10);
	to[1] = (char)('0' + value % 10);
}

static void put_fraction(char *to, int64_t ns, int digits)
{
	uint32_t n = (uint32_t)(ns / pow10_ns[digits]);

	for (int i = digits; i > 0; i--) {
		to[i - 1] = (char)('0' + n % 10);
		n /= 10;
	}
}

static void put_minute(struct civil c, char out[static INSTANT_MINUTE_LEN])
{
	put_two(out, c.year / 100);
	put_two(out + 2, c.year % 100);
	put_two(out + 5, c.month);
	put_two(out + 8, c.day);
	put_two(out + 11, c.hour);
	put_two(out + 14, c.minute);
	out[4] = out[7] = '-';
	out[10] = 'T';
	out[13] = out[16] = ':';
}

size_t instant_text_near(struct instant t, struct instant_minute *last,
			 char out[static INSTANT_TEXT])
{
	const int64_t ns_per_minute = 60 * NS_PER_S;
	int64_t minute = t.ns / ns_per_minute - (t.ns % ns_per_minute < 0);
	int64_t below = t.ns - minute * ns_per_minute;
	size_t len = INSTANT_MINUTE_LEN;

	if (!last->known || last->minute != minute) {
		*last = (struct instant_minute){.known = true, .minute = minute};
		put_minute(instant_civil(t), last->text);
	}
	memcpy(out, last->text, INSTANT_MINUTE_LEN);
	put_two(out + len, (int)(below / NS_PER_S));
	len += 2;
	if (t.fraction > 0) {
		int digits = t.fraction > 9 ? 9 : t.fraction;

		out[len++] = '.';
		put_fraction(out + len, below % NS_PER_S, digits);
		len += (size_t)digits;
	}
	out[len++] = 'Z';
	return len;
}

size_t instant_text(struct instant t, char out[static INSTANT_TEXT])
{
	struct instant_minute none = {.known = false};

	return instant_text_near(t, &none, out);
}

void instant_add(struct buf *b, struct instant t)
{
	char text[INSTANT_TEXT];

	buf_add(b, text, instant_text(t, text));
}

struct instant instant_from_ns(int64_t ns)
{
	int fraction = ns % 1000 ? 9 : ns % 1000000 ? 6 : ns % NS_PER_S ? 3 : 0;

	return (struct instant){ns, fraction};
}
