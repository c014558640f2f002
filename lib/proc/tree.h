/*
 * Ending a whole process tree: the child's group by signal, and whatever left
 * the group by being our child after its parent died. Private to lib/proc.
 */
#ifndef AIOPS_PROC_TREE_H
#define AIOPS_PROC_TREE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct pid_list {
	pid_t *pids;
	size_t n, cap;
};
void pid_list_release(struct pid_list *l);

/* The pids of all our children, zombies included. Errors: EX_SYSTEM. */
NODISCARD int tree_children(struct pid_list *out, struct err *e);

/* Sends sig to leader's group and to leader itself (it may not have made its
 * group yet). leader must not have been reaped, so that its pid cannot mean
 * another process. */
void tree_signal(pid_t leader, int sig);

/*
 * Kills and reaps, round after round, every child of ours that is not in spared
 * and is not leader: grandchildren come to us (the subreaper) when their
 * parents die. Gives up at until_ms (monotonic). Returns how many were still
 * there then.
 */
int tree_sweep(pid_t leader, const struct pid_list *spared, int64_t until_ms);

/* Monotonic milliseconds. */
int64_t tree_ticks_ms(void);

#endif
