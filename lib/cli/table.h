/*
 * The options of one command: its own, and those common ones that it gives a meaning to.
 */
#ifndef AIOPS_CLI_TABLE_H
#define AIOPS_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "cli/cli.h"

/* One option of the table, with the struct that its value goes to. */
struct slot {
	const struct opt *opt;
	void *base;
	bool common;        /* of the common options */
	const char *source; /* who set it last, NULL: the default; borrowed */
};

struct table {
	struct slot *slots;
	size_t n;
};

/* The table of a command; cmd NULL gives the options that are always there. options
 * and common are borrowed and filled later. */
void table_init(struct table *t, const struct command *cmd, void *options,
		struct common_options *common);
void table_release(struct table *t);

/* The slot of a long name, or NULL. */
struct slot *table_find(const struct table *t, struct span name);

/* All common options, for help and for the configuration file: the i-th or NULL. */
const struct opt *common_opt(size_t i);

#endif
