/*
 * A command whose end is known even if its caller dies: between the two stands a
 * small process, the shim. It waits behind a gate, becomes the reaper of all
 * that the command starts, keeps the deadline, and writes the outcome into a
 * file, whose lock it holds for as long as it lives.
 *
 *	shim_prepare    forks it; it waits at the gate
 *	shim_release    opens the gate and waits for the outcome
 *	shim_adopt      the caller of an earlier one is dead: waits for that one's outcome
 *
 * TERM to the shim ends the command as its deadline would. Whoever forks must be
 * single-threaded; what it has open is closed in the shim, and not used there.
 */
#ifndef AIOPS_PROC_SHIM_H
#define AIOPS_PROC_SHIM_H

#include "proc/proc.h"

enum shim_end {
	SHIM_ENDED,       /* result says how */
	SHIM_NOT_STARTED, /* provably nothing was executed */
	SHIM_NO_EXEC,     /* it could not be executed: why */
	SHIM_LOST,        /* let go, and nobody knows what became of it */
};

struct shim_outcome {
	enum shim_end end;
	struct proc_result result; /* the caller's to release, for SHIM_ENDED */
	struct err why;            /* for SHIM_NO_EXEC */
};

struct shim_spec {
	struct proc_spec command;
	const char *path; /* of the outcome's file; made (0600), or emptied */
	const char *label;
};

struct shim;
/* Errors: EX_SYSTEM, EX_CANNOTCREATE, EX_TRYLATER (a shim of an earlier caller still holds the
 * file). */
NODISCARD int shim_prepare(const struct shim_spec *spec, struct shim **out, struct err *e);
int64_t shim_pid(const struct shim *s);
/* Waits no longer than the command's timeout, its grace and 4 s; a shim that is not done then is
 * killed with all it started. When *stop (may be NULL) becomes true the command is ended. Frees s.
 */
void shim_release(struct shim *s, const volatile bool *stop, struct shim_outcome *out);
/* Closes the gate: nothing is executed. Frees s; NULL is accepted. */
void shim_abandon(struct shim *s);

/*
 * The outcome of a shim whose caller is dead. who: as it was recorded. wait_ms: how long the
 * command may still take, its grace included; then it is ended, at last killed. After another boot
 * than who's an empty file proves nothing: SHIM_LOST. Errors: EX_TRYLATER (something holds the
 * lock that is not that shim).
 */
NODISCARD int shim_adopt(const char *path, const char *label, const struct proc_identity *who,
			 int64_t wait_ms, const volatile bool *stop, struct shim_outcome *out,
			 struct err *e);

#endif
