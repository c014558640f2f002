/*
 * The audit log: a hash chain and an RFC 6962 tree over what was done, in the
 * final format (aiops-audit(1), Format):
 *
 *   body_hash = SHA-256( SALT_HEX "\n" BODY )
 *   preimage  = "aiops-audit/v1\n" LOGID "\n" SEQ "\n" PREV_HEX "\n" TS "\n"
 *               KIND "\n" ACTOR "\n" BODYHASH_HEX "\n"
 *   hash      = SHA-256( preimage ),   leaf = SHA-256( 0x00 || hash )
 */
#ifndef AIOPS_STORE_AUDIT_H
#define AIOPS_STORE_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"
#include "record/record.h"
#include "store/store.h"

#define AUDIT_LOGID_HEX 32
/* In front of the log's id: its name in checkpoints. */
#define AUDIT_ORIGIN     "aiops-audit/"
#define AUDIT_SALT_BYTES 32
#define AUDIT_MAX_BODY   ((size_t)64 << 20)

extern const struct migration audit_migrations[];
extern const size_t audit_migration_count;

/* For a reader: that there is a log, and none of a newer version. A log that no programme has
 * written since an older version is read as it is; *applied (may be NULL) is how many migrations it
 * has. Errors: EX_BADCONFIG. */
NODISCARD int audit_check_version(struct store *s, size_t *applied, struct err *e);

/* Where a record was put. */
struct audit_ref {
	char log[AUDIT_LOGID_HEX + 1];
	int64_t seq;
	char hash[DIGEST_HEX + 1];
	bool was_there; /* the same id with the same body was logged before; the ref is of that row
			 */
};

/* What a record is found by, borrowed from it: `id`, `incident` (else `correlate.incident`), `run`.
 */
struct audit_keys {
	struct span id, incident, run;
};
struct audit_keys audit_keys(const struct record *r);

/*
 * Appends one row inside the caller's open transaction: the caller's state
 * change and this row commit together or not at all. body, a record of at most
 * AUDIT_MAX_BODY bytes without its newline, is stored byte for byte; secrets are
 * the caller's to redact. ts is stored in milliseconds.
 *
 * id, incident and run are audit_keys() of body (EX_BUG if not, since verify
 * would call that tampering). id makes a repeat harmless: an equal id with an
 * equal body (compared without `observed` and `audit`) gives the old row's ref;
 * with another body it is refused. SPAN_NONE id: no such check.
 * kind and actor match [A-Za-z0-9._:@/-]{1,128}. salt: random bytes drawn by the caller.
 *
 * Errors: EX_BADDATA: this record is refused, nothing was written, and the
 * transaction goes on. Any other: roll back (EX_IO also for a damaged log).
 */
NODISCARD int audit_append(struct store *s, struct instant ts, struct span kind, struct span actor,
			   struct span id, struct span incident, struct span run, struct span body,
			   const uint8_t salt[static AUDIT_SALT_BYTES], struct audit_ref *out,
			   struct err *e);

/* The same for a parsed record of at most AUDIT_MAX_BODY bytes: its line, without a CR at the end,
 * is the body, and kind and keys are its own, so nothing is parsed again. */
NODISCARD int audit_append_record(struct store *s, struct instant ts, struct span actor,
				  const struct record *r,
				  const uint8_t salt[static AUDIT_SALT_BYTES],
				  struct audit_ref *out, struct err *e);

/* True if kind or actor may be s. */
bool audit_word_ok(struct span s);

/* True in *out if the log has row seq with this hash. */
NODISCARD int audit_has(struct store *s, int64_t seq, struct span hash, bool *out, struct err *e);

/* Writes {"log":"...","seq":912,"hash":"..."}. */
void audit_ref_json(const struct audit_ref *ref, struct buf *out);

/* The log's id and head. size 0 before the first record. */
struct audit_head {
	char log[AUDIT_LOGID_HEX + 1];
	int64_t size;
	char hash[DIGEST_HEX + 1]; /* of the last row; 64 zeros if none */
	char root[DIGEST_HEX + 1]; /* of the tree */
};
NODISCARD int audit_head(struct store *s, struct audit_head *out, struct err *e);

/* What audit_verify found. */
struct audit_report {
	struct audit_head head; /* as recomputed */
	int64_t rows, redacted;
	int64_t recomputed; /* rows from `since` on */
	int64_t problems;   /* mismatches; each was told to the callback */
};
/* seq 0: not one row's. what: "hash", "body", "seq", "schema", "checkpoint", ...; expected and
 * found are NUL-terminated, never NULL, and may hold any bytes of the file. */
typedef void audit_problem_fn(void *ctx, int64_t seq, const char *what, const char *expected,
			      const char *found);

/* A size and root that were seen earlier (C2SP tlog-checkpoint). */
struct audit_checkpoint {
	char log[AUDIT_LOGID_HEX + 1];
	int64_t size;
	struct digest root;
};

/* Reads a checkpoint note. Signature lines may follow its body: they are counted, not checked.
 * Errors: EX_BADDATA. */
NODISCARD int audit_checkpoint_parse(struct span note, struct audit_checkpoint *out,
				     size_t *signatures, struct err *e);
/* Writes the note's body: three lines, origin, size and root in base64. */
NODISCARD int audit_checkpoint_write(const struct audit_head *head, struct buf *out, struct err *e);

/*
 * Recomputes chain and tree from one list of rows inside one read transaction and
 * compares them with the head row, the schema text (trigger bodies included), the
 * columns that repeat the body, and the checkpoints (size and root, as a prefix). A row
 * without a body must be one that a record of the log says was taken out.
 * Goes on after a mismatch. 0 = could be checked (see problems), -1 = could not:
 * EX_BADCONFIG (no audit log, or a newer one), EX_IO, EX_TRYLATER. O(rows).
 */
NODISCARD int audit_verify(struct store *s, const struct audit_checkpoint *checkpoints, size_t n,
			   audit_problem_fn *problem, void *ctx, struct audit_report *out,
			   struct err *e);
/* The same, but of the rows before `since` only the hashes are read, for the tree. */
NODISCARD int audit_verify_since(struct store *s, int64_t since,
				 const struct audit_checkpoint *checkpoints, size_t n,
				 audit_problem_fn *problem, void *ctx, struct audit_report *out,
				 struct err *e);

#endif
