/*
 * Every value of a document, for rules that look at how it is written.
 */
#ifndef AIOPS_RUNBOOK_NODES_H
#define AIOPS_RUNBOOK_NODES_H

#include "yaml/yaml.h"

typedef void node_fn(void *ctx, const struct yaml_node *scalar);
/* Calls fn for each scalar, in source order; keys are none. */
void each_scalar(const struct yaml_node *root, node_fn *fn, void *ctx);

#endif
