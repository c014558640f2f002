/*
 * Times as logs, APIs and people write them: what is read is written and read back as the same.
 */
#include "base/instant.h"
#include "base/when.h"
#include "base/zone.h"

#include "../fuzz.h"

enum { DAY_S = 86400 };

/* As RFC 3339 it says the same, and its civil fields make it again. */
static void check_instant(struct instant t)
{
	struct instant_minute minute = {.known = false};
	char text[INSTANT_TEXT], near[INSTANT_TEXT];
	size_t len = instant_text(t, text);
	struct civil c = instant_civil(t);
	struct instant again;
	struct err e = ERR_INIT;
	int64_t second = t.ns % NS_PER_S;

	FUZZ_CHECK(t.fraction >= 0 && t.fraction <= 9 && len <= INSTANT_TEXT);
	FUZZ_CHECK(instant_parse(span_of(text, len), &again, &e) == 0);
	FUZZ_CHECK(again.ns == t.ns && again.fraction == t.fraction);
	FUZZ_CHECK(instant_text_near(t, &minute, near) == len && memcmp(text, near, len) == 0);
	FUZZ_CHECK(instant_text_near(t, &minute, near) == len && memcmp(text, near, len) == 0);
	FUZZ_CHECK(c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= 31 && c.hour < 24 &&
		   c.weekday >= 0 && c.weekday < 7);
	if (second < 0)
		second += NS_PER_S;
	FUZZ_CHECK(instant_from_civil(&c) == t.ns - second);
}

static void check_parse(struct span text)
{
	struct err e = ERR_INIT;
	struct instant t;

	if (instant_parse(text, &t, &e) == 0)
		check_instant(t);
	else
		FUZZ_CHECK(e.code == EX_BADDATA && e.text[0]);
	if (instant_is_unset(text))
		FUZZ_CHECK(text.len == 0 || e.code != 0);
}

static void check_epoch(struct span text)
{
	for (int unit = EPOCH_S; unit <= EPOCH_GUESS; unit++) {
		struct err e = ERR_INIT;
		struct instant t;

		if (instant_parse_epoch(text, (enum epoch_unit)unit, &t, &e) == 0)
			check_instant(t);
		else
			FUZZ_CHECK(e.code == EX_BADDATA && e.text[0]);
	}
}

static void check_when(struct span text)
{
	static const int64_t nows[] = {INT64_C(1794906600) * NS_PER_S, 0, INSTANT_BEHIND_NS - 1};

	for (size_t i = 0; i < sizeof nows / sizeof *nows; i++) {
		struct err e = ERR_INIT;
		struct instant t;

		if (when_parse(text, nows[i], &t, &e) == 0)
			check_instant(t);
		else
			FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
	}
}

static void check_zone(struct span text)
{
	struct err e = ERR_INIT;
	int32_t offset_s;

	if (zone_parse_offset(text, &offset_s, &e) == 0)
		FUZZ_CHECK(offset_s > -DAY_S && offset_s < DAY_S);
	else
		FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);
	struct span text = span_of(copy, all.len);

	check_parse(text);
	check_epoch(text);
	check_when(text);
	check_zone(text);
	free(copy);
	return 0;
}
