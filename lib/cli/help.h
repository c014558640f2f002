/*
 * --help and usage, printed from the option tables.
 */
#ifndef AIOPS_CLI_HELP_H
#define AIOPS_CLI_HELP_H

#include "base/buf.h"
#include "cli/cli.h"

/* "usage: aiops-drift compare [option ...] [file ...]\n"; cmd NULL for a programme that has
 * subcommands. */
void help_usage(const struct program *p, const struct command *cmd, struct buf *out);

/* The whole of --help; cmd NULL lists the subcommands. */
void help_text(const struct program *p, const struct command *cmd, struct buf *out);

/* True if the programme has named subcommands. */
bool program_has_commands(const struct program *p);

#endif
