/*
 * From the command's options to what feeds need.
 */
#ifndef AIOPS_INGEST_PREPARE_H
#define AIOPS_INGEST_PREPARE_H

#include "aiops-ingest/format.h"
#include "aiops-ingest/jqmap.h"
#include "aiops-ingest/mapping.h"
#include "aiops-ingest/tally.h"
#include "cli/cli.h"

struct prepared {
	struct ingest_options opt;
	const struct format *format; /* NULL: auto */
	/* what opt points to */
	struct label *labels;
	struct mapping map;
	struct jqmap_set *maps;
	char *jq;
	struct tallies tallies;
};

/* Release p in either case. Errors: EX_BADUSAGE, EX_UNREADABLE. */
NODISCARD int prepare(struct cli *c, struct prepared *p, struct err *e);
void prepared_release(struct prepared *p);

/* A format by its name, built in or of a map; NULL if there is none. maps may be NULL. */
const struct format *format_named(const struct jqmap_set *maps, const char *name);

#endif
