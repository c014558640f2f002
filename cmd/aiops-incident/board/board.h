/*
 * Incidents for people: lines of a table, a page, a time line. Foreign text comes
 * out safe for a terminal.
 */
#ifndef AIOPS_INCIDENT_BOARD_H
#define AIOPS_INCIDENT_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-incident/register/register.h"
#include "base/buf.h"

struct look {
	int64_t now_ns;
	int columns; /* of the terminal */
	bool colour;
};

/* "4m", "2h", "3d": the largest unit that is not 0; "now" below a second. */
void add_age(struct buf *out, int64_t ns);

/* A JSON array of strings, as the register keeps them, with commas between. */
void add_list(struct buf *out, struct span json);

/* The table's first line, and one for an incident; both with a newline. */
void board_head(const struct look *l, struct buf *out);
void board_line(const struct look *l, const struct incident *inc, struct buf *out);
/* All that the row knows, a field a line. */
void board_page(const struct look *l, const struct incident *inc, struct buf *out);
/* One moment of inc, or of one that was merged into it; since_ns: of the first moment. */
void board_moment(const struct look *l, const struct incident *inc, const struct entry *en,
		  int64_t since_ns, struct buf *out);

#endif
