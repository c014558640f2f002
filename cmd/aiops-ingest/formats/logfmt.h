/*
 * The pairs of a line as logfmt writes them: key=value key="value with spaces".
 */
#ifndef AIOPS_INGEST_LOGFMT_H
#define AIOPS_INGEST_LOGFMT_H

#include <stdbool.h>

#include "base/span.h"

/* Takes the next pair off *rest. Escapes stay as they are. False if there is none. */
bool logfmt_next(struct span *rest, struct span *key, struct span *value);

#endif
