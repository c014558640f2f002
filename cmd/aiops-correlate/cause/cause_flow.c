/*
 * Who alerts because of whom, by the topology alone: a component passes a part
 * of its weight to those of its direct dependencies that alert themselves, the
 * more the more they weigh beside it. Its own strong evidence stays with it.
 * A random walk towards dependencies with a self-loop where the evidence stands
 * out, as in MonitorRank (Kim et al., SIGMETRICS 2013) and MicroRCA (Wu et al.,
 * NOMS 2020).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/cause/cause_impl.h"
#include "base/mem.h"

/* Looked at on made-up systems (tests/bench/correlate-synthetic.sh), seeds 1 to 6. */
static const double flow_share = 0.8;

enum {
	ROUNDS = 3,
	STEPS = 3,      /* over silent ones */
	MOST_DEPS = 64, /* of one component */
};

/* The heaviest candidate of each node, itself or one of its instances. */
struct heads {
	struct distinct nodes;
	size_t *cands;
};

static void put_head(struct heads *h, const double *v, int node, size_t cand)
{
	size_t before = h->nodes.n, k = distinct_add(&h->nodes, (uintptr_t)node, 0);

	if (k == before || v[cand] > v[h->cands[k]])
		h->cands[k] = cand;
}

static void heads_init(struct heads *h, const struct ranks *r, const double *v)
{
	distinct_init(&h->nodes, 2 * r->n_cands);
	h->cands = mem_array(NULL, 2 * r->n_cands, sizeof *h->cands);
	for (size_t i = 0; i < r->n_cands; i++) {
		int node = r->cands[i].node;

		if (node < 0)
			continue;
		put_head(h, v, node, i);
		if (r->topo->nodes[node].parent >= 0)
			put_head(h, v, r->topo->nodes[node].parent, i);
	}
}

static void heads_release(struct heads *h)
{
	distinct_release(&h->nodes);
	free(h->cands);
}

/* What one candidate needs: nodes still to be looked at, and the candidates found. */
struct walk {
	int nodes[MOST_DEPS];
	size_t n_nodes;
	size_t cands[MOST_DEPS];
	size_t n;
};

static void see(struct walk *w, int node)
{
	for (size_t i = 0; i < w->n_nodes; i++)
		if (w->nodes[i] == node)
			return;
	if (w->n_nodes < MOST_DEPS)
		w->nodes[w->n_nodes++] = node;
}

/* The direct dependencies of node, and of what it is an instance of. */
static void see_deps(const struct topology *t, struct walk *w, int node)
{
	for (int level = 0; node >= 0 && level < 2; node = t->nodes[node].parent, level++) {
		size_t n;
		const int *to = topology_deps(t, node, &n);

		for (size_t i = 0; i < n; i++)
			see(w, to[i]);
	}
}

/* The candidates at what cand needs directly, or over up to two silent nodes. */
static void find_deps(const struct ranks *r, const struct heads *h, size_t cand, struct walk *w)
{
	const struct topo_node *nodes = r->topo->nodes;
	int own = nodes[r->cands[cand].node].place;
	size_t from = 0;

	w->n_nodes = w->n = 0;
	see_deps(r->topo, w, r->cands[cand].node);
	for (int step = 0; step < STEPS; step++)
		for (size_t end = w->n_nodes; from < end; from++) {
			size_t k = distinct_find(&h->nodes, (uintptr_t)w->nodes[from], 0);

			if (nodes[w->nodes[from]].place == own)
				continue;
			if (k != DISTINCT_NONE)
				w->cands[w->n++] = h->cands[k];
			else
				see_deps(r->topo, w, w->nodes[from]);
		}
}

/* own: what each says itself, less if it says so all the time; v: what has gathered. */
static void pass(const struct ranks *r, const double *own, const double *v, double *next,
		 size_t cand, const struct walk *w)
{
	double most = 0, sum = 0, part;

	for (size_t i = 0; i < w->n; i++) {
		sum += own[w->cands[i]];
		most = own[w->cands[i]] > most ? own[w->cands[i]] : most;
	}
	if (sum <= 0)
		return;
	part = flow_share * v[cand] * most / (most + r->cands[cand].own + r->cands[cand].blame);
	next[cand] -= part;
	for (size_t i = 0; i < w->n; i++)
		next[w->cands[i]] += part * own[w->cands[i]] / sum;
}

static void flow(const struct ranks *r, const struct heads *h, const double *own, const double *v,
		 double *next)
{
	struct walk w;

	for (size_t i = 0; i < r->n_cands; i++)
		next[i] = v[i];
	for (size_t i = 0; i < r->n_cands; i++) {
		if (r->cands[i].node < 0)
			continue;
		find_deps(r, h, i, &w);
		pass(r, own, v, next, i, &w);
	}
}

void ranks_flow(struct ranks *r)
{
	double *own, *v, *next;
	struct heads h;

	if (!r->topo || r->n_cands == 0)
		return;
	own = mem_array(NULL, r->n_cands, sizeof *own);
	v = mem_array(NULL, r->n_cands, sizeof *v);
	next = mem_array(NULL, r->n_cands, sizeof *next);
	for (size_t i = 0; i < r->n_cands; i++) {
		v[i] = r->cands[i].own + r->cands[i].blame;
		own[i] = v[i] * r->cands[i].news;
	}
	heads_init(&h, r, own);
	for (int round = 0; round < ROUNDS; round++) {
		flow(r, &h, own, v, next);
		memcpy(v, next, r->n_cands * sizeof *v);
	}
	for (size_t i = 0; i < r->n_cands; i++)
		r->cands[i].c.score = sqrt(v[i]);
	heads_release(&h);
	free(next);
	free(v);
	free(own);
}
