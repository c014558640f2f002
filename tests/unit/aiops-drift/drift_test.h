/*
 * What the tests of aiops-drift share.
 */
#ifndef AIOPS_TESTS_DRIFT_TEST_H
#define AIOPS_TESTS_DRIFT_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "record/record.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))

/* A record of the given JSON text; r keeps the bytes in line. */
struct test_record {
	struct record *record;
	char line[4096 + RECORD_PADDING];
};

static inline struct record *test_parse(struct test_record *t, const char *json)
{
	struct err e = ERR_INIT;
	enum reject_code why;
	size_t len = strlen(json);

	assert_true(len < 4096);
	memset(t->line, 0, sizeof t->line);
	memcpy(t->line, json, len);
	if (!t->record)
		t->record = record_new(RECORD_DEFAULT_MAX);
	if (record_parse(t->record, t->line, len, &why, &e) < 0)
		fail_msg("%s: %s", json, e.text);
	return t->record;
}

static inline void assert_close(double actual, double expected, double tolerance)
{
	if (!(fabs(actual - expected) <= tolerance))
		fail_msg("%.17g is not %.17g", actual, expected);
}

#endif
