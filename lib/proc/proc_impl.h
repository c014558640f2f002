/*
 * A child between its fork and its end: started in proc.c, brought to it in watch.c. Private to
 * lib/proc.
 */
#ifndef AIOPS_PROC_PROC_IMPL_H
#define AIOPS_PROC_PROC_IMPL_H

#include <sys/types.h>

#include "proc/proc.h"
#include "proc/tree.h"

struct proc {
	pid_t pid;
	int pidfd;
	int gate;       /* write end */
	int failed;     /* read end: errno of a failed exec, or end of file */
	int streams[2]; /* read ends of standard output and error; -1 at their end */
	int input;      /* of a conversation: our end of standard input; else -1 */
	int stop_fd;    /* the caller's; -1: none */
	int64_t timeout_ms, kill_after_ms;
	size_t output_limit;
	bool output_halts;
	struct pid_list spared; /* children that the caller had before */
};

/* Closes *fd if it is open, and makes it -1. */
void proc_close_fd(int *fd);
/* Closes what it holds and frees it; the child must have been reaped. */
void proc_free(struct proc *p);
/* Makes the caller the reaper of orphans below it. Errors: EX_SYSTEM. */
NODISCARD int proc_prepare_caller(struct err *e);
/* Writes the one byte that opens a gate, and closes it. */
void proc_write_gate(int *gate);
/* Lets the child exec. */
void proc_open_gate(struct proc *p);
/* The words for a child that could not exec. */
int proc_not_executed(int errnum, struct err *e);

#endif
