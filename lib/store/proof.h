/*
 * Proofs about the tree of store/tree.h: that a leaf is in it, and that a smaller tree is its
 * beginning. Made as RFC 6962, section 2.1.1 and 2.1.2, says; checked as RFC 9162, section 2.1.3.2
 * and 2.1.4.2, says. Pure.
 */
#ifndef AIOPS_STORE_PROOF_H
#define AIOPS_STORE_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

/* No proof over a tree of less than 2^63 leaves is longer. */
#define PROOF_MAX 64

/* The subtrees whose roots make up a proof, in its order: leaves [begin, end). They do not
 * overlap. */
struct proof_range {
	int64_t begin, end;
};
struct proof_plan {
	size_t n;
	struct proof_range ranges[PROOF_MAX];
};

/* For the leaf index, counted from 0, of a tree of size leaves: 0 <= index < size. */
struct proof_plan proof_plan_inclusion(int64_t index, int64_t size);
/* For the first `old` leaves of a tree of size leaves: 0 < old <= size; of the whole it is empty.
 */
struct proof_plan proof_plan_consistency(int64_t old, int64_t size);

/* True if path[0..n) proves that leaf (tree_leaf) stands at index in the tree with this root. Any
 * numbers may be given. */
bool proof_included(const struct digest *leaf, int64_t index, int64_t size,
		    const struct digest *path, size_t n, const struct digest *root);
/* True if path[0..n) proves that the tree with old_root is the beginning of the one with root. */
bool proof_consistent(int64_t old, const struct digest *old_root, int64_t size,
		      const struct digest *root, const struct digest *path, size_t n);

#endif
