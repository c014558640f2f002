/*
 * Files that stood at a path and were renamed: PATH.1, PATH-20261121, PATH.2026-11-21T09:00.
 */
#ifndef AIOPS_INGEST_ROTATED_H
#define AIOPS_INGEST_ROTATED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"

struct rotated_files {
	char **names; /* owned */
	size_t n;
};

/* The path itself or a rotated one of it that is this very file; NULL: there is none. The result
 * belongs to the caller. */
char *rotated_find(const char *path, uint64_t device, uint64_t inode);

/* The rotated files of path on the same device that were changed after `last`, oldest first.
 * Errors: EX_UNREADABLE. */
NODISCARD int rotated_since(const char *path, const struct stat *last, struct rotated_files *out,
			    struct err *e);
/* All rotated files of path, oldest first. Errors: EX_UNREADABLE. */
NODISCARD int rotated_all(const char *path, struct rotated_files *out, struct err *e);
void rotated_release(struct rotated_files *f);

#endif
