/*
 * Signals of the contract (aiops(7), rules 9, 10 and 14). The flags in
 * signals.c are the only mutable globals of the project, but for the addresses
 * that base/heap.c looks up once.
 */
#ifndef AIOPS_CLI_SIGNALS_H
#define AIOPS_CLI_SIGNALS_H

#include <stdbool.h>

#include "base/err.h"

/* At start: PIPE kills again whatever the parent set, XFSZ is ignored so that
 * a file size limit becomes EFBIG. */
void signals_prepare(void);

/* From now on INT and TERM (unless they were ignored at start, as under nohup or
 * in a background job) are noted once and kill the second time; USR1 asks for statistics.
 * Calling it again does nothing. Errors: EX_SYSTEM. */
NODISCARD int signals_catch(struct err *e);

/* From now on a closed pipe is an error of write(2), not death. Children get the default back. */
void signals_catch_pipe(void);

/* The signal that asked the process to end, or 0. */
int signals_stop(void);
const volatile bool *signals_stop_flag(void);
/* True once for every USR1 (several at once count as one). */
bool signals_take_stats(void);

/* Becomes readable when a caught signal arrives, so that a wait cannot miss it; -1 before
 * signals_catch. */
int signals_wake_fd(void);
void signals_wake_drain(void);

/* Ends the process by sig, with its default action. */
_Noreturn void signals_die(int sig);

#endif
