/*
 * Proofs about the rows of the log, made from their hashes in one read (store/proof.h).
 */
#ifndef AIOPS_STORE_AUDIT_PROVE_H
#define AIOPS_STORE_AUDIT_PROVE_H

#include "store/audit.h"
#include "store/proof.h"

struct audit_proof {
	struct digest root; /* of the whole tree */
	struct digest path[PROOF_MAX];
	size_t n;
};

/* The proof of a plan over the first `size` rows. The rows' own hashes are taken as they stand:
 * audit_verify recomputes them. Errors: EX_BADDATA (rows are missing, or a hash is none). O(size).
 */
NODISCARD int audit_prove(struct store *s, const struct proof_plan *plan, int64_t size,
			  struct audit_proof *out, struct err *e);

/* Whether each of n checkpoints is what the log began with; *wrong is the smallest that is not, by
 * its root or because the log is shorter; NULL if all are. Errors: as above. O(rows). */
NODISCARD int audit_prefixes(struct store *s, const struct audit_checkpoint *checkpoints, size_t n,
			     const struct audit_checkpoint **wrong, struct err *e);

#endif
