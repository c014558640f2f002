#include "aiops-audit/where.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char body[] =
	"{\"kind\":\"run\",\"state\":\"failed\",\"exit\":12,\"big\":9007199254740993,\"ok\":true,"
	"\"severity\":\"high\",\"timestamp\":\"2026-11-21T09:00:00Z\",\"none\":null,"
	"\"approval\":{\"approver\":\"Maria\"},\"x=y\":1}";

static bool fits(const char *text)
{
	struct record *r = record_new(4096);
	char padded[sizeof body + RECORD_PADDING] = {0};
	struct err e = ERR_INIT;
	enum reject_code why;
	struct where w;
	bool yes;

	memcpy(padded, body, sizeof body - 1);
	assert_int_equal(record_parse(r, padded, sizeof body - 1, &why, &e), 0);
	if (where_parse(text, &w, &e) != 0)
		fail_msg("%s", e.text);
	yes = where_fits(&w, r);
	where_release(&w);
	record_free(r);
	return yes;
}

static void where_fits_what_it_says(void **state)
{
	static const char *const yes[] = {
		"state=failed",
		"state != done",
		"exit=12",
		"exit>9",
		"exit>=12",
		"exit<100",
		"ok=true",
		"approval.approver~mari",
		"approval",
		"!nothing",
		"!none",
		"nothing!=x",
		"severity>=medium",
		"severity<critical",
		"timestamp>=2026-11-21",
		"big=9007199254740993",
		"severity>unknown",
		"state~FAIL",
	};
	static const char *const no[] = {
		"state=fail", "exit=12.0",         "exit>12",
		"nothing=1",  "nothing<1",         "!state",
		"none",       "ok=false",          "severity>high",
		"kind~xrun",  "timestamp<2026-11", "approval.approver=maria",
	};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (!fits(yes[i]))
			fail_msg("does not fit: %s", yes[i]);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		if (fits(no[i]))
			fail_msg("fits: %s", no[i]);
	}
}

static void where_parse_refuses(void **state)
{
	static const char *const bad[] = {"", "=x", "!", "a!b", "!a=b", "  =1"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = ERR_INIT;
		struct where w;

		if (where_parse(bad[i], &w, &e) == 0)
			fail_msg("accepted: '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADUSAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_fits_what_it_says),
		cmocka_unit_test(where_parse_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
