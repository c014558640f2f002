/*
 * The Merkle tree of RFC 6962, section 2.1, over 32-byte hashes, as its compact
 * range: the roots of the full subtrees that the leaves make up, largest first,
 * one for each 1-bit of the number of leaves. Pure.
 */
#ifndef AIOPS_STORE_TREE_H
#define AIOPS_STORE_TREE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/span.h"

#define TREE_MAX_PEAKS 63

struct tree {
	int64_t size; /* leaves */
	size_t n;     /* peaks */
	struct digest peaks[TREE_MAX_PEAKS];
};

/* SHA-256( 0x00 || hash ) and SHA-256( 0x01 || left || right ). */
struct digest tree_leaf(const struct digest *hash);
struct digest tree_node(const struct digest *left, const struct digest *right);

/* Adds the leaf of hash. O(1) amortised. */
void tree_push(struct tree *t, const struct digest *hash);

/* SHA-256 of nothing for no leaf, the leaf for one. O(log size). */
struct digest tree_root(const struct tree *t);

/* The peaks as hexadecimal digits, one behind the other, and back: -1 unless there are
 * as many as size has 1-bits. */
void tree_add_hex(struct buf *out, const struct tree *t);
NODISCARD int tree_from_hex(int64_t size, struct span hex, struct tree *out);

#endif
