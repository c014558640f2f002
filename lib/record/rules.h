/*
 * The rules for records that simdjson does not know: depth, and no duplicate
 * keys in any object. Private to lib/record.
 */
#ifndef AIOPS_RECORD_RULES_H
#define AIOPS_RECORD_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/record.h"
#include "record/tape.h"

/* A container that is being walked through: tape indices, and the bits of the keys so far. */
struct level {
	size_t first, at, end;
	bool object;
	bool keys_checked; /* all keys at once, when it was opened */
	uint64_t seen[4];
};

/* Scratch space of rules_check; on the heap, since it is used for every line and a stack's is
 * cleared. */
struct rules {
	struct level levels[RECORD_MAX_DEPTH];
	uint8_t seed[16]; /* of the hash */
	uint32_t *slots;  /* of objects with many keys: tape indices of keys, 0 free */
	size_t cap;       /* of slots */
};

void rules_init(struct rules *k);
void rules_release(struct rules *k);

/* REJECT_NONE, REJECT_DEPTH or REJECT_DUPLICATE (with the words in e).
 * O(length of the tape), whatever the keys are. */
enum reject_code rules_check(struct rules *k, const struct tape *t, struct err *e);

#endif
