/*
 * What the parts of the verifier share.
 */
#ifndef AIOPS_STORE_AUDIT_VERIFY_H
#define AIOPS_STORE_AUDIT_VERIFY_H

#include <stdint.h>

#include "store/audit.h"
#include "store/tree.h"

struct verify {
	struct store *store;
	audit_problem_fn *problem;
	void *ctx;
	struct audit_report report;
	char log[AUDIT_LOGID_HEX + 1];
	char prev[DIGEST_HEX + 1];      /* the hash that stands in the last row */
	char last_hash[DIGEST_HEX + 1]; /* the hash that it should have */
	int64_t last_seq;
	struct tree tree;
	struct audit_checkpoint *checkpoints; /* by size */
	size_t n, next;
};

/* Counts a finding and tells it. */
void verify_problem(struct verify *v, int64_t seq, const char *what, const char *expected,
		    const char *found);

#endif
