/*
 * Drain's tree: from the number of words of a line and its first ones to a leaf, where the
 * templates of such lines are. Inside of template.c.
 *
 * A node is an entry of a map: its key is the number of words and the first ones. It holds how
 * many children it has, or at the end of the way the leaf. There are none without templates.
 */
#ifndef AIOPS_TEXT_TEMPLATE_TREE_H
#define AIOPS_TEXT_TEMPLATE_TREE_H

#include "base/map.h"
#include "text/template.h"

#define LEVELS 2 /* words that lead to a leaf */

/* Where lines of one length and beginning go. */
struct leaf {
	struct template *first; /* by age */
	char *words[LEVELS];    /* on the way there: the line's, or <*>; owned */
	size_t levels;          /* fewer for a shorter line */
	size_t line_words;
};

/* Fewer than LEVELS for a shorter line. */
static inline size_t drain_levels(size_t line_words)
{
	return line_words < LEVELS ? line_words : LEVELS;
}

/* The words by which a line is led: its own, or <*> where there are too many. False if there is
 * no way and none may be made. */
bool drain_way(const struct map *nodes, const struct masked *line, bool make,
	       struct span way[static LEVELS]);

/* The leaf at the end of the way; NULL if it is missing and may not be made. */
struct leaf *drain_leaf(struct map *nodes, size_t line_words, const struct span *way, bool make);

/* Takes an empty leaf away, and the nodes above it that led nowhere else. */
void drain_prune(struct map *nodes, struct leaf *leaf);

/* The most alike; among equals the one with more <*>, then the oldest. *enough: seven words of ten
 * agree; *crowd: how many were looked at. */
struct template *drain_most_alike(const struct leaf *leaf, const struct masked *line, bool *enough,
				  size_t *crowd);

#endif
