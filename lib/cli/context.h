/*
 * What one run of a programme holds. Private to lib/cli: outside of it
 * `struct cli` is opaque.
 */
#ifndef AIOPS_CLI_CONTEXT_H
#define AIOPS_CLI_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "cli/owned.h"
#include "cli/progress.h"
#include "cli/table.h"

/* Standard output, buffered. After an error nothing more is written. */
struct out {
	struct buf buf;
	size_t at;      /* bytes at the front of buf that are written already (out_pump) */
	bool held;      /* out_hold: nothing is written but by out_pump and out_flush */
	bool regular;   /* held: it is a regular file, which always takes what it is given */
	int errnum;     /* of the write that failed, 0 = none */
	bool pipe_gone; /* it was EPIPE, which is no failure (contract 9) */
	bool closed;    /* flushed and closed for good */
	uint64_t bytes; /* handed to out_write so far */
};

struct cli {
	const struct program *program;
	const struct command *command; /* NULL until it is known */
	void *options;                 /* command->options_size bytes */
	struct common_options common;
	const struct table *table; /* borrowed, while the command runs */
	char **operands;           /* the array is owned, the words are argv's */
	size_t n_operands;
	struct env env;
	struct config config;
	struct owned owned;
	struct out out;
	struct progress progress;
	bool stdout_tty, stderr_tty, log_json;
	char *db_path, *user; /* made when first asked for */
};

#endif
