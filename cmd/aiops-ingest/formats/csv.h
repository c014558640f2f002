/*
 * Tables: cells of a row (RFC 4180), and which column of a header is which
 * field of the record. Pure.
 */
#ifndef AIOPS_INGEST_CSV_H
#define AIOPS_INGEST_CSV_H

#include "aiops-ingest/alias.h"
#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/mapping.h"

struct csv_row {
	struct span *cells;
	size_t n, cap;
};

void csv_row_release(struct csv_row *row);

/* True if a quoted cell goes on behind the end of s; open: s begins inside of one. */
bool csv_is_open(struct span s, char separator, bool open);
/* Cuts a whole row; doubled quotes are undone in words. -1: something stands behind a closing
 * quote. */
NODISCARD int csv_cut(struct span s, char separator, struct arena *words, struct csv_row *out,
		      struct err *e);

/* The separator that stands most often in a header: comma, semicolon, tab or bar; a comma if none
 * does. */
char csv_separator(struct span header);

/* How many of a header's names mean something here, and whether one of them is a time. A header of
 * names only, no numbers or sentences, else 0. */
size_t csv_known_columns(const struct csv_row *header, bool *has_time);

/*
 * The rules for a header: those of given (or NULL) first, then each column by its name, for fields
 * that are not given. Other columns are labels if their name promotes, else annotations. words
 * keeps the paths. -1: two columns of one name, or nothing says the kind.
 */
NODISCARD int csv_rules(const struct csv_row *header, const struct mapping *given,
			const struct aliases *aliases, struct arena *words, struct mapping *out,
			struct err *e);

#endif
