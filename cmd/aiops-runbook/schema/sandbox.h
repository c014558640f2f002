/*
 * `sandbox` of a command: what it may touch, and how much it may use.
 */
#ifndef AIOPS_RUNBOOK_SANDBOX_H
#define AIOPS_RUNBOOK_SANDBOX_H

#include "aiops-runbook/schema/template.h"

enum sandbox_by { SANDBOX_LANDLOCK, SANDBOX_BUBBLEWRAP };
extern const char *const sandbox_by_names[];

struct sandbox_rules {
	struct pos at;
	enum sandbox_by by;
	struct template *read, *write; /* absolute paths; n_read 0: everything may be read */
	size_t n_read, n_write;
	bool network;  /* true unless given */
	bool required; /* refused where it cannot be held */
	/* 0: no limit of its own. */
	size_t memory_bytes, file_bytes;
	int64_t processes, cpu_ms;
};

#endif
