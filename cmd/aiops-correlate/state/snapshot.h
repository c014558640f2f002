/*
 * The correlator's memory as lines of JSON, written and read one by one, so
 * that neither needs room for a second copy of it:
 *
 *	{"aiops_correlate_state":3,"newest":...,"now":...,"ahead":...,"ahead_said":...}
 *	{"SECTION":[...]}	any number, sections in the order of the table
 *	{"end":N}		of N lines between; a file without it is cut off
 *
 * To keep something more: write its rows (snapshot_impl.h: save_row, struct row)
 * in a file snapshot_TOPIC.c and put a line into the table of snapshot.c. A
 * section whose rows are not there loads as empty; an unknown one is refused.
 */
#ifndef AIOPS_CORRELATE_SNAPSHOT_H
#define AIOPS_CORRELATE_SNAPSHOT_H

#include "aiops-correlate/engine.h"
#include "aiops-correlate/state/ahead.h"
#include "base/err.h"

/* Raised when the rows change so that an older programme cannot read them. */
#define SNAPSHOT_VERSION 3
/* The longest line of a state. */
#define SNAPSHOT_LINE_MAX ((size_t)256 << 20)

/* Where the lines go. */
struct snapshot_sink {
	void *ctx;
	int (*write)(void *ctx, struct span lines, struct err *e);
};

/* Writes the state of en without its end. The settings are not part of it: they
 * may differ from run to run. *n_rows is for snapshot_end. Errors: the sink's. */
NODISCARD int snapshot_save(const struct engine *en, const struct snapshot_sink *to, size_t *n_rows,
			    struct err *e);
/* Writes the announcements a and the end. */
NODISCARD int snapshot_end(const struct ahead *a, size_t n_rows, const struct snapshot_sink *to,
			   struct err *e);

/* Reads a state into en and a, both fresh. */
struct load;
struct load *snapshot_load_begin(struct engine *en, struct ahead *a);
/* The next line, with RECORD_PADDING bytes behind it. Errors: EX_BADCONFIG with the
 * line's number (not a state of this programme, newer, damaged); en is then only
 * good for release. */
NODISCARD int snapshot_load_line(struct load *l, struct span line, struct err *e);
/* No more lines. Errors as above. Frees l in any case; NULL is no error. */
NODISCARD int snapshot_load_end(struct load *l, struct err *e);
void snapshot_load_free(struct load *l);

#endif
