/*
 * Shell completion, generated from the option tables.
 */
#ifndef AIOPS_CLI_COMPLETION_H
#define AIOPS_CLI_COMPLETION_H

#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"

/*
 * Writes the completion script for "bash", "zsh" or "fish"; or for "options"
 * the tables themselves, one line an option, for programmes: command ("-" if there are
 * none), long name, letter or "-", kind, default or "-", where it may be given ("file": also in
 * the configuration file and the environment; "part": there only in the programme's own part;
 * "env"; "argv"), "own" or "common", placeholder or
 * "-", help; separated by tabs. Errors: EX_BADUSAGE.
 */
NODISCARD int completion_write(const struct program *p, const char *shell, struct buf *out,
			       struct err *e);

#endif
