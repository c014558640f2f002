/*
 * A YAML document in one canonical form (keys sorted, JSON without white
 * space), so that its digest changes with its meaning and not with its layout.
 */
#ifndef AIOPS_RUNBOOK_CANON_H
#define AIOPS_RUNBOOK_CANON_H

#include "base/buf.h"
#include "base/digest.h"
#include "yaml/yaml.h"

/* Appends the node. Scalars are written as strings: 5 and "5" are the same text. O(n log n). */
void canon_write(const struct yaml_node *root, struct buf *out);
struct digest canon_digest(const struct yaml_node *root);

#endif
