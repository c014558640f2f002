/*
 * Which options go with which way of reading (contract 4: an option that means
 * nothing is refused).
 */
#ifndef AIOPS_INGEST_FITTING_H
#define AIOPS_INGEST_FITTING_H

#include "base/err.h"
#include "cli/cli.h"

/* Only the command line is held to it: what environment and configuration file say is for every
 * call. -1: EX_BADUSAGE. */
NODISCARD int fitting_check(const struct cli *c, struct err *e);

#endif
