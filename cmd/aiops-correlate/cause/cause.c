#include "aiops-correlate/cause/cause.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/cause/cause_impl.h"
#include "base/mem.h"

/* Silent nodes among the candidates beside those that alerts name. */
enum { SPARE_CANDIDATES = 64 };

static void ranks_init(struct ranks *r, size_t n, const struct topology *topo)
{
	*r = (struct ranks){.topo = topo};
	/* of each alert its component, its service, and whom it names */
	distinct_init(&r->names, 3 * n + SPARE_CANDIDATES);
}

static void ranks_release(struct ranks *r)
{
	distinct_release(&r->names);
	distinct_release(&r->alerting);
	free(r->needs.list);
	free(r->items);
	free(r->cands);
}

static bool ranks_before(const struct cause *a, const struct cause *b)
{
	if (fabs(a->score - b->score) > 1e-9 * (a->score + b->score))
		return a->score > b->score;
	if (a->onset_ns != b->onset_ns)
		return a->onset_ns < b->onset_ns;
	return span_cmp(a->component, b->component) < 0;
}

static void pick(const struct ranks *r, struct ranking *out)
{
	double total = 0;

	for (size_t i = 0; i < r->n_cands; i++) {
		const struct cause *c = &r->cands[i].c;
		size_t j = out->n < CAUSES_KEPT ? out->n++ : CAUSES_KEPT;

		total += c->score;
		for (; j > 0 && ranks_before(c, &out->top[j - 1]); j--)
			if (j < CAUSES_KEPT)
				out->top[j] = out->top[j - 1];
		if (j < CAUSES_KEPT)
			out->top[j] = *c;
	}
	for (size_t i = 0; i < out->n; i++)
		out->top[i].share = total > 0 ? out->top[i].score / total : 0;
	out->candidates = r->n_cands;
}

/* From places in items to places in members. */
static void place_evidence(struct cause *c, const struct item *items)
{
	for (size_t i = 0; i < c->n_evidence; i++)
		c->evidence[i] = items[c->evidence[i]].at;
	if (c->callers)
		c->caller = items[c->caller].at;
}

static int64_t first_onset(const struct ranks *r)
{
	int64_t first = r->n_items ? r->items[0].m->onset_ns : 0;

	for (size_t i = 1; i < r->n_items; i++)
		if (r->items[i].m->onset_ns < first)
			first = r->items[i].m->onset_ns;
	return first;
}

void causes_rank(const struct member *members, size_t n, const struct topology *topo,
		 struct ranking *out)
{
	struct ranks r;

	memset(out, 0, sizeof *out);
	ranks_init(&r, n, topo);
	ranks_collect(&r, members, n);
	ranks_needs(&r);
	ranks_names(&r);
	ranks_replicas(&r);
	ranks_blame(&r);
	ranks_sum(&r);
	for (size_t i = 0; i < r.n_cands; i++)
		r.cands[i].c.score = sqrt(r.cands[i].own + r.cands[i].blame);
	r.n_spoken = r.n_cands;
	ranks_flow(&r);
	ranks_silent(&r);
	ranks_credit(&r);
	out->first_onset_ns = first_onset(&r);
	pick(&r, out);
	for (size_t i = 0; i < out->n; i++)
		place_evidence(&out->top[i], r.items);
	ranks_release(&r);
}

static bool is_graver(const struct member *a, const struct member *b)
{
	return a->severity != b->severity ? a->severity > b->severity : a->onset_ns < b->onset_ns;
}

size_t causes_root(const struct ranking *r, const struct member *members, size_t n)
{
	const struct cause *c = r->n ? &r->top[0] : NULL;
	size_t best = 0;

	for (size_t i = 0; c && i < c->n_evidence; i++)
		if (members[c->evidence[i]].severity != SEVERITY_INFO)
			return c->evidence[i];
	if (c && c->callers && members[c->caller].severity != SEVERITY_INFO)
		return c->caller;
	for (size_t i = 1; i < n; i++)
		if (is_graver(&members[i], &members[best]))
			best = i;
	return best;
}
