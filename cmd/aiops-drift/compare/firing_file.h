/*
 * What has fired, kept in a file between runs (--state): locked while one run has it,
 * replaced atomically. One JSON object a line: a head, then one for each alert.
 */
#ifndef AIOPS_DRIFT_FIRING_FILE_H
#define AIOPS_DRIFT_FIRING_FILE_H

#include "aiops-drift/compare/firing.h"
#include "base/err.h"

struct firing_file {
	const char *path; /* borrowed; NULL: nothing is kept */
	int lock;         /* -1: none */
};

#define FIRING_FILE_INIT ((struct firing_file){.lock = -1})

/* Locks path and reads it into f; a missing file is empty, a NULL path does nothing.
 * Errors: EX_TRYLATER, EX_CANNOTCREATE, EX_UNREADABLE, EX_BADCONFIG (damaged, or newer). */
NODISCARD int firing_file_open(struct firing_file *file, const char *path, struct firing *f,
			       struct err *e);
/* Errors: EX_CANNOTCREATE, EX_IO. */
NODISCARD int firing_file_write(const struct firing_file *file, const struct firing *f,
				struct err *e);
void firing_file_close(struct firing_file *file);

#endif
