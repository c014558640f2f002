/*
 * The site's policy from configuration and options.
 */
#ifndef AIOPS_RUNBOOK_SITE_CONFIG_H
#define AIOPS_RUNBOOK_SITE_CONFIG_H

#include "aiops-runbook/runs/site.h"
#include "cli/cli.h"

/* Reads `approvers` and `allow_self` of the configuration file, and the options that the command
 * has. allow_self is no option: nobody grants it to themselves for one call. Errors: EX_BADCONFIG,
 * EX_BADUSAGE. */
NODISCARD int site_config(struct cli *c, struct site *out, struct err *e);

#endif
