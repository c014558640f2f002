#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void zone_fixed(struct zone *z, const char *name, int32_t offset_s)
{
	*z = (struct zone){0};
	(void)snprintf(z->name, sizeof z->name, "%s", name); /* a longer name is cut */
	zone_add(z, INT64_MIN, offset_s);
}

void zone_add(struct zone *z, int64_t from_s, int32_t offset_s)
{
	mem_grow(z->changes, z->cap, z->n + 1);
	z->changes[z->n++] = (struct zone_change){from_s, offset_s};
}

void zone_release(struct zone *z)
{
	free(z->changes);
	*z = (struct zone){0};
}

/* ---- offsets as text ---- */

static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + s[1] - '0';
}

int zone_parse_offset(struct span s, int32_t *offset_s, struct err *e)
{
	int h, m;

	if (span_is(s, "Z") || span_is(s, "UTC")) {
		*offset_s = 0;
		return 0;
	}
	if ((s.len == 6 && s.data[3] == ':') || s.len == 5) {
		h = two_digits(s.data + 1);
		m = two_digits(s.data + s.len - 2);
		if ((s.data[0] == '+' || s.data[0] == '-') && h >= 0 && h < 24 && m >= 0 &&
		    m < 60) {
			*offset_s = (h * 60 + m) * (s.data[0] == '-' ? -60 : 60);
			return 0;
		}
	}
	return err_set(e, EX_BADUSAGE, "no offset from UTC such as +01:00");
}

/* ---- looking up ---- */

/* The change that counts at second s. */
static size_t change_at(const struct zone *z, int64_t s)
{
	size_t low = 0, high = z->n;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (z->changes[mid].from_s <= s)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static int64_t floor_s(int64_t ns)
{
	return ns / NS_PER_S - (ns % NS_PER_S < 0);
}

int32_t zone_offset_s(const struct zone *z, int64_t ns)
{
	return z->changes[change_at(z, floor_s(ns))].offset_s;
}

struct civil zone_civil(const struct zone *z, int64_t ns)
{
	struct instant local = {ns + zone_offset_s(z, ns) * NS_PER_S, 0};

	return instant_civil(local);
}

/* The offsets in question are those that count a day before and a day after; the earlier instant
 * that really shows c is meant. */
int64_t zone_instant(const struct zone *z, const struct civil *c)
{
	int64_t local = instant_from_civil(c);
	int32_t before = zone_offset_s(z, local - 86400 * NS_PER_S);
	int32_t after = zone_offset_s(z, local + 86400 * NS_PER_S);
	int64_t first = local - before * NS_PER_S, second = local - after * NS_PER_S;

	if (zone_offset_s(z, first) == before)
		return first;
	if (zone_offset_s(z, second) == after)
		return second;
	return first; /* skipped: what the clock before the change would show */
}
