/*
 * A child that is asked again and again: one request in, one answer out, each
 * with a deadline and a size that the answer may not pass. It starts as every
 * child of proc.h does (argv only, clean environment, own session, dies with
 * the caller), and cannot start processes or write files of its own.
 */
#ifndef AIOPS_PROC_COPROC_H
#define AIOPS_PROC_COPROC_H

#include "proc/proc.h"

struct coproc;

enum coproc_result {
	COPROC_ANSWERED,
	COPROC_LATE,    /* no end of the answer within the deadline */
	COPROC_FLOODED, /* the answer passed its maximum */
	COPROC_GONE,    /* the child ended, or closed its output */
};

/* How a child ended, for a message. */
struct coproc_end {
	int exit_status; /* valid if signal is 0 */
	int signal;
	char words[500]; /* the first that it printed on standard error, NUL-terminated */
};

/* spec: path, argv, envp and cwd are used. memory_bytes: of its address space. The child runs until
 * coproc_end. Errors: as proc_run. */
NODISCARD int coproc_start(const struct proc_spec *spec, size_t memory_bytes, struct coproc **out,
			   struct err *e);

/*
 * Sends request and reads until a line `last` came; answer (cleared first) holds the lines before
 * it. The deadline counts from the call. After anything but COPROC_ANSWERED the child is of no more
 * use: end it. Bytes that it printed before it was asked belong to the answer.
 */
enum coproc_result coproc_ask(struct coproc *c, struct span request, struct span last,
			      int64_t timeout_ms, struct buf *answer);

/* Ends the child: its input is closed, it has grace_ms to go, then it is killed. Frees c; NULL is
 * accepted. how may be NULL. Never waits longer than grace_ms + 1 s. */
void coproc_end(struct coproc *c, int64_t grace_ms, struct coproc_end *how);

#endif
