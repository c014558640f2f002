/*
 * What a follower asks of a feed beside feed.h: how far it has come, and to go on
 * in the middle of a file.
 */
#ifndef AIOPS_INGEST_FEED_FOLLOW_H
#define AIOPS_INGEST_FEED_FOLLOW_H

#include "aiops-ingest/feed.h"

/* As feed_begin, at line number `line`. format: whose lines they are, as feed_lines_of said before;
 * NULL: to be found again. */
void feed_resume(struct feed *f, const char *name, const struct format *format, int64_t line);
/* The format of this input's lines, once known; NULL: none, or documents. */
const struct format *feed_lines_of(const struct feed *f);
/* Number of the line that the next unused byte stands in. */
int64_t feed_next_line(const struct feed *f);
void feed_set_next_line(struct feed *f, int64_t line);
/* Bytes that were given and not used: the beginning of a line. */
size_t feed_unused(const struct feed *f);
/* Not inside a document. What a format holds back of lines does not count. */
bool feed_is_between(const struct feed *f);
/* Its lines may be held back for those that follow, until feed_flush. */
bool feed_may_hold(const struct feed *f);

#endif
