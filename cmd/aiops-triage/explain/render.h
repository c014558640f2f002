/*
 * The answer for a person to read.
 */
#ifndef AIOPS_TRIAGE_RENDER_H
#define AIOPS_TRIAGE_RENDER_H

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/incident.h"
#include "base/buf.h"

/* Appends a block of lines. Foreign text is made safe for a terminal. */
void render(const struct answer *a, const struct incident *inc, struct buf *out);

#endif
