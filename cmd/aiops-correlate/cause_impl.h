/*
 * What the files of the ranking share.
 */
#ifndef AIOPS_CORRELATE_CAUSE_IMPL_H
#define AIOPS_CORRELATE_CAUSE_IMPL_H

#include "aiops-correlate/cause.h"

/* One distinct alert of one component. */
struct item {
	const struct member *m;
	size_t at;     /* place in members */
	size_t alike;  /* alerting components of its service, itself among them */
	double rarity; /* weight by rarity and signal alone */
	double weight;
};

struct candidate {
	struct cause c;
	const struct word *service, *layer;
	int node; /* in the topology, -1 none */
};

/* Credit for what others depend on, and for low layers: raises scores. topo may be NULL. */
void candidates_credit(struct candidate *cands, size_t n, const struct topology *topo);

#endif
