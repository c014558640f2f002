/*
 * One request, its answer on standard output, and an exit status that says
 * whether it can have had an effect.
 */
#ifndef AIOPS_HTTP_PERFORM_H
#define AIOPS_HTTP_PERFORM_H

#include "cli/cli.h"

/* aiops-http's own answers (aiops-http(1)); the engine of aiops-runbook reads them. */
enum http_exit {
	HTTP_EXIT_STATUS = 10,  /* answered, but not with a status that was accepted */
	HTTP_EXIT_UNKNOWN = 11, /* it was sent, and no whole answer came */
};

/* Reads the request from standard input. The exit status; messages were printed. */
int perform_run(struct cli *c);

#endif
