/*
 * What the tests of aiops-triage share.
 */
#ifndef AIOPS_TESTS_TRIAGE_TEST_H
#define AIOPS_TESTS_TRIAGE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-triage/evidence/context.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/knowledge/signature.h"
#include "base/err.h"
#include "base/mem.h"
#include "record/record.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))

#define assert_near(a, b) assert_float_equal((float)(a), (float)(b), 1e-5f)

/* A parsed record that keeps its own bytes. */
struct test_record {
	struct record *record;
	char *line;
};

static inline struct test_record test_parse(const char *json)
{
	struct test_record t = {.record = record_new(RECORD_DEFAULT_MAX)};
	struct err e = ERR_INIT;
	enum reject_code why;
	size_t len = strlen(json);

	t.line = mem_zalloc(len + RECORD_PADDING);
	memcpy(t.line, json, len);
	if (record_parse(t.record, t.line, len, &why, &e) != 0)
		fail_msg("%s: %s", json, e.text);
	return t;
}

static inline void test_record_free(struct test_record *t)
{
	record_free(t->record);
	free(t->line);
}

static inline void test_add(struct context *c, const char *json)
{
	struct test_record t = test_parse(json);

	context_add(c, t.record);
	test_record_free(&t);
}

static inline void test_signatures(struct signatures *s, const char *yaml)
{
	struct err e = ERR_INIT;

	if (signatures_add(s, span_cstr(yaml), &e) != 0)
		fail_msg("%zu:%zu: %s", e.line, e.col, e.text);
}

#define assert_span(s, text)                                                                       \
	do {                                                                                       \
		struct span span_ = (s);                                                           \
		char *copy_ = mem_dup(span_.data ? span_.data : "", span_.len);                    \
		assert_string_equal(copy_, text);                                                  \
		free(copy_);                                                                       \
	} while (0)

#endif
