/*
 * Records from a file beside the input: --context and past incidents in NDJSON.
 */
#ifndef AIOPS_TRIAGE_RECORDS_H
#define AIOPS_TRIAGE_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/record.h"

struct records_ops {
	/* An accepted record. */
	void (*record)(void *ctx, int64_t line, const struct record *r);
	/* A line that is no record, and why. */
	void (*bad)(void *ctx, int64_t line, const char *why);
};

/* Reads path line by line, in bounded memory; blank lines are skipped. Errors: EX_UNREADABLE. */
NODISCARD int records_read(const char *path, size_t max_line, const struct records_ops *ops,
			   void *ctx, struct err *e);

#endif
