/*
 * The rules for records that simdjson does not know: depth, and no duplicate
 * keys in any object. Private to lib/record.
 */
#ifndef AIOPS_RECORD_RULES_H
#define AIOPS_RECORD_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/record.h"
#include "record/tape.h"

/* Scratch space for objects with many keys, and the secret of its hash. */
struct key_set {
	uint8_t seed[16];
	uint32_t *slots; /* tape indices of keys, 0 free */
	size_t cap;      /* allocated */
};

void key_set_init(struct key_set *k);
void key_set_release(struct key_set *k);

/* REJECT_NONE, REJECT_DEPTH or REJECT_DUPLICATE (with the words in e).
 * O(length of the tape), whatever the keys are. */
enum reject_code rules_check(const struct tape *t, struct key_set *k, struct err *e);

#endif
