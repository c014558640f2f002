/*
 * Children with deadlines: argv only, a clean environment, their own session,
 * bounded output, the whole process tree ended (setsid, subreaper,
 * pidfd).
 *
 * A child starts with no descriptor but 0-2, default signal actions, umask 077,
 * no core dumps, no_new_privs, and dies with the caller (PR_SET_PDEATHSIG).
 * The calling process becomes the subreaper of everything it starts, so that
 * no grandchild can leave; it must be single-threaded, and must not start
 * other children while one of these runs.
 */
#ifndef AIOPS_PROC_PROC_H
#define AIOPS_PROC_PROC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/span.h"

struct sandbox;

/* What each process of a command may use; 0: no limit of its own. processes counts all of the
 * user's, and does not hold for root. */
struct proc_limits {
	uint64_t memory_bytes, file_bytes;
	int64_t processes, cpu_s;
};

struct proc_spec {
	const char *path;        /* absolute; executed as is, never searched */
	const char *const *argv; /* NULL-terminated, argv[0] included */
	const char *const *envp; /* the whole environment, NULL-terminated */
	const char *cwd;         /* NULL: "/" */
	int64_t timeout_ms;      /* > 0 */
	int64_t kill_after_ms;   /* grace between TERM and KILL */
	size_t output_limit;     /* bytes kept of each stream: first and last half */
	bool output_halts;       /* more than that ends the tree */
	struct span input;       /* standard input; SPAN_NONE is /dev/null */
	bool converse; /* standard input stays open for more: only coproc_start (coproc.h) */
	int stop_fd;   /* when it becomes readable the tree is ended; 0: none */
	const struct sandbox *sandbox; /* sandbox.h; NULL: none */
	struct proc_limits limits;
	int exec_fd; /* path, opened (executable.h): exactly that is executed; 0: none.
			The caller's */
};

struct proc_output {
	struct buf kept; /* head, then (if truncated) a line "... N bytes left out
			    ...", then tail */
	uint64_t total_bytes;
	bool truncated;
	struct digest digest; /* SHA-256 of everything */
};

struct proc_result {
	int exit_status; /* valid if signal is 0 */
	int signal;      /* the signal that ended it, or 0 */
	bool timed_out;
	bool interrupted; /* *stop or stop_fd asked for its end while it ran */
	bool flooded;     /* it printed more than output_limit, and was ended for it */
	int survivors;    /* processes that even KILL did not end within the bound; 0 but
			     for the uninterruptible */
	int64_t elapsed_ms;
	struct proc_output out, err;
};

/*
 * Runs one child to its end. Never waits longer than timeout + kill_after + 1
 * s. stop (may be NULL) is polled: when it becomes true the tree is ended as by
 * a timeout. 0: it ran, see result (release it); -1: it could not be started
 * (EX_UNREADABLE for a missing or forbidden file, EX_SYSTEM). Grandchildren
 * that left the session are killed too.
 */
NODISCARD int proc_run(const struct proc_spec *spec, const volatile bool *stop,
		       struct proc_result *result, struct err *e);
void proc_result_release(struct proc_result *r);

/*
 * A child that is forked but held at a gate: it waits for one byte before it
 * execs, and exits without exec when the gate is closed instead (the caller
 * died). So the caller can make "started, pid N" durable first. spec is not
 * needed afterwards.
 */
struct proc;
NODISCARD int proc_prepare(const struct proc_spec *spec, struct proc **out, struct err *e);
int64_t proc_pid(const struct proc *p);
/* Opens the gate and runs to the end, as proc_run. Frees p, also on failure
 * (then nothing was executed). */
NODISCARD int proc_release(struct proc *p, const volatile bool *stop, struct proc_result *result,
			   struct err *e);
/* Closes the gate: the child ends without exec. Also frees. NULL is accepted.
 */
void proc_abandon(struct proc *p);

/* Finds name in the colon-separated directories of path, refusing files or
 * directories that others may write to. An absolute name is only checked.
 * Errors: EX_UNREADABLE (not found), EX_POLICY (others may write). *out belongs
 * to the caller. */
NODISCARD int proc_resolve(const char *name, const char *path, char **out, struct err *e);

/*
 * Kills every process but the caller whose environment has the entry marker, or, where that ends in
 * a slash, one that begins with it, and looks again until there is none or wait_ms are over.
 * *found: how many there were at first. Returns how many are left. Only what this user may look at
 * is seen.
 */
int proc_end_marked(const char *marker, int64_t wait_ms, int *found);

/*
 * Which process a pid meant when it was written down: a pid alone is used again
 * after a while, and after a boot everything is.
 */
struct proc_identity {
	int64_t pid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat */
	char boot_id[37];
};
/* Errors: EX_SYSTEM (no such process, no /proc). */
NODISCARD int proc_identify(int64_t pid, struct proc_identity *out, struct err *e);
/* The id of this boot and a NUL. Errors: EX_SYSTEM. */
NODISCARD int proc_boot_id(char out[static 37], struct err *e);
/* True if exactly that process still exists and is no zombie. */
bool proc_is_alive(const struct proc_identity *id);

#endif
