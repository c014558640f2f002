/*
 * The configuration file (aiops(7)): found, read, its keys checked.
 * Values are applied by cli/settings.h.
 */
#ifndef AIOPS_CLI_CONFIG_H
#define AIOPS_CLI_CONFIG_H

#include <stddef.h>

#include "base/err.h"
#include "cli/cli.h"

struct yaml;
struct yaml_node;
struct yaml_pair;

struct config {
	struct yaml *doc;                     /* NULL: there is no file */
	char *path;                           /* owned, NULL if there is none */
	const struct yaml_node *common, *own; /* their parts, NULL if absent */
};

/* "drift" of "aiops-drift": its section and its part of variable names. */
const char *program_short_name(const struct program *p);

/* Reads the file named by --config or $AIOPS_CONFIG (named; NULL: the default place,
 * where none need be) and checks sections and keys: a programme checks `common` and its own part,
 * those of the others only by name. Errors: EX_UNREADABLE, EX_BADCONFIG with position. */
NODISCARD int config_open(struct config *cf, const struct program *p, const char *named,
			  struct err *e);
void config_release(struct config *cf);

/* Key and value of option o in the programme's part, and in `common`; NULL if it is not there. */
const struct yaml_pair *config_own(const struct config *cf, const struct opt *o);
const struct yaml_pair *config_common(const struct config *cf, const struct opt *o);

#endif
