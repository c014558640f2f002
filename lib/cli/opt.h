/*
 * One option: its value from text, and its name in each place where it can be given.
 */
#ifndef AIOPS_CLI_OPT_H
#define AIOPS_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/owned.h"

/* Reads text (NUL-terminated, borrowed for as long as the options live) into the
 * option's field of the struct at base. OPT_FLAG takes true and false; OPT_COUNT a
 * number; OPT_TEXTS adds one item. The field is untouched on failure.
 * Errors: EX_BADUSAGE. */
NODISCARD int opt_assign(const struct opt *o, void *base, const char *text, struct owned *owned,
			 struct err *e);
/* One more -v. Stops at the option's maximum. */
void opt_count_up(const struct opt *o, void *base);
/* Before a source of higher priority gives its items of an OPT_TEXTS; nothing for other kinds. */
void opt_start_source(const struct opt *o, void *base);
/* Sets the default, or the kind's zero. A default that does not parse is a bug (assert). */
void opt_set_default(const struct opt *o, void *base, struct owned *owned);
/* As text in the environment: items of an OPT_TEXTS are separated by commas. */
NODISCARD int opt_assign_env(const struct opt *o, void *base, const char *text, struct owned *owned,
			     struct err *e);

bool opt_takes_argument(const struct opt *o);
/* Whether the environment or the configuration file may hold it. */
bool opt_in_environment(const struct opt *o);
bool opt_in_config(const struct opt *o);

/* Appends "max_record" of "max-record". */
void opt_add_config_key(const struct opt *o, struct buf *out);
/* Appends "AIOPS_MAX_RECORD", or with a tool's short name "AIOPS_DRIFT_MAX_RECORD". */
void opt_add_variable(const struct opt *o, const char *short_name, struct buf *out);
/* The word that names the kind in --completion options. */
const char *opt_kind_name(enum opt_kind kind);

#endif
