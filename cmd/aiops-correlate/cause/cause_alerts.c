/*
 * The distinct alerts of an incident, what each weighs, and the components that
 * they are on.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/cause/cause_impl.h"
#include "base/mem.h"

/*
 * Where these come from. The signal weights and the form of rarity and decay are
 * those of alert-IDF; they were measured on GAIA MicroSS, 152 faults of one
 * system. onset_decay is half of what alert-IDF uses, which changes nothing
 * there: what is scraped late shall not lose for that. What is only told for
 * information is no failure: info_weight is a prior. news_power was looked at on
 * made-up systems and on MicroSS, where the store and the registry that all need
 * alert in most incidents, whatever the fault.
 */
static const double onset_decay = 0.5;
static const double least_rarity = 0.05;
static const double info_weight = 0.3;
static const double news_power = 6;
static const double signal_weight[] = {
	[SIGNAL_METRIC] = 1.0, [SIGNAL_LOG] = 3.0, [SIGNAL_TRACE] = 0.3, [SIGNAL_EVENT] = 1.0};

/* ---- candidates ---- */

static size_t add_candidate(struct ranks *r, uintptr_t key)
{
	size_t number = distinct_add(&r->names, key, 0);

	if (number < r->n_cands)
		return number;
	mem_grow(r->cands, r->cap, r->n_cands + 1);
	r->cands[r->n_cands++] = (struct candidate){.node = -1, .news = 1};
	return number;
}

size_t ranks_named(struct ranks *r, const struct word *name)
{
	size_t k = add_candidate(r, (uintptr_t)name);

	r->cands[k].c.component = word_span(name);
	r->cands[k].c.word = name;
	return k;
}

size_t ranks_node(struct ranks *r, int node)
{
	size_t k = add_candidate(r, (uintptr_t)&r->topo->nodes[node]);

	r->cands[k].node = node;
	r->cands[k].c.component = r->topo->nodes[node].id;
	r->cands[k].c.place = r->topo->nodes[node].place;
	return k;
}

size_t ranks_find(const struct ranks *r, const struct word *name)
{
	return distinct_find(&r->names, (uintptr_t)name, 0);
}

/* ---- items ---- */

static bool is_earlier(const struct member *a, const struct member *b)
{
	return a->onset_ns != b->onset_ns ? a->onset_ns < b->onset_ns : a->fp < b->fp;
}

/* One item for each distinct alert of a component, its first onset. */
static void distinct_alerts(struct ranks *r, const struct member *members, size_t n)
{
	struct distinct alerts;

	distinct_init(&alerts, n);
	for (size_t i = 0; i < n; i++) {
		const struct member *m = &members[i];
		size_t k;

		if (!m->component)
			continue;
		/* words stand at even addresses, so the signal has room */
		k = distinct_add(&alerts, (uintptr_t)m->component,
				 (uintptr_t)m->name * 4 + (uintptr_t)m->signal);
		if (k == r->n_items)
			r->items[r->n_items++] =
				(struct item){.m = m, .at = i, .names = DISTINCT_NONE};
		else if (is_earlier(m, r->items[k].m)) {
			r->items[k].m = m;
			r->items[k].at = i;
		}
	}
	distinct_release(&alerts);
}

/* ---- order ---- */

static const struct word *component_of(const struct item *it)
{
	return it->m->component;
}

static const struct word *name_of(const struct item *it)
{
	return it->m->name;
}

/* Sorts items by what word gives, in byte order, NULL first; those of one word stay in their
 * order. O(n), and O(k log k) for k words. */
static void sort_by(struct item *items, size_t n, const struct word *(*word)(const struct item *))
{
	const struct word **list = mem_array(NULL, n, sizeof *list);
	size_t *begin = mem_zalloc((n + 2) * sizeof *begin), kept;
	struct item *sorted = mem_array(NULL, n, sizeof *sorted);
	struct distinct ranks;

	for (size_t i = 0; i < n; i++)
		list[i] = word(&items[i]);
	kept = words_distinct(list, n);
	distinct_init(&ranks, kept + 1);
	(void)distinct_add(&ranks, 0, 0);
	for (size_t i = 0; i < kept; i++)
		(void)distinct_add(&ranks, (uintptr_t)list[i], 0);
	for (size_t i = 0; i < n; i++)
		begin[distinct_find(&ranks, (uintptr_t)word(&items[i]), 0) + 1]++;
	for (size_t i = 1; i <= kept; i++)
		begin[i] += begin[i - 1];
	for (size_t i = 0; i < n; i++)
		sorted[begin[distinct_find(&ranks, (uintptr_t)word(&items[i]), 0)]++] = items[i];
	memcpy(items, sorted, n * sizeof *items);
	distinct_release(&ranks);
	free(sorted);
	free(begin);
	free(list);
}

/* By signal: there are few. */
static void sort_by_signal(struct item *items, size_t n)
{
	struct item *sorted = mem_array(NULL, n, sizeof *sorted);
	size_t to = 0;

	for (int signal = SIGNAL_METRIC; signal <= SIGNAL_EVENT; signal++)
		for (size_t i = 0; i < n; i++)
			if ((int)items[i].m->signal == signal)
				sorted[to++] = items[i];
	memcpy(items, sorted, n * sizeof *items);
	free(sorted);
}

/* By component, name and signal, so that sums do not depend on the order of arrival; and a
 * candidate for each component. */
static void put_in_order(struct ranks *r)
{
	if (r->n_items == 0)
		return;
	sort_by_signal(r->items, r->n_items);
	sort_by(r->items, r->n_items, name_of);
	sort_by(r->items, r->n_items, component_of);
	for (size_t i = 0; i < r->n_items; i++) {
		const struct member *m = r->items[i].m;
		size_t cand = ranks_named(r, m->component);

		r->items[i].cand = cand;
		if (!r->cands[cand].service) {
			r->cands[cand].service = m->service;
			r->cands[cand].layer = m->layer;
		}
	}
}

/* ---- weights ---- */

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void sort_times(int64_t *times, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (times[i] < times[i - 1]) {
			qsort(times, n, sizeof *times, by_time);
			return;
		}
}

/* The times at which alerts on metrics began, sorted. Traces are left out: they
 * fire first, at the callers. */
static size_t distinct_onsets(const struct ranks *r, int64_t *onsets)
{
	size_t all = 0, kept = 0;

	for (size_t i = 0; i < r->n_items; i++)
		if (r->items[i].m->signal == SIGNAL_METRIC)
			onsets[all++] = r->items[i].m->onset_ns;
	sort_times(onsets, all);
	for (size_t i = 0; i < all; i++)
		if (kept == 0 || onsets[kept - 1] != onsets[i])
			onsets[kept++] = onsets[i];
	return kept;
}

static size_t onset_rank(const int64_t *onsets, size_t n, int64_t onset_ns)
{
	const int64_t *found = bsearch(&onset_ns, onsets, n, sizeof *onsets, by_time);

	return found ? (size_t)(found - onsets) : 0;
}

static void weigh(struct ranks *r)
{
	int64_t *onsets = mem_array(NULL, r->n_items, sizeof *onsets);
	size_t n_onsets = distinct_onsets(r, onsets);
	uint32_t past = UINT32_MAX, df = UINT32_MAX;
	double w = 0;

	for (size_t i = 0; i < r->n_items; i++) {
		struct item *it = &r->items[i];
		const struct member *m = it->m;

		if (m->past != past || m->df != df) { /* most are as the one before */
			past = m->past;
			df = m->df;
			/* this incident is counted in both */
			w = log(((double)past + 2) / ((double)df + 1));
		}
		it->rarity = (w > least_rarity ? w : least_rarity) * signal_weight[m->signal];
		if (m->severity == SEVERITY_INFO)
			it->rarity *= info_weight;
		it->weight = it->rarity;
		if (m->signal == SIGNAL_METRIC)
			it->weight *= exp(-onset_decay *
					  (double)onset_rank(onsets, n_onsets, m->onset_ns) /
					  (double)n_onsets);
		it->said = it->weight;
	}
	free(onsets);
}

void ranks_collect(struct ranks *r, const struct member *members, size_t n)
{
	r->items = mem_array(NULL, n, sizeof *r->items);
	distinct_alerts(r, members, n);
	put_in_order(r);
	r->n_components = r->n_cands;
	weigh(r);
}

/* ---- evidence ---- */

/* The heavier one first; of equals the order only has to be definite. */
static bool is_better(const struct item *a, const struct item *b)
{
	int c;

	if (fabs(a->weight - b->weight) > 1e-12 * (a->weight + b->weight))
		return a->weight > b->weight;
	c = word_cmp(a->m->name, b->m->name);
	if (c == 0)
		c = (int)a->m->signal - (int)b->m->signal;
	return c ? c < 0 : is_earlier(a->m, b->m);
}

void ranks_evidence(struct ranks *r, struct candidate *cand, size_t item)
{
	struct cause *c = &cand->c;
	size_t i = c->n_evidence, order[CAUSE_EVIDENCE + 1];

	memcpy(order, c->evidence, sizeof c->evidence);
	for (; i > 0 && is_better(&r->items[item], &r->items[order[i - 1]]); i--)
		order[i] = order[i - 1];
	order[i] = item;
	if (c->n_evidence < CAUSE_EVIDENCE)
		c->n_evidence++;
	memcpy(c->evidence, order, c->n_evidence * sizeof *order);
}

/* A component that alerts in most incidents explains nobody's alerts. */
static double news_of(const struct member *m)
{
	return pow(1 - (double)m->often / ((double)m->past + 2), news_power);
}

/* Squares: the alerts of one component are seldom independent. */
void ranks_sum(struct ranks *r)
{
	for (size_t i = 0; i < r->n_items; i++) {
		const struct member *m = r->items[i].m;
		struct candidate *c = &r->cands[r->items[i].cand];

		if (c->c.alerts++ == 0)
			c->c.onset_ns = m->onset_ns;
		c->news = news_of(m);
		c->own += r->items[i].weight * r->items[i].weight;
		if (m->onset_ns < c->c.onset_ns)
			c->c.onset_ns = m->onset_ns;
		ranks_evidence(r, c, i);
	}
}
