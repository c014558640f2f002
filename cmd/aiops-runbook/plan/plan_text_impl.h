/*
 * The parts of showing a plan. Private to plan_text*.c.
 */
#ifndef AIOPS_RUNBOOK_PLAN_TEXT_IMPL_H
#define AIOPS_RUNBOOK_PLAN_TEXT_IMPL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "record/record.h"

/* Members of an object: SPAN_NONE and 0 if they are not there. */
struct span plan_text_of(struct value object, const char *key);
int64_t plan_text_number(struct value object, const char *key);

void plan_text_duration(struct buf *out, const char *words, int64_t ms);
/* As a shell would read it back, so that where a word ends is beyond doubt. */
void plan_text_quoted(struct buf *out, struct span s);
/* A string, or {"template":...,"unknown":[...]}. */
void plan_text_value(struct buf *out, struct value v);
/* " < 5", " in a b" */
void plan_text_operation(struct buf *out, struct value comparison);

/* Lines, each behind indent. */
void plan_text_command(struct buf *out, const char *indent, struct value command);
void plan_text_expect(struct buf *out, const char *indent, struct value expect);
void plan_text_poll(struct buf *out, const char *indent, struct value poll);

#endif
