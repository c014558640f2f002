/*
 * The two hashes of an audit row (formula in store/audit.h). Pure.
 */
#ifndef AIOPS_STORE_CHAIN_H
#define AIOPS_STORE_CHAIN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/span.h"

/* What the first row has for the hash of the row before it. */
#define CHAIN_START "0000000000000000000000000000000000000000000000000000000000000000"

/* A row as it is hashed; hashes and log in lower-case hexadecimal. */
struct chain_row {
	struct span log, prev, ts, kind, actor, body_hash;
	int64_t seq;
};

/* Longest text that the hash of a row is made of; kind and actor are the parts that vary most. */
#define CHAIN_PREIMAGE_MAX 640

struct digest chain_body_hash(struct span salt_hex, struct span body);
struct digest chain_hash(const struct chain_row *row);
/* Appends what chain_hash is the hash of. */
void chain_preimage(const struct chain_row *row, struct buf *out);

#endif
