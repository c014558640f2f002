/*
 * What filter.c (the loop) and filter_calls.c (what callbacks call) share.
 */
#ifndef AIOPS_CLI_FILTER_IMPL_H
#define AIOPS_CLI_FILTER_IMPL_H

#include "base/buf.h"
#include "cli/context.h"
#include "cli/filter.h"
#include "cli/input.h"
#include "cli/rejects.h"

struct filter {
	struct cli *c;
	const struct filter_ops *ops;
	void *ctx;
	struct input *in;
	struct rejects *rejects;
	struct record *record;
	struct span line; /* the current one, as it was read */
	bool in_record;   /* filter_pass and the like have a record to act on */
	bool rejected;    /* the tool rejected the current record */
	bool drain;       /* go on when the reader of our output is gone */
	bool found;
	bool unreadable;  /* some input could not be read; the others were */
	bool strict_stop; /* --strict met a rejected record; err says where */
	bool at_record;   /* err is about the current record */
	int64_t records, controls, blanks;
	uint64_t emitted;
	struct err err; /* what stops the filter */
	struct buf where;
};

/* Counts, shows and keeps the current line; f->err is set if the filter must stop. */
void filter_reject_line(struct filter *f, enum reject_code code, const char *message);
/* Prints --stats; ctx is the filter. */
void filter_print_stats(void *ctx);

#endif
