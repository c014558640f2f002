/*
 * The process's own clock and randomness, behind struct env.
 */
#ifndef AIOPS_CLI_CLOCK_H
#define AIOPS_CLI_CLOCK_H

#include "base/env.h"
#include "cli/cli.h"

/* now is borrowed: while its `given` is set, the wall clock stands at it (--now). */
struct env clock_env(struct opt_time *now);

/* Milliseconds that only go forward. */
int64_t clock_ticks_ms(void);

#endif
