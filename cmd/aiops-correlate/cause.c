#include "aiops-correlate/cause.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/cause_impl.h"
#include "base/mem.h"
#include "base/num.h"

/*
 * Where these come from. The signal weights and the form of rarity and decay are
 * those of alert-IDF; they were measured on GAIA MicroSS, 152 faults of one
 * system, as were the squares and sibling_gain: chosen there on the faults with
 * odd numbers, held against those with even ones (tests/bench/correlate-quality.sh
 * prints both). onset_decay is half of what alert-IDF uses, which changes nothing
 * there: what is scraped late shall not lose for that. replica_gain is a prior
 * that was measured on nothing.
 */
static const double onset_decay = 0.5;
static const double replica_gain = 1.3;
static const double sibling_gain = 0.5;
static const double least_rarity = 0.05;
static const double signal_weight[] = {
	[SIGNAL_METRIC] = 1.0, [SIGNAL_LOG] = 3.0, [SIGNAL_TRACE] = 0.3, [SIGNAL_EVENT] = 1.0};

static int by_component(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = word_cmp(x->m->component, y->m->component);

	if (c == 0)
		c = word_cmp(x->m->name, y->m->name);
	if (c == 0)
		c = (int)x->m->signal - (int)y->m->signal;
	if (c == 0 && x->m->onset_ns != y->m->onset_ns)
		c = x->m->onset_ns < y->m->onset_ns ? -1 : 1;
	return c ? c : (x->m->fp > y->m->fp) - (x->m->fp < y->m->fp);
}

static bool same_alert(const struct member *a, const struct member *b)
{
	return a->component == b->component && a->name == b->name && a->signal == b->signal;
}

/* Members with a component, one item for each distinct alert, its first onset. */
static size_t collect(const struct member *members, size_t n, struct item *items)
{
	size_t all = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		if (members[i].component)
			items[all++] = (struct item){.m = &members[i], .at = i};
	if (all)
		qsort(items, all, sizeof *items, by_component);
	for (size_t i = 0; i < all; i++)
		if (kept == 0 || !same_alert(items[kept - 1].m, items[i].m))
			items[kept++] = items[i];
	return kept;
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The times at which alerts on metrics began, sorted. Traces are left out: they
 * fire first, at the callers. */
static size_t distinct_onsets(const struct item *items, size_t n, int64_t *onsets)
{
	size_t all = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		if (items[i].m->signal == SIGNAL_METRIC)
			onsets[all++] = items[i].m->onset_ns;
	if (all)
		qsort(onsets, all, sizeof *onsets, by_time);
	for (size_t i = 0; i < all; i++)
		if (kept == 0 || onsets[kept - 1] != onsets[i])
			onsets[kept++] = onsets[i];
	return kept;
}

static int64_t first_onset(const struct item *items, size_t n)
{
	int64_t first = n ? items[0].m->onset_ns : 0;

	for (size_t i = 1; i < n; i++)
		if (items[i].m->onset_ns < first)
			first = items[i].m->onset_ns;
	return first;
}

static size_t onset_rank(const int64_t *onsets, size_t n, int64_t onset_ns)
{
	const int64_t *found = bsearch(&onset_ns, onsets, n, sizeof *onsets, by_time);

	return found ? (size_t)(found - onsets) : 0;
}

static void weigh(struct item *items, size_t n, const int64_t *onsets, size_t n_onsets)
{
	for (size_t i = 0; i < n; i++) {
		const struct member *m = items[i].m;
		/* this incident is counted in both */
		double w = log(((double)m->past + 2) / ((double)m->df + 1));

		items[i].rarity = (w > least_rarity ? w : least_rarity) * signal_weight[m->signal];
		items[i].weight = items[i].rarity;
		if (m->signal == SIGNAL_METRIC)
			items[i].weight *= exp(-onset_decay *
					       (double)onset_rank(onsets, n_onsets, m->onset_ns) /
					       (double)n_onsets);
	}
}

static void add_evidence(struct cause *c, const struct item *items, size_t at)
{
	size_t i = c->n_evidence;
	size_t order[CAUSE_EVIDENCE + 1];

	memcpy(order, c->evidence, sizeof c->evidence);
	for (; i > 0 && items[order[i - 1]].weight < items[at].weight; i--)
		order[i] = order[i - 1];
	order[i] = at;
	if (c->n_evidence < CAUSE_EVIDENCE)
		c->n_evidence++;
	memcpy(c->evidence, order, c->n_evidence * sizeof *order);
}

/* One candidate for each component; its evidence as places in items. Scores are
 * sums of squares yet: the alerts of one component are seldom independent. */
static size_t sum_up(const struct item *items, size_t n, struct candidate *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct member *m = items[i].m;
		struct candidate *cand;

		if (k == 0 || out[k - 1].c.component != m->component)
			out[k++] = (struct candidate){
				.c = {.component = m->component, .onset_ns = m->onset_ns},
				.service = m->service,
				.layer = m->layer};
		cand = &out[k - 1];
		cand->c.alerts++;
		cand->c.score += items[i].weight * items[i].weight;
		if (m->onset_ns < cand->c.onset_ns)
			cand->c.onset_ns = m->onset_ns;
		add_evidence(&cand->c, items, i);
	}
	return k;
}

/* ---- replicas ---- */

static int by_service(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = word_cmp(x->m->service, y->m->service);

	if (c == 0)
		c = word_cmp(x->m->name, y->m->name);
	if (c == 0)
		c = (int)x->m->signal - (int)y->m->signal;
	return c ? c : word_cmp(x->m->component, y->m->component);
}

static bool is_replica(const struct member *m)
{
	return m->service && m->component != m->service;
}

/* Adds the run of one alert on n replicas, items[from..from+n), to the service. */
static void add_replicated(struct candidate *cand, const struct item *items, size_t from, size_t n)
{
	double best = 0;
	size_t at = from;

	for (size_t i = from; i < from + n; i++)
		if (items[i].rarity > best) {
			best = items[i].rarity;
			at = i;
		}
	cand->c.score += replica_gain * best * replica_gain * best;
	cand->c.alerts++;
	if (n > cand->c.replicas)
		cand->c.replicas = n;
	if (cand->c.n_evidence == 0 || items[at].m->onset_ns < cand->c.onset_ns)
		cand->c.onset_ns = items[at].m->onset_ns;
	add_evidence(&cand->c, items, at);
}

static int by_replica(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = word_cmp(x->m->service, y->m->service);

	return c ? c : word_cmp(x->m->component, y->m->component);
}

/* How many components of each item's service have alerts. Sorts items. */
static void count_replicas(struct item *items, size_t n)
{
	if (n)
		qsort(items, n, sizeof *items, by_replica);
	for (size_t i = 0, run; i < n; i += run) {
		size_t alike = 0;

		for (run = 0; i + run < n && items[i + run].m->service == items[i].m->service;
		     run++)
			alike += is_replica(items[i + run].m) &&
				 (run == 0 ||
				  items[i + run].m->component != items[i + run - 1].m->component);
		for (size_t j = i; j < i + run; j++)
			items[j].alike = alike;
	}
}

/* What one of several replicas shows alone speaks for that one; what all show
 * speaks for something that they share. have of all replicas show the alert. */
static double sibling_factor(const struct item *it, size_t have, const struct topology *topo)
{
	int node = topology_node(topo, word_span(it->m->component), SPAN_NONE, SPAN_NONE);
	size_t all = it->alike;

	if (node >= 0 && topo->nodes[node].parent >= 0 &&
	    topo->nodes[topo->nodes[node].parent].instances > all)
		all = topo->nodes[topo->nodes[node].parent].instances;
	if (all < 2)
		return 1;
	return 1 + sibling_gain - 2 * sibling_gain * (double)(have - 1) / (double)(all - 1);
}

/* Compares replicas: weighs the metrics of each, and sums up what two or more of
 * them show, as candidates named after their services. Sorts items by service. */
static size_t sum_up_services(struct item *items, size_t n, const struct topology *topo,
			      struct candidate *out)
{
	size_t k = 0;

	if (n)
		qsort(items, n, sizeof *items, by_service);
	for (size_t i = 0, run; i < n; i += run) {
		const struct member *m = items[i].m;

		for (run = 1; i + run < n && items[i + run].m->service == m->service &&
			      items[i + run].m->name == m->name &&
			      items[i + run].m->signal == m->signal;)
			run++;
		if (!is_replica(m))
			continue;
		for (size_t j = i; j < i + run && m->signal == SIGNAL_METRIC; j++)
			items[j].weight *= sibling_factor(&items[j], run, topo);
		if (run < 2)
			continue;
		if (k == 0 || out[k - 1].service != m->service)
			out[k++] = (struct candidate){.c = {.component = m->service},
						      .service = m->service,
						      .layer = m->layer};
		add_replicated(&out[k - 1], items, i, run);
	}
	return k;
}

/* ---- the ranking ---- */

static bool ranks_before(const struct cause *a, const struct cause *b)
{
	if (fabs(a->score - b->score) > 1e-9 * (a->score + b->score))
		return a->score > b->score;
	if (a->onset_ns != b->onset_ns)
		return a->onset_ns < b->onset_ns;
	return word_cmp(a->component, b->component) < 0;
}

static void place_evidence(struct cause *c, const struct item *items)
{
	for (size_t i = 0; i < c->n_evidence; i++)
		c->evidence[i] = items[c->evidence[i]].at;
}

/* The candidate for the component of this name, or NULL. */
static struct candidate *find_named(struct candidate *cands, size_t n, const struct word *name)
{
	for (size_t i = 0; i < n; i++)
		if (cands[i].c.component == name)
			return &cands[i];
	return NULL;
}

/* Adds the services behind the components; a service with alerts of its own name
 * has both in one. */
static size_t join_services(struct candidate *cands, size_t n, const struct candidate *services,
			    size_t n_services)
{
	size_t k = n;

	for (size_t i = 0; i < n_services; i++) {
		struct candidate *own = find_named(cands, n, services[i].c.component);

		if (own)
			own->c.score += services[i].c.score;
		else
			cands[k++] = services[i];
	}
	return k;
}

static void pick(struct candidate *cands, size_t n, struct ranking *out)
{
	double total = 0;

	for (size_t i = 0; i < n; i++) {
		size_t j = out->n < CAUSES_KEPT ? out->n++ : CAUSES_KEPT;

		total += cands[i].c.score;
		for (; j > 0 && ranks_before(&cands[i].c, &out->top[j - 1]); j--)
			if (j < CAUSES_KEPT)
				out->top[j] = out->top[j - 1];
		if (j < CAUSES_KEPT)
			out->top[j] = cands[i].c;
	}
	for (size_t i = 0; i < out->n; i++)
		out->top[i].share = total > 0 ? out->top[i].score / total : 0;
	out->candidates = n;
}

static size_t find_candidates(struct item *items, size_t n, const struct topology *topo,
			      struct candidate *out)
{
	struct candidate *services = mem_array(NULL, n, sizeof *services);
	size_t k, n_services;

	count_replicas(items, n);
	n_services = sum_up_services(items, n, topo, services);
	for (size_t i = 0; i < n_services; i++)
		place_evidence(&services[i].c, items);
	if (n)
		qsort(items, n, sizeof *items, by_component);
	k = sum_up(items, n, out);
	for (size_t i = 0; i < k; i++)
		place_evidence(&out[i].c, items);
	k = join_services(out, k, services, n_services);
	for (size_t i = 0; i < k; i++)
		out[i].c.score = sqrt(out[i].c.score);
	free(services);
	return k;
}

void causes_rank(const struct member *members, size_t n, const struct topology *topo,
		 struct ranking *out)
{
	struct item *items = mem_array(NULL, n, sizeof *items);
	int64_t *onsets = mem_array(NULL, n, sizeof *onsets);
	struct candidate *cands = mem_array(NULL, 2 * n, sizeof *cands);
	size_t k, n_items;

	memset(out, 0, sizeof *out);
	n_items = collect(members, n, items);
	k = distinct_onsets(items, n_items, onsets);
	out->first_onset_ns = first_onset(items, n_items);
	weigh(items, n_items, onsets, k);
	k = find_candidates(items, n_items, topo, cands);
	candidates_credit(cands, k, topo);
	pick(cands, k, out);
	free(cands);
	free(onsets);
	free(items);
}

size_t causes_root(const struct ranking *r, const struct member *members, size_t n)
{
	size_t best = 0;

	if (r->n && r->top[0].n_evidence)
		return r->top[0].evidence[0];
	for (size_t i = 1; i < n; i++) {
		const struct member *a = &members[i], *b = &members[best];

		if (a->severity > b->severity ||
		    (a->severity == b->severity && a->onset_ns < b->onset_ns))
			best = i;
	}
	return best;
}
