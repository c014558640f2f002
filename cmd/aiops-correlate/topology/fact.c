#include "aiops-correlate/topology/fact.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void fact_free(struct fact *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n_nodes; i++)
		free(f->nodes[i].id);
	for (size_t i = 0; i < f->n_edges; i++) {
		free(f->edges[i].from);
		free(f->edges[i].to);
	}
	free(f->nodes);
	free(f->edges);
	free(f->id);
	free(f->what);
	free(f->component);
	free(f->service);
	free(f->host);
	free(f);
}

int fact_cmp(const struct fact *a, const struct fact *b)
{
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	return strcmp(a->id, b->id);
}

void fact_set_text(struct fact *f, char **out, struct span text)
{
	*out = text.len ? mem_dup(text.data, text.len) : NULL;
	f->bytes += text.len + 1;
}

void fact_add_node(struct fact *f, struct span id, const char *layer)
{
	struct fact_node *n = &f->nodes[f->n_nodes++];

	n->layer = layer;
	fact_set_text(f, &n->id, id);
	f->bytes += sizeof *n;
}

void fact_add_edge(struct fact *f, struct span from, struct span to, bool instance_of)
{
	struct fact_edge *edge = &f->edges[f->n_edges++];

	edge->instance_of = instance_of;
	fact_set_text(f, &edge->from, from);
	fact_set_text(f, &edge->to, to);
	f->bytes += sizeof *edge;
}
