/*
 * Where maps and jq are: the installed folder, the user's, the search path.
 */
#ifndef AIOPS_INGEST_JQMAP_FIND_H
#define AIOPS_INGEST_JQMAP_FIND_H

#include "aiops-ingest/maps/jqmap.h"
#include "cli/cli.h"

/* The maps of share/aiops/maps and ${XDG_CONFIG_HOME:-~/.config}/aiops/maps. One that cannot be
 * read is warned about. */
struct jqmap_set *jqmap_find(struct cli *c);

/* The jq of the search path, or NULL; the caller frees it. Errors of the search are told to the
 * verbose only: maps then say that it is missing. */
char *jqmap_find_jq(struct cli *c);

#endif
