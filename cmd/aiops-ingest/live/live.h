/*
 * The command with live sources: listening and following.
 */
#ifndef AIOPS_INGEST_LIVE_H
#define AIOPS_INGEST_LIVE_H

#include <stdbool.h>

#include "cli/cli.h"

/* Whether the options ask for a live source. */
bool live_is_wanted(const struct cli *c);

/* Runs until it is stopped. The exit code; messages were printed. */
int live_run(struct cli *c);

#endif
