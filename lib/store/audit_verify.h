/*
 * What the parts of the verifier share.
 */
#ifndef AIOPS_STORE_AUDIT_VERIFY_H
#define AIOPS_STORE_AUDIT_VERIFY_H

#include <stdint.h>

#include "store/audit.h"
#include "store/tree.h"

/* What an index must hold: so many entries, whose keyed hashes add up to this. */
struct index_sum {
	int64_t n;
	uint64_t sum;
};

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
	int64_t since;           /* rows from here on are recomputed; of those before, the tree */
	struct removed *removed; /* rows without a body */
	size_t migrations;       /* that the log has */
	uint8_t index_key[16];
	struct index_sum indexes[3];
};

/* Counts a finding and tells it. */
void verify_problem(struct verify *v, int64_t seq, const char *what, const char *expected,
		    const char *found);
/* A corrupt page and a changed one look alike: both are findings, and so is a query that does not
 * fit tables that were found changed. Any other error stands (-1). */
NODISCARD int verify_damaged(struct verify *v, struct err *e);

/* Compares tables, indexes and triggers of the log, their texts included, with what its migrations
 * make. A difference is a problem; -1: could not. */
NODISCARD int audit_schema_check(struct verify *v, struct err *e);

/* SQLite's own check of the file's pages. */
NODISCARD int audit_pages_check(struct verify *v, struct err *e);
/* That each index holds what the rows say and nothing else, in order: its entries are read once,
 * behind one another, where SQLite's integrity_check looks each row up, at half of the time of all
 * of verify. audit_index_row takes in what stands in the current row. */
void audit_index_start(struct verify *v);
void audit_index_row(struct verify *v, sqlite3_stmt *st, int64_t seq);
NODISCARD int audit_index_check(struct verify *v, struct err *e);

#endif
