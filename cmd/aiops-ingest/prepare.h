/*
 * From the command's options to what feeds need.
 */
#ifndef AIOPS_INGEST_PREPARE_H
#define AIOPS_INGEST_PREPARE_H

#include "aiops-ingest/formats/format.h"
#include "aiops-ingest/formats/mapping.h"
#include "aiops-ingest/live/state.h"
#include "aiops-ingest/maps/jqmap.h"
#include "aiops-ingest/patterns/patterns.h"
#include "aiops-ingest/tally.h"
#include "cli/cli.h"

struct prepared {
	struct ingest_options opt;
	const struct format *format; /* NULL: auto */
	/* what opt points to */
	struct label *labels;
	struct mapping map;
	struct zone zone;
	struct jqmap_set *maps;
	char *jq;
	struct tallies tallies;
	struct aliases *aliases;   /* NULL: the built-in ones */
	struct patterns *patterns; /* NULL: none */
	struct state *state;       /* --state, or NULL */
};

/* Release p in either case. Errors: EX_BADUSAGE, EX_UNREADABLE,
 * EX_BADCONFIG, EX_TRYLATER. */
NODISCARD int prepare(struct cli *c, struct prepared *p, struct err *e);
void prepared_release(struct prepared *p);

/*
 * What a source of its own needs: p's settings with the source's format (NULL: auto), name, labels
 * (beside p's; borrowed) and heartbeat. *out borrows p, except for *labels, which the
 * caller frees. Errors: as prepare.
 */
struct source_spec;
NODISCARD int prepare_source(struct cli *c, struct prepared *p, const struct source_spec *spec,
			     struct prepared *out, struct label **labels, struct err *e);

/* Writes what is remembered to --state; nothing without it. Errors: EX_CANNOTCREATE, EX_IO. */
NODISCARD int prepared_save(struct prepared *p, struct err *e);
/* Members of --stats. */
void prepared_add_stats(const struct prepared *p, struct buf *json);

/* The aliases of the options. Errors: EX_UNREADABLE, EX_BADCONFIG. *out NULL: the built-in ones. */
NODISCARD int prepare_aliases(struct cli *c, struct aliases **out, struct err *e);

/* A format by its name, built in or of a map; NULL if there is none. maps may be NULL. */
const struct format *format_named(const struct jqmap_set *maps, const char *name);

#endif
