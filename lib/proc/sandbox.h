/*
 * What a command may touch, held by the kernel (Landlock, landlock(7)): files
 * below some paths, TCP or none, no signals to others. What this kernel cannot
 * hold is said, not passed over.
 */
#ifndef AIOPS_PROC_SANDBOX_H
#define AIOPS_PROC_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"

struct sandbox {
	const char *const *read;  /* absolute paths below which may be read and executed,
				     NULL-terminated; NULL: everything */
	const char *const *write; /* below which may be changed too, NULL-terminated; /dev/null
				     always; NULL: nothing */
	bool no_network;
};

/* What the kernel can hold. */
struct sandbox_support {
	int abi;         /* of Landlock; 0: none of it */
	bool files;      /* reading, writing, executing */
	bool truncation; /* cutting files counts as writing */
	bool tcp;        /* listening and connecting; other protocols are never held */
	bool signals;    /* to processes outside */
};
void sandbox_support(struct sandbox_support *out);

/*
 * The rules as a descriptor (O_CLOEXEC, the caller's) for sandbox_enter. A path that does not exist
 * is an error: EX_UNREADABLE. EX_POLICY if there is no Landlock.
 */
NODISCARD int sandbox_open(const struct sandbox *s, struct err *e);
/* Confines the calling thread, which must have no_new_privs; signal-safe. -1 and errno on failure.
 */
NODISCARD int sandbox_enter(int rules);

#endif
