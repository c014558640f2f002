#include "base/when.h"

#include "base/num.h"

enum { DATE = 10 };

static int parse_time(struct span s, struct instant *out)
{
	struct err ignored = ERR_INIT;
	struct buf full = BUF_INIT(64);
	int rc;

	buf_add_span(&full, s);
	if (s.len == DATE)
		buf_add_cstr(&full, "T00:00:00Z");
	rc = instant_parse(buf_span(&full), out, &ignored);
	buf_release(&full);
	return rc;
}

/* The beginning of a day, by its name. */
static bool parse_day(struct span s, int64_t now_ns, struct instant *out)
{
	struct civil c = instant_civil(instant_from_ns(now_ns));
	bool yesterday = span_is(s, "yesterday");

	if (!yesterday && !span_is(s, "today"))
		return false;
	c.hour = c.minute = c.second = 0;
	*out = instant_from_ns(instant_from_civil(&c) - (yesterday ? 86400 * NS_PER_S : 0));
	return true;
}

int when_parse(struct span s, int64_t now_ns, struct instant *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	int64_t ms;

	if (parse_day(s, now_ns, out))
		return 0;
	if (parse_time(s, out) == 0)
		return 0;
	if (num_parse_duration_ms(s, &ms, &ignored) != 0)
		return err_set(
			e, EX_BADUSAGE,
			"neither a time (2026-11-21T09:00:00Z, 2026-11-21, today, yesterday) nor a duration (2h, 7d)");
	if (ms > INT64_MAX / NS_PER_MS || now_ns < INT64_MIN + ms * NS_PER_MS ||
	    now_ns - ms * NS_PER_MS < INSTANT_FIRST_NS)
		return err_set(e, EX_BADUSAGE, "too long ago");
	*out = instant_from_ns(now_ns - ms * NS_PER_MS);
	return 0;
}

void when_add_bound(struct buf *out, struct instant t)
{
	int64_t part = t.ns % NS_PER_MS;

	if (part > 0 && t.ns <= INT64_MAX - NS_PER_MS)
		t.ns += NS_PER_MS - part;
	t.fraction = 3;
	instant_add(out, t);
}
