/*
 * One row of the log as a record, and as a line of a table.
 */
#ifndef AIOPS_AUDIT_ROW_H
#define AIOPS_AUDIT_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "record/record.h"

/* Borrowed from the statement that read it. */
struct row {
	int64_t seq;
	struct span log, ts, kind, actor, record_id, incident, run, hash;
	struct span body_hash, salt; /* what a check of the row needs beside the rest */
	struct span body;            /* SPAN_NONE: redacted */
};

/* Parses the body behind which padding is added in padded; *record is NULL for a redacted row.
 * Errors: EX_BADDATA. */
NODISCARD int row_parse(const struct row *row, struct record *parser, struct buf *padded,
			const struct record **record, struct err *e);

/* Appends the record as append wrote it out, with time and actor beside log, seq and hash, and
 * a newline. A redacted row becomes a record of kind audit. */
void row_add_json(const struct row *row, const struct record *record, struct buf *out);

/* The same with another `audit` member. */
void row_add_audited(const struct row *row, const struct record *record, struct span audit,
		     struct buf *out);

/* Appends the table's heading, and a row as one line of at most `width` characters (0: any),
 * safe for a terminal. */
void row_add_heading(struct buf *out, size_t width);
void row_add_line(const struct row *row, const struct record *record, size_t width,
		  struct buf *out);

/* Appends the row as a line of comma-separated values (RFC 4180), and its heading. */
void row_add_csv_heading(struct buf *out);
void row_add_csv(const struct row *row, const struct record *record, struct buf *out);

/* ---- parts of lines, for others that print tables ---- */

/* What a person would call the record: "restart: running -> verified (why)" for a run. */
void row_add_what(struct buf *line, const struct record *r);
/* s as term_line() writes it, filled up with blanks to width characters, and one more. */
void row_add_cell(struct buf *line, struct span s, size_t width);
/* Appends the line to out, cut to width characters (0: not), without blanks at its end. */
void row_end_line(struct buf *line, size_t width, struct buf *out);

#endif
