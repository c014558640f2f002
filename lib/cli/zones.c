/*
 * The C library knows the rules of all zones, but only of one at a time, by the
 * variable TZ. So it is asked once for all changes of a zone; this is the one file
 * that touches TZ, and puts it back.
 */
#include "cli/zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli.h"

static const int64_t first_s = 946684800, last_s = 2840140800; /* 2000-01-01, 2060-01-01 */
static const int64_t step_s = 7 * 86400;                       /* no zone changes twice in a week */

static int32_t offset_at(int64_t s)
{
	time_t t = (time_t)s;
	struct tm local;

	return localtime_r(&t, &local) ? (int32_t)local.tm_gmtoff : 0;
}

/* The first second of the offset that counts at `to`, where that at `from` is another. */
static int64_t change_between(int64_t from, int64_t to)
{
	int32_t before = offset_at(from);

	while (to - from > 1) {
		int64_t mid = from + (to - from) / 2;

		if (offset_at(mid) == before)
			from = mid;
		else
			to = mid;
	}
	return to;
}

static void fill(const char *name, struct zone *out)
{
	int32_t offset = offset_at(first_s);

	zone_fixed(out, name, offset);
	for (int64_t s = first_s; s < last_s; s += step_s) {
		int32_t next = offset_at(s + step_s);

		if (next == offset)
			continue;
		zone_add(out, change_between(s, s + step_s), next);
		offset = next;
	}
}

/* The C library takes an unknown name for UTC without a word. */
static bool is_known(const char *name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
	char path[256];

	if (!*name || *name == '/' || strspn(name, letters) != strlen(name))
		return false;
	(void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s",
		       name); /* a cut one is not there */
	return access(path, R_OK) == 0;
}

static void ask_library(const char *name, struct zone *out)
{
	const char *tz = cli_getenv("TZ");
	char *was = tz ? mem_dupz(tz) : NULL, value[300];

	(void)snprintf(value, sizeof value, ":%s", name);
	(void)setenv("TZ", value, 1); /* out of memory: mem_ would have ended us too */
	tzset();
	fill(name, out);
	if (was)
		(void)setenv("TZ", was, 1);
	else
		(void)unsetenv("TZ");
	tzset();
	free(was);
}

int zones_find(const char *name, struct zone *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	int32_t offset;

	if (zone_parse_offset(span_cstr(name), &offset, &ignored) == 0) {
		zone_fixed(out, name, offset);
		return 0;
	}
	if (!is_known(name))
		return err_set(
			e, EX_BADUSAGE,
			"no time zone '%s': an offset such as +01:00, or a name such as Europe/Berlin",
			name);
	ask_library(name, out);
	return 0;
}
