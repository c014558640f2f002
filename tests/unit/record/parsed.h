/*
 * A record parsed from a line, for the tests of lib/record. The line is copied
 * to the heap with exactly the padding that record_parse asks for, so that the
 * sanitizer sees any byte read behind it.
 */
#ifndef AIOPS_TESTS_RECORD_PARSED_H
#define AIOPS_TESTS_RECORD_PARSED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/record.h"

struct parsed {
	struct record *r;
	char *copy;
	enum reject_code why; /* REJECT_NONE: accepted */
	struct err e;
};

/* Parses again with the same record, which keeps its buffers. */
static inline void parse_again(struct parsed *p, struct span line)
{
	free(p->copy);
	p->copy = mem_alloc(line.len + RECORD_PADDING);
	if (line.len)
		memcpy(p->copy, line.data, line.len);
	memset(p->copy + line.len, 0x7B, RECORD_PADDING); /* '{': not to be taken for more input */
	p->why = REJECT_NONE;
	err_clear(&p->e);
	if (record_parse(p->r, p->copy, line.len, &p->why, &p->e) != 0 && p->why == REJECT_NONE)
		fail_msg("refused without a code: %s", p->e.text);
	if ((p->why == REJECT_NONE) != (p->e.code == 0))
		fail_msg("code %s, but error %d", reject_code_name(p->why), p->e.code);
}

static inline struct parsed parse_span(struct span line)
{
	struct parsed p = {.r = record_new(RECORD_DEFAULT_MAX)};

	parse_again(&p, line);
	return p;
}

static inline struct parsed parse_line(const char *line)
{
	return parse_span(span_cstr(line));
}

static inline void parsed_release(struct parsed *p)
{
	record_free(p->r);
	free(p->copy);
}

static inline void expect_code(struct span line, enum reject_code why)
{
	struct parsed p = parse_span(line);

	if (p.why != why)
		fail_msg("'%.60s' gives %s, not %s: %s", line.data, reject_code_name(p.why),
			 reject_code_name(why), p.e.text);
	parsed_release(&p);
}

static inline void expect_span(struct span got, const char *expected)
{
	if (!span_is(got, expected))
		fail_msg("got '%.*s', expected '%s'", (int)got.len, got.data ? got.data : "",
			 expected);
}

#endif
