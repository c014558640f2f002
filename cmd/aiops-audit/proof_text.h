/*
 * Proofs as text, to be checked by people without the database. Of inclusion:
 * https://c2sp.org/tlog-proof, whose extra data are what the row's hash is made of, and behind it,
 * unless the row was redacted, what its body hash is made of. Of consistency the same with
 * "aiops-audit/consistency@v1" and "old SIZE ROOT" for the first lines.
 */
#ifndef AIOPS_AUDIT_PROOF_TEXT_H
#define AIOPS_AUDIT_PROOF_TEXT_H

#include "store/audit.h"
#include "store/proof.h"

struct proof_text {
	bool inclusion;
	int64_t index;    /* of the leaf, from 0 */
	struct buf extra; /* decoded */
	int64_t old;      /* consistency: the smaller size */
	struct digest old_root;
	struct digest path[PROOF_MAX];
	size_t n;
	struct span note; /* the checkpoint, borrowed from the text */
	struct audit_checkpoint at;
};

/* Longest proof that is read: a body in base64, and more. */
#define PROOF_TEXT_MAX (2 * AUDIT_MAX_BODY)

void proof_text_release(struct proof_text *p);
/* Errors: EX_BADDATA. */
NODISCARD int proof_text_parse(struct span text, struct proof_text *out, struct err *e);
void proof_text_write(const struct proof_text *p, struct buf *out);

/* The row of an inclusion proof, borrowed from its extra data. */
struct proof_row {
	struct span log, seq, prev, ts, kind, actor, body_hash;
	struct span salted; /* SPAN_NONE: redacted */
	struct span body;   /* without its salt */
	struct digest hash;
};
/* Splits extra, and checks that it is about the leaf and that the body is the row's. Errors:
 * EX_BADDATA. */
NODISCARD int proof_row(const struct proof_text *p, struct proof_row *out, struct err *e);

#endif
