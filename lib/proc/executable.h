/*
 * That what is executed is what was planned: a file by its content, looked at
 * again at the moment of its execution.
 */
#ifndef AIOPS_PROC_EXECUTABLE_H
#define AIOPS_PROC_EXECUTABLE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/digest.h"
#include "base/err.h"

/* Which content a path had. Times are nanoseconds since the epoch. */
struct exe_identity {
	struct digest digest;
	dev_t dev;
	ino_t ino;
	off_t size;
	int64_t mtime_ns, ctime_ns;
	bool recent; /* changed so shortly before it was read that its times may not tell a later
			change */
};

/* Reads path once. Errors: EX_UNREADABLE. */
NODISCARD int exe_identify(const char *path, struct exe_identity *out, struct err *e);

/*
 * Opens path for execution, if its content is still that of id: told by size and times where they
 * can tell it, else by reading it again. Returns the descriptor (O_CLOEXEC), the caller's to close,
 * or -1. Errors: EX_UNREADABLE, EX_POLICY (another content).
 */
NODISCARD int exe_open(const char *path, const struct exe_identity *id, struct err *e);

#endif
