/*
 * A lock between processes, kept in a file of its own, with a queue in front.
 *
 * The lock is flock(2) on the file; any programme may take it that way. Those
 * who come through here stand in line first: an open-file-description lock on
 * byte 0 of the same file lets one process at a time wait for the lock. So a
 * process that has just let go cannot take it again past one that is waiting,
 * which with retries alone it nearly always would. Both end with the process.
 */
#ifndef AIOPS_BASE_LOCK_H
#define AIOPS_BASE_LOCK_H

#include <stdint.h>

#include "base/err.h"

/* Opens path, made 0600 if it is missing; no symbolic link is followed. Returns the
 * descriptor (O_CLOEXEC), which the caller closes, or -1. Errors: EX_CANNOTCREATE. */
NODISCARD int lock_open(const char *path, struct err *e);

/* Takes the lock of fd, waiting at most wait_ms by the monotonic clock. path is
 * for messages. Errors: EX_TRYLATER (held past the wait), EX_IO. */
NODISCARD int lock_take(int fd, const char *path, int64_t wait_ms, struct err *e);

/* Lets go of what lock_take took. */
void lock_drop(int fd);

#endif
