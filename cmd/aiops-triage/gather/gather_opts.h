/*
 * The option table of gather, for main.c alone.
 */
#ifndef AIOPS_TRIAGE_GATHER_OPTS_H
#define AIOPS_TRIAGE_GATHER_OPTS_H

#include "aiops-triage/gather/gather.h"
#include "cli/cli.h"

#define GATHER_AT(member) offsetof(struct gather_options, member)

static const struct opt gather_opts[] = {
	{.name = "context-dir",
	 .kind = OPT_DIR,
	 .offset = GATHER_AT(context_dir),
	 .arg = "DIR",
	 .help = "queries, one a file (default: the installed ones)"},
	{.name = "endpoint",
	 .kind = OPT_TEXTS,
	 .offset = GATHER_AT(endpoints.urls),
	 .arg = "NAME=URL",
	 .help = "where queries of that endpoint go; may be repeated"},
	{.name = "endpoint-token-file",
	 .kind = OPT_TEXTS,
	 .offset = GATHER_AT(endpoints.token_files),
	 .arg = "NAME=FILE",
	 .help = "holds the bearer token for it, readable by you alone"},
	{.name = "endpoint-basic-file",
	 .kind = OPT_TEXTS,
	 .offset = GATHER_AT(endpoints.basic_files),
	 .arg = "NAME=FILE",
	 .help = "holds USER:PASSWORD for it, readable by you alone"},
	{.name = "endpoint-ca-file",
	 .kind = OPT_FILE,
	 .offset = GATHER_AT(endpoints.ca_file),
	 .arg = "FILE",
	 .help = "certificates to trust instead of the system's"},
	{.name = "plain-secret",
	 .kind = OPT_FLAG,
	 .offset = GATHER_AT(endpoints.plain_secret),
	 .help = "send a secret without TLS to other machines too"},
	{.name = "places",
	 .kind = OPT_I64,
	 .offset = GATHER_AT(places),
	 .arg = "N",
	 .standard = "3",
	 .min = 1,
	 .max = PLACES_MAX,
	 .help = "components of an incident that are asked about, the likeliest causes first"},
	{.name = "query-deadline",
	 .kind = OPT_DURATION,
	 .offset = GATHER_AT(deadline_ms),
	 .arg = "TIME",
	 .standard = "15s",
	 .min = 10,
	 .max = 600000,
	 .help = "longest wait for all queries of one incident"},
	{.name = "path",
	 .kind = OPT_TEXT,
	 .offset = GATHER_AT(path),
	 .arg = "DIRS",
	 .standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	 .help = "where commands are looked for, and their PATH"},
};

#undef GATHER_AT

#endif
