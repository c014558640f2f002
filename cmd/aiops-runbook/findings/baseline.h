/*
 * Findings that were there when a rule was taken up: they are known, new ones
 * count. A file of lines, one object each, that version control shows well:
 *
 *	{"file":"a.yaml","digest":"9f..."}
 *	{"file":"a.yaml","rule":"RB402","message":"verification 'x' looks once..."}
 *
 * A line number is no part of it, so a finding that moves stays known.
 */
#ifndef AIOPS_RUNBOOK_BASELINE_H
#define AIOPS_RUNBOOK_BASELINE_H

#include "aiops-runbook/schema/model.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/pool.h"

struct baseline {
	struct map known;   /* file, rule and message: how many */
	struct map digests; /* file: its digest in hex */
	struct pool pool;
	struct buf out; /* what is written, if anything is */
};

#define BASELINE_MAX (16u << 20)

void baseline_init(struct baseline *b);
/* Errors: EX_UNREADABLE, EX_BADCONFIG with the line. */
NODISCARD int baseline_read(struct baseline *b, const char *path, struct err *e);
/* Adds RB506 if the runbook is not what it was when the baseline was written. */
void baseline_check_digest(const struct baseline *b, const char *path, const struct runbook *rb,
			   struct findings *f);
/* Suppresses what the baseline knows; each of its lines accounts for one finding. */
void baseline_apply(struct baseline *b, const char *path, struct findings *f);
/* Adds what a new baseline says of a file, and suppresses it. rb may be NULL. */
void baseline_take(struct baseline *b, const char *path, const struct runbook *rb,
		   struct findings *f);
/* Writes what was taken. Errors: EX_CANNOTCREATE, EX_IO. */
NODISCARD int baseline_write(const struct baseline *b, const char *path, struct err *e);
void baseline_release(struct baseline *b);

#endif
