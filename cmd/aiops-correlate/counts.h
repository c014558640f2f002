/*
 * What --stats counts.
 */
#ifndef AIOPS_CORRELATE_COUNTS_H
#define AIOPS_CORRELATE_COUNTS_H

#include "aiops-correlate/engine.h"

/* Appends ,"alerts":N and the others. */
void counts_stats(const struct engine *en, struct buf *json);

#endif
