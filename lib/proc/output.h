/*
 * What a child printed: the first and the last half of a limit, the count and
 * the SHA-256 of all. Private to lib/proc.
 */
#ifndef AIOPS_PROC_OUTPUT_H
#define AIOPS_PROC_OUTPUT_H

#include <sodium.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "proc/proc.h"

struct output {
	struct buf head; /* the first half of the limit */
	char *tail;      /* ring of the last bytes behind the head */
	size_t tail_cap, tail_limit;
	size_t tail_len, tail_at; /* tail_at: where the next byte goes, once the ring is full */
	uint64_t total;
	crypto_hash_sha256_state hash;
};

void output_init(struct output *o, size_t limit);
void output_add(struct output *o, struct span bytes);
/* Moves what was collected into *out; o is released. */
void output_finish(struct output *o, struct proc_output *out);
void output_release(struct output *o);

#endif
