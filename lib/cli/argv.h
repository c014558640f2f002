/*
 * The command line, by getopt_long over a table, without its abbreviations.
 */
#ifndef AIOPS_CLI_ARGV_H
#define AIOPS_CLI_ARGV_H

#include <stddef.h>

#include "base/err.h"
#include "cli/table.h"

/* What stands on the command line, borrowed from argv; the arrays are owned. */
struct argv_value {
	size_t slot;
	const char *text; /* NULL for options without an argument */
};
struct argv_values {
	struct argv_value *items;
	size_t n;
	char **operands;
	size_t n_operands;
};

/* Splits argv[1..argc) into options of the table and operands, in any order, all
 * operands behind `--`. Not reentrant (getopt's own state). Errors: EX_BADUSAGE. */
NODISCARD int argv_split(const struct table *t, int argc, char **argv, struct argv_values *out,
			 struct err *e);
void argv_release(struct argv_values *v);

#endif
