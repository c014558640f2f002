#include "aiops-runbook/lint/nodes.h"

static const struct yaml_node *child(const struct yaml_node *n, size_t i)
{
	return n->type == YAML_MAP ? n->pairs[i].value : n->items[i];
}

void each_scalar(const struct yaml_node *root, node_fn *fn, void *ctx)
{
	struct {
		const struct yaml_node *node;
		size_t at;
	} stack[YAML_MAX_DEPTH + 1];
	const struct yaml_node *n = root;
	size_t depth = 0;

	for (;;) {
		if (n && n->type == YAML_SCALAR)
			fn(ctx, n);
		else if (n && n->n && depth <= YAML_MAX_DEPTH) {
			stack[depth].node = n;
			stack[depth++].at = 0;
		}
		while (depth && stack[depth - 1].at == stack[depth - 1].node->n)
			depth--;
		if (depth == 0)
			return;
		n = child(stack[depth - 1].node, stack[depth - 1].at++);
	}
}
