/*
 * What leaves the audit log and stays provable. A row keeps its place, its hashes and what it is
 * found by; its body and its salt go, so that the body cannot be guessed from its hash. A record of
 * kind audit says who took it out and why; audit_verify calls a row without a body, of which no
 * record tells, tampering.
 *
 * The bytes are overwritten (secure_delete), but stand in the write-ahead log until
 * store_checkpoint.
 */
#ifndef AIOPS_STORE_AUDIT_REMOVAL_H
#define AIOPS_STORE_AUDIT_REMOVAL_H

#include "store/audit.h"

/* Kind and source of the log's own records, which are never taken out. */
#define AUDIT_OWN_KIND   "audit"
#define AUDIT_OWN_SOURCE "aiops-audit"
/* Length of a time as the log writes it: 2026-11-21T09:09:19.095Z */
#define AUDIT_TIME 24

/* Who does it, when, and random bytes for the record of it. */
struct audit_act {
	struct instant ts;
	struct span actor;
	const uint8_t *salt; /* AUDIT_SALT_BYTES */
};

/*
 * Takes the body of row seq out, inside the caller's transaction, and logs that with the reason,
 * whose secrets are the caller's to redact. Errors: EX_BADDATA (no such row, taken out already, or
 * of kind audit), and those of audit_append.
 */
NODISCARD int audit_redact(struct store *s, int64_t seq, struct span reason,
			   const struct audit_act *act, struct audit_ref *out, struct err *e);

/* Records of a kind that were logged before a time. */
struct audit_rule {
	struct span kind;
	char before[AUDIT_TIME + 1];
	int64_t rows; /* so many have a body still */
};

/* Counts rule->rows. O(rows before that time). */
NODISCARD int audit_rule_count(struct store *s, struct audit_rule *rule, struct err *e);

/* Logs that the bodies of the rules' rows go, inside the caller's transaction: the first step, so
 * that an interrupted removal is accounted for. */
NODISCARD int audit_prune_begin(struct store *s, const struct audit_rule *rules, size_t n,
				const struct audit_act *act, struct audit_ref *out, struct err *e);
/* Takes out at most `most` bodies of a rule from row *from on, those before `until`, inside the
 * caller's transaction. *from is then where to go on, *removed grows. 1: there may be more, 0:
 * done, -1. */
NODISCARD int audit_prune_some(struct store *s, const struct audit_rule *rule, int64_t until,
			       int64_t most, int64_t *from, int64_t *removed, struct err *e);

/*
 * Logs that a record with the id of row seq and another body was refused. The same refusal is
 * logged once. Errors: those of audit_append.
 */
NODISCARD int audit_log_refusal(struct store *s, int64_t seq, struct span id, struct span body,
				const struct audit_act *act, struct err *e);

/* The row with this id, 0 if there is none. */
NODISCARD int audit_find_id(struct store *s, struct span id, int64_t *seq, struct err *e);

#endif
