/*
 * A YAML document in one canonical form (keys sorted, JSON without white
 * space), so that its digest changes with its meaning and not with its layout.
 */
#ifndef AIOPS_RUNBOOK_CANON_H
#define AIOPS_RUNBOOK_CANON_H

#include "base/digest.h"
#include "yaml/yaml.h"

/* Scalars count as strings: 5 and "5" are the same text. O(n log n). */
struct digest canon_digest(const struct yaml_node *root);

#endif
