/*
 * Reading many members of an object in one pass, for the paths that every
 * alert takes. record.h has what is simpler to use.
 */
#ifndef AIOPS_RECORD_MEMBERS_H
#define AIOPS_RECORD_MEMBERS_H

#include "record/record.h"

/* The record itself, an object. */
struct value record_root(const struct record *r);

/* out[i] is the member keys[i] of object, VALUE_NONE if it has none or is no object. O(members *
 * n).
 */
void value_members(struct value object, const struct span *keys, size_t n, struct value *out);

/* As value_next, for members that should be strings: 1 with both set, 0 at the end, -1 at a member
 * of another type (key is set). */
int value_next_text(struct value_iter *it, struct span *key, struct span *text);

#endif
