/*
 * The child's half of a start: from fork to exec, with calls that are safe
 * there only (signal-safety(7)). Private to lib/proc.
 */
#ifndef AIOPS_PROC_CHILD_H
#define AIOPS_PROC_CHILD_H

#include <sys/types.h>

#include "proc/proc.h"

struct child_fds {
	int in, out, err; /* become 0, 1, 2 */
	int gate;         /* read end: one byte is "go", end of file is "do not" */
	int failed;       /* write end: gets errno if exec is not reached */
	int exec;         /* what to execute; 0: the path */
	int rules;        /* of its sandbox; -1: none */
};

/* Never returns. parent: who must still be there when the child is set up. */
_Noreturn void child_main(const struct proc_spec *spec, const struct child_fds *fds, pid_t parent);

#endif
