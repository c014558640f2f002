/*
 * Where the feed's output goes in the programme, whatever brings its input: records to
 * standard output, rejects and warnings to where the contract wants them, and the
 * exit code that they make.
 */
#ifndef AIOPS_INGEST_OUTLET_H
#define AIOPS_INGEST_OUTLET_H

#include "aiops-ingest/convert.h"
#include "aiops-ingest/ingest.h"
#include "aiops-ingest/tally.h"
#include "cli/cli.h"
#include "cli/filter.h"

struct prepared;

struct outlet {
	struct cli *c;
	struct rejects *rejects;
	struct buf where;
	bool strict_stop;              /* --strict met a reject */
	bool unreadable;               /* an input was: the exit code tells */
	const struct tallies *tallies; /* for the statistics; NULL: none */
	struct prepared *prepared;     /* what is saved, and in the statistics; NULL: nothing */
	struct converter *converter;   /* --to; NULL: records go out as they are */
	struct err failure;            /* of what followed from a control line */
	bool drop_barriers;            /* those that are read: this stream has its own */
};

/* Opens --dead-letter. Borrows tallies. */
NODISCARD int outlet_open(struct outlet *o, struct cli *c, const struct tallies *tallies,
			  struct err *e);
/* Gives effect to --to, and to --state at barriers and at the end. Borrows p. */
void outlet_attach(struct outlet *o, struct prepared *p);
/* --resume: a barrier of our own goes out, and none that is read. The shape of state_of_stream's
 * write. */
void outlet_barrier(void *o, struct span line);
/* Input pauses: what a batch has gathered goes out. */
void outlet_pause(struct outlet *o);
/* Borrows o. */
struct sink outlet_sink(struct outlet *o);

/* One line of statistics on standard error. */
void outlet_stats(struct outlet *o, const struct ingest_counts *n, uint64_t bytes_in);
/* Tells how the run ended (failure, unless its code is 0) and returns the exit code. Releases o. */
int outlet_close(struct outlet *o, const struct ingest_counts *n, const struct err *failure);

#endif
