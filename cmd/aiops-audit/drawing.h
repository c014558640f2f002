/*
 * Drawings of a time line as SVG elements, for page_drawing.
 */
#ifndef AIOPS_AUDIT_DRAWING_H
#define AIOPS_AUDIT_DRAWING_H

#include "aiops-audit/timeline.h"
#include "base/buf.h"

/* A lane for each kind of moment that occurs, a dot for each moment. Nothing without moments. */
void draw_timeline(const struct timeline *t, struct buf *out);

/* How many alerts began in each of at most 60 equal spans of time. Nothing below 2 alerts. */
void draw_alerts(const struct timeline *t, struct buf *out);

#endif
