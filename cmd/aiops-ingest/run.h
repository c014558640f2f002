/*
 * The command: options to settings, input files to the feed, records to
 * standard output, rejects and messages to where the contract wants them.
 */
#ifndef AIOPS_INGEST_RUN_H
#define AIOPS_INGEST_RUN_H

#include <stdbool.h>

#include "cli/cli.h"

struct ingest_cli_options {
	const char *format, *explain, *source_name, *zone;
	struct opt_texts labels, map;
	bool list, validate;
	int64_t map_timeout_ms;
};

/* Exit codes as the contract has them; 1 for findings of --validate. */
int ingest_run(struct cli *c);

#endif
