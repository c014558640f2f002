#include "aiops-ingest/formats/stamp_shape.h"

#include <assert.h>
#include <string.h>

/*
 * Shapes as patterns: Y year, y its last two digits, m month, b its name, d day,
 * e day of one or two digits (also padded with a space), a weekday's name, H M S,
 * f optional fraction (point or comma), F one of three digits behind a colon, I and
 * p hour and half of a twelve-hour clock, z optional zone, T the letter or a space,
 * L glog's level letter; D is Y-m-d and K is H:M:S, read at once; a space is one or more; anything
 * else is itself.
 */
static const struct shape {
	const char *name, *pattern;
	enum stamp_shape kind;
} shapes[] = {
	{"iso", "DTKfz"},                    /* RFC 3339; PostgreSQL, Java, Python, Go's slog */
	{"slashes", "Y/m/d Kfz"},            /* nginx' error log, Go's log */
	{"syslog", "b e Kf", STAMP_SYSLOG},  /* RFC 3164 */
	{"ctime", "a b e Kf Y"},             /* Apache's error log */
	{"clf", "d/b/Y:Kz", STAMP_CLF},      /* Common Log Format */
	{"glog", "Lmd Kf"},                  /* glog, klog */
	{"day first", "e b Y Kf"},           /* Redis */
	{"dashes", "D-H.M.Sf"},              /* Db2, BlueGene */
	{"basic", "YmdTHMSfz"},              /* ISO 8601 basic */
	{"digits", "ymd HMS", STAMP_DIGITS}, /* old MySQL, HDFS */
	{"short year", "y/m/d Kf"},          /* Spark */
	{"month-day", "m-d Kf", STAMP_MONTH_DAY}, /* Android's logcat */
	{"health", "Ymd-H:M:SF"},                 /* HealthApp, as Loghub has it */
	{"jul", "b e, Y I:M:S p", STAMP_JUL},     /* java.util.logging */
};

static_assert(sizeof shapes / sizeof *shapes == SHAPES, "shape.h counts them");

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char weekdays[] = "MonTueWedThuFriSatSun";

struct reading {
	struct span s;
	size_t at;
	struct civil c;
	int64_t ns;
	int fraction;
	bool has_year, has_zone;
	int64_t offset_s;
	struct span level;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char peek(const struct reading *r)
{
	return r->at < r->s.len ? r->s.data[r->at] : '\0';
}

static bool take_number(struct reading *r, size_t digits, int *out)
{
	int v = 0;

	if (r->s.len - r->at < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = r->s.data[r->at + i];

		if (!is_digit(c))
			return false;
		v = v * 10 + (c - '0');
	}
	r->at += digits;
	*out = v;
	return true;
}

/* Position (from 1) of the three letters at hand in a list of names. */
static bool take_name(struct reading *r, const char *names, int *out)
{
	if (r->s.len - r->at < 3)
		return false;
	for (int i = 0; names[i * 3]; i++) {
		if (memcmp(names + i * 3, r->s.data + r->at, 3) != 0)
			continue;
		r->at += 3;
		*out = i + 1;
		return true;
	}
	return false;
}

static bool take_spaces(struct reading *r)
{
	size_t from = r->at;

	while (peek(r) == ' ' || peek(r) == '\t')
		r->at++;
	return r->at > from;
}

static bool take_day(struct reading *r)
{
	if (peek(r) == ' ')
		r->at++;
	if (r->at + 1 < r->s.len && is_digit(r->s.data[r->at + 1]))
		return take_number(r, 2, &r->c.day);
	return take_number(r, 1, &r->c.day);
}

static bool take_year(struct reading *r, size_t digits)
{
	r->has_year = take_number(r, digits, &r->c.year);
	if (digits == 2)
		r->c.year += r->c.year < 70 ? 2000 : 1900; /* POSIX strptime %y, near enough */
	return r->has_year;
}

/* Digits finer than a nanosecond are cut. */
static void take_fraction(struct reading *r)
{
	int64_t unit = NS_PER_S / 10;

	if ((peek(r) != '.' && peek(r) != ',') || r->at + 1 >= r->s.len ||
	    !is_digit(r->s.data[r->at + 1]))
		return;
	for (r->at++; is_digit(peek(r)); r->at++) {
		r->ns += (peek(r) - '0') * unit;
		r->fraction += unit > 0;
		unit /= 10;
	}
}

/* HealthApp writes milliseconds without leading zeros. */
static bool take_milliseconds(struct reading *r)
{
	int64_t ms = 0;
	size_t from = ++r->at;

	if (r->s.data[from - 1] != ':')
		return false;
	for (; is_digit(peek(r)) && r->at < from + 3; r->at++)
		ms = ms * 10 + (peek(r) - '0');
	r->ns = ms * NS_PER_MS;
	r->fraction = 3;
	return r->at > from;
}

/* 12 AM is midnight, 12 PM noon. */
static bool take_half(struct reading *r)
{
	bool pm = peek(r) == 'P';

	if ((!pm && peek(r) != 'A') || r->at + 1 >= r->s.len || r->s.data[r->at + 1] != 'M' ||
	    r->c.hour < 1 || r->c.hour > 12)
		return false;
	r->c.hour = r->c.hour % 12 + (pm ? 12 : 0);
	r->at += 2;
	return true;
}

static bool take_hour(struct reading *r)
{
	size_t digits = r->at + 1 < r->s.len && is_digit(r->s.data[r->at + 1]) ? 2 : 1;

	return take_number(r, digits, &r->c.hour);
}

/* "+hh", "+hhmm", "+hh:mm" at hand; behind a space only with minutes, so that " -5" is none. */
static bool take_offset(struct reading *r, bool need_minutes)
{
	size_t from = r->at;
	int h, m = 0, sign = peek(r) == '-' ? -1 : 1;

	if (peek(r) != '+' && peek(r) != '-')
		return false;
	r->at++;
	if (!take_number(r, 2, &h) || h > 23)
		goto none;
	if (peek(r) == ':' && r->at + 1 < r->s.len && is_digit(r->s.data[r->at + 1]))
		r->at++;
	if ((need_minutes || is_digit(peek(r))) && (!take_number(r, 2, &m) || m > 59))
		goto none;
	r->offset_s = sign * (h * 3600 + m * 60);
	return true;
none:
	r->at = from;
	return false;
}

static bool is_word_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool take_word(struct reading *r, const char *word)
{
	size_t n = strlen(word);

	if (r->s.len - r->at < n || memcmp(r->s.data + r->at, word, n) != 0)
		return false;
	if (r->at + n < r->s.len && is_word_char(r->s.data[r->at + n]))
		return false;
	r->at += n;
	return true;
}

/* Z, UTC, GMT or an offset, also behind one space. Names of other zones say less than they seem to
 * (CST). */
static void take_zone(struct reading *r)
{
	size_t from = r->at;

	if (peek(r) == ' ')
		r->at++;
	r->has_zone = take_word(r, "Z") || take_word(r, "UTC") || take_word(r, "GMT");
	if (!r->has_zone)
		r->has_zone = take_offset(r, r->at > from);
	if (!r->has_zone)
		r->at = from;
}

static bool take_level(struct reading *r)
{
	char c = peek(r);

	if (!c || !strchr("IWEFD", c))
		return false;
	r->level = span_of(r->s.data + r->at++, 1);
	return true;
}

/* Two digits; more than 99 for anything else. */
static unsigned two_at(const char *s)
{
	unsigned tens = (unsigned)(unsigned char)s[0] - '0',
		 ones = (unsigned)(unsigned char)s[1] - '0';

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

static bool take_date(struct reading *r)
{
	enum { LEN = 10 };
	const char *s = r->s.data + r->at;
	unsigned century, year, month, day;

	if (r->s.len - r->at < LEN || s[4] != '-' || s[7] != '-')
		return false;
	century = two_at(s);
	year = two_at(s + 2);
	month = two_at(s + 5);
	day = two_at(s + 8);
	if (century > 99 || year > 99 || month > 99 || day > 99)
		return false;
	r->c.year = (int)(century * 100 + year);
	r->c.month = (int)month;
	r->c.day = (int)day;
	r->at += LEN;
	return r->has_year = true;
}

static bool take_clock(struct reading *r)
{
	enum { LEN = 8 };
	const char *s = r->s.data + r->at;
	unsigned hour, minute, second;

	if (r->s.len - r->at < LEN || s[2] != ':' || s[5] != ':')
		return false;
	hour = two_at(s);
	minute = two_at(s + 3);
	second = two_at(s + 6);
	if (hour > 99 || minute > 99 || second > 99)
		return false;
	r->c.hour = (int)hour;
	r->c.minute = (int)minute;
	r->c.second = (int)second;
	r->at += LEN;
	return true;
}

static bool take_one(struct reading *r, char p)
{
	int weekday;

	switch (p) {
	case 'D':
		return take_date(r);
	case 'K':
		return take_clock(r);
	case 'Y':
		return take_year(r, 4);
	case 'y':
		return take_year(r, 2);
	case 'm':
		return take_number(r, 2, &r->c.month);
	case 'b':
		return take_name(r, months, &r->c.month);
	case 'd':
		return take_number(r, 2, &r->c.day);
	case 'e':
		return take_day(r);
	case 'a':
		return take_name(r, weekdays, &weekday);
	case 'H':
		return take_number(r, 2, &r->c.hour);
	case 'M':
		return take_number(r, 2, &r->c.minute);
	case 'S':
		return take_number(r, 2, &r->c.second);
	case 'f':
		take_fraction(r);
		return true;
	case 'F':
		return r->at < r->s.len && take_milliseconds(r);
	case 'I':
		return take_hour(r);
	case 'p':
		return take_half(r);
	case 'z':
		take_zone(r);
		return true;
	case 'L':
		return take_level(r);
	case 'T':
		if (peek(r) == 'T' || peek(r) == 't' || peek(r) == ' ') {
			r->at++;
			return true;
		}
		return false;
	case ' ':
		return take_spaces(r);
	default:
		return peek(r) == p && ++r->at;
	}
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool is_valid(const struct civil *c)
{
	return c->year >= 1678 && c->year <= 2261 && c->month >= 1 && c->month <= 12 &&
	       c->day >= 1 && c->day <= days_in(c->year, c->month) && c->hour <= 23 &&
	       c->minute <= 59 && c->second <= 60;
}

/* The latest year that does not put the stamp more than a day behind now. */
static void assume_year(struct civil *c, struct instant now)
{
	int64_t latest = now.ns + 86400 * NS_PER_S;

	for (c->year = instant_civil((struct instant){latest, 0}).year; c->year > 1970; c->year--)
		if (is_valid(c) && instant_from_civil(c) <= latest)
			return;
}

static bool settle(struct reading *r, const struct stamp_options *opt, struct stamp *out)
{
	if (!r->has_year && r->c.month >= 1 && r->c.month <= 12)
		assume_year(&r->c, opt->now);
	if (!is_valid(&r->c))
		return false;
	if (!r->has_zone && opt->zone)
		out->time.ns = zone_instant(opt->zone, &r->c) + r->ns;
	else
		out->time.ns = instant_from_civil(&r->c) - r->offset_s * NS_PER_S + r->ns;
	out->time.fraction = r->fraction;
	out->year_assumed = !r->has_year;
	out->zone_assumed = !r->has_zone && !opt->zone;
	out->level = r->level;
	return true;
}

bool shape_read(struct span s, size_t shape, const struct stamp_options *opt, struct stamp *out,
		size_t *len)
{
	struct reading r = {.s = s};

	for (const char *p = shapes[shape].pattern; *p; p++)
		if (!take_one(&r, *p))
			return false;
	/* A stamp ends at something that is no part of a number or word. */
	if (is_word_char(peek(&r)) || !settle(&r, opt, out))
		return false;
	out->shape = shapes[shape].name;
	out->kind = shapes[shape].kind;
	*len = r.at;
	return true;
}
