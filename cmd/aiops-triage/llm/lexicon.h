/*
 * Which words may be told to a language model as they are. A line that was seen once is
 * whatever somebody wrote, so of it only known words go out: those of the signatures, of names of
 * alerts, of a list of usual ones, and words that stand in two lines or more that differ.
 */
#ifndef AIOPS_TRIAGE_LEXICON_H
#define AIOPS_TRIAGE_LEXICON_H

#include <stdbool.h>

#include "aiops-triage/knowledge/signature.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/span.h"

struct vocabulary {
	struct map words; /* lower case; -1: known, else the number + 1 of the one line seen */
	struct map lines; /* that were read */
};

void vocabulary_init(struct vocabulary *v, const struct signatures *s);
void vocabulary_release(struct vocabulary *v);

/* The words of a name (an alert's, a component's) are known. */
void vocabulary_name(struct vocabulary *v, struct span name);
/* A line counts for its words once. */
void vocabulary_line(struct vocabulary *v, struct span line);
bool vocabulary_knows(const struct vocabulary *v, struct span word);

/*
 * Appends line with what varies as <*> (text/mask.h), words that are not known as <WORD>, and
 * nothing that a terminal or a reader of hidden characters would act on.
 */
void vocabulary_abstract(const struct vocabulary *v, struct span line, struct buf *out);

/* The same for a text s that is masked already. */
void vocabulary_filter(const struct vocabulary *v, struct span s, struct buf *out);

#endif
