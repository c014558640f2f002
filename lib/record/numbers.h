/*
 * Numbers that simdjson's DOM refuses although RFC 8259 has them: integers
 * beyond 64 bits and values beyond the finite doubles. Private to lib/record.
 */
#ifndef AIOPS_RECORD_NUMBERS_H
#define AIOPS_RECORD_NUMBERS_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "record/tape.h"

/* One number token that was replaced in the copy. */
struct number {
	size_t ordinal; /* its place among all number tokens of the line, from 0 */
	double value;   /* nearest double, or NaN */
};

struct numbers {
	char *copy; /* the line with replaced numbers, and padding */
	size_t copy_cap;
	struct number *list;
	size_t n, cap;
};

void numbers_release(struct numbers *s);

/*
 * Copies the line, with `0` and spaces in place of every number that the DOM
 * might refuse. -1 if a number is none by RFC 8259's grammar (EX_BADDATA).
 */
NODISCARD int numbers_replace(struct numbers *s, struct span line, struct err *e);

/* Gives the replaced numbers of the parsed copy their values. */
void numbers_restore(const struct numbers *s, struct tape *t);

#endif
