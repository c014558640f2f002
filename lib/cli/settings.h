/*
 * Which source gives an option its value: command line, environment,
 * configuration file, default (contract 4).
 */
#ifndef AIOPS_CLI_SETTINGS_H
#define AIOPS_CLI_SETTINGS_H

#include "base/err.h"
#include "cli/argv.h"
#include "cli/config.h"
#include "cli/owned.h"
#include "cli/table.h"

/* The file of --config or of the environment; NULL if neither names one. Borrowed. */
const char *settings_config_path(const struct table *t, const struct program *p,
				 const struct argv_values *v);

/* Fills the structs of the table from all sources, lowest priority first; a bad value in any of
 * them is an error, also where a higher one stands above it. Errors: EX_BADUSAGE, EX_BADCONFIG. */
NODISCARD int settings_apply(struct table *t, const struct program *p, const struct config *cf,
			     const struct argv_values *v, struct owned *owned, struct err *e);

/* Checks the values of the file that belong to other commands of the programme: a
 * mistake is told whichever command reads it. Errors: EX_BADCONFIG. */
NODISCARD int settings_check_others(const struct table *t, const struct program *p,
				    const struct config *cf, struct err *e);

#endif
