/*
 * What stands in front of the message in the lines of a log: times, numbers,
 * levels, hosts, names of programmes. Nobody is asked for a format: columns of the
 * first lines are looked at, and those belong to the header that hold a time, a
 * number or a level in nearly every line, with the few names between them, and a
 * name behind them that nearly every line ends with a colon.
 *
 * A line whose columns are not of that kind (the second line of a stack trace) is
 * left whole.
 */
#ifndef AIOPS_TEXT_HEADER_H
#define AIOPS_TEXT_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define HEADER_COLUMNS 16 /* at most */
/* Lines that are enough to learn from. */
#define HEADER_LINES 512

struct header {
	uint32_t lines;                     /* learned from */
	uint32_t seen[HEADER_COLUMNS];      /* lines that have the column and one behind it */
	uint32_t typed[HEADER_COLUMNS];     /* of them: time, number, level */
	uint32_t colon[HEADER_COLUMNS];     /* of them: a name that ends in a colon */
	uint32_t dash[HEADER_COLUMNS];      /* of them: a dash alone */
	size_t columns;                     /* of the header, once decided */
	bool must_be_typed[HEADER_COLUMNS]; /* in a line that has the header */
};

/* Starts from a zeroed struct. Linear in the line's first columns. */
void header_learn(struct header *h, struct span line);
/* Ends learning: sets columns, 0 where no header was found. */
void header_decide(struct header *h);
/* The message of a line, borrowed: the line itself if it has no such header or nothing behind it.
 */
struct span header_strip(const struct header *h, struct span line);

#endif
