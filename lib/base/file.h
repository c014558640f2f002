/*
 * Whole files: read with a limit, written atomically, locked.
 */
#ifndef AIOPS_BASE_FILE_H
#define AIOPS_BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Reads all of path ("-" is standard input) behind what b holds, up to b->max.
 * Errors: EX_UNREADABLE (missing, a directory, no permission, read error),
 * EX_BADDATA (larger than b->max). */
NODISCARD int file_read(const char *path, struct buf *b, struct err *e);

/* Writes data to a temporary file beside path, syncs, renames it over path and
 * syncs the directory: after a crash either the old or the new content is
 * there. Errors: EX_CANNOTCREATE (also where a device, a pipe or a folder stands), EX_IO. */
NODISCARD int file_write_atomic(const char *path, struct span data, mode_t mode, struct err *e);

/* The same in pieces: what is written stands in PATH.unfinished until it is committed. For who
 * holds a lock on path: what a process that was killed left there is cleared away. */
struct file_new;
/* NULL with e set. Errors: EX_CANNOTCREATE. path is copied. */
struct file_new *file_new_open(const char *path, mode_t mode, struct err *e);
NODISCARD int file_new_write(struct file_new *f, struct span data, struct err *e);
/* Both free f; NULL is taken by abandon. */
NODISCARD int file_new_commit(struct file_new *f, struct err *e);
void file_new_abandon(struct file_new *f);
/* Writes all of data to fd, over short writes and EINTR. Errors: EX_IO. */
NODISCARD int file_write_all(int fd, struct span data, struct err *e);

/* Opens (0600) and locks path exclusively (base/lock.h), waiting at most wait_ms
 * in a queue. Returns the descriptor (O_CLOEXEC), which holds the lock
 * until it is closed, or -1. Errors: EX_CANNOTCREATE, EX_TRYLATER (held). */
NODISCARD int file_lock(const char *path, int64_t wait_ms, struct err *e);

/* Makes the directories above path, mode 0700, those that are missing. Errors: EX_CANNOTCREATE. */
NODISCARD int file_make_parents(const char *path, struct err *e);

/* The names in directory path that end in suffix, sorted by byte order, with
 * the directory in front; *names and each name belong to the caller.
 * Errors: EX_UNREADABLE. */
NODISCARD int file_list(const char *path, const char *suffix, char ***names, size_t *n,
			struct err *e);
void file_list_free(char **names, size_t n);

bool file_is_dir(const char *path);

#endif
