/*
 * Folds, out-of-fold scores, and the model from all of it.
 */
#include "aiops-triage/classify/course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void course_init(struct course *c)
{
	*c = (struct course){0};
	map_init(&c->labels);
	map_init(&c->groups);
}

void course_release(struct course *c)
{
	examples_release(&c->examples);
	map_release(&c->labels);
	map_release(&c->groups);
	free(c->group);
}

static size_t number_in(struct map *m, struct span name)
{
	bool added;
	struct map_entry *en = map_put(m, name, &added);

	if (added)
		en->value.num = (int64_t)m->live;
	return (size_t)en->value.num - 1;
}

bool course_add(struct course *c, struct lexicon *l, struct span text, struct span label,
		struct span group)
{
	struct examples *x = &c->examples;

	if (x->n == EXAMPLES_MAX || (c->labels.live == LABELS_MAX && !map_get(&c->labels, label)))
		return false;
	mem_grow(x->items, x->cap, x->n + 1);
	mem_grow(c->group, c->cap_group, x->n + 1);
	x->items[x->n] = (struct example){.label = number_in(&c->labels, label)};
	bag_read(&x->items[x->n].bag, l, true, text);
	c->group[x->n] = number_in(&c->groups, group);
	x->n++;
	x->labels = c->labels.live;
	return true;
}

/* ---- folds ---- */

struct group_size {
	size_t group, n;
};

static int largest_first(const void *x, const void *y)
{
	const struct group_size *a = x, *b = y;

	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return (a->group > b->group) - (a->group < b->group);
}

/* The largest group first, each into the fold that holds least. */
static void deal_folds(struct course *c)
{
	size_t groups = c->groups.live, held[COURSE_FOLDS] = {0};
	struct group_size *sizes = mem_zalloc((groups + 1) * sizeof *sizes);
	size_t *fold = mem_array(NULL, groups + 1, sizeof *fold);

	for (size_t g = 0; g < groups; g++)
		sizes[g].group = g;
	for (size_t i = 0; i < c->examples.n; i++)
		sizes[c->group[i]].n++;
	qsort(sizes, groups, sizeof *sizes, largest_first);
	for (size_t g = 0; g < groups; g++) {
		size_t least = 0;

		for (size_t f = 1; f < COURSE_FOLDS; f++)
			if (held[f] < held[least])
				least = f;
		held[least] += sizes[g].n;
		fold[sizes[g].group] = least;
	}
	for (size_t i = 0; i < c->examples.n; i++)
		c->examples.items[i].fold = fold[c->group[i]];
	free(sizes);
	free(fold);
}

/* ---- out of fold ---- */

struct held_out {
	size_t *said, *actual;
	struct outcome *outcomes;
};

static void predict_folds(const struct course *c, size_t words, enum linear_method method,
			  struct held_out *h)
{
	const struct examples *x = &c->examples;

	for (size_t fold = 0; fold < COURSE_FOLDS; fold++) {
		struct linear m;

		linear_train(&m, method, x, words, fold);
		for (size_t i = 0; i < x->n; i++) {
			double score;

			if (x->items[i].fold != fold)
				continue;
			h->actual[i] = x->items[i].label;
			h->said[i] = linear_apply(&m, &x->items[i].bag, &score, NULL);
			h->outcomes[i] = (struct outcome){
				.score = score, .right = h->said[i] == h->actual[i], .weight = 1};
		}
		linear_release(&m);
	}
}

/* The one that is right most often out of fold; words must be better than none. */
static enum linear_method best_method(const struct course *c, size_t words, struct held_out *h)
{
	static const enum linear_method methods[] = {LINEAR_CONSTANT, LINEAR_BAYES,
						     LINEAR_LOGISTIC};
	enum linear_method best = LINEAR_CONSTANT;
	size_t most = 0;

	for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
		size_t right = 0;

		predict_folds(c, words, methods[m], h);
		for (size_t i = 0; i < c->examples.n; i++)
			right += h->said[i] == h->actual[i];
		if (m == 0 || right > most) {
			most = right;
			best = methods[m];
		}
	}
	return best;
}

/* Each fold's scores through a calibration that was fitted on the others'. */
static void measure_calibrated(const struct course *c, const struct held_out *h,
			       struct measure *out)
{
	size_t n = c->examples.n;
	struct outcome *fit = mem_array(NULL, n + 1, sizeof *fit);
	struct outcome *all = mem_array(NULL, n + 1, sizeof *all);

	for (size_t fold = 0; fold < COURSE_FOLDS; fold++) {
		struct calibration cal;
		size_t k = 0;

		for (size_t i = 0; i < n; i++)
			if (c->examples.items[i].fold != fold)
				fit[k++] = h->outcomes[i];
		calibration_fit(&cal, fit, k);
		for (size_t i = 0; i < n; i++)
			if (c->examples.items[i].fold == fold) {
				all[i] = h->outcomes[i];
				all[i].score = calibration_apply(&cal, all[i].score);
			}
	}
	measure_outcomes(out, all, n);
	free(fit);
	free(all);
}

static void measure_majority(const struct held_out *h, size_t n, size_t labels,
			     struct course_result *out)
{
	size_t *count = mem_zalloc((labels + 1) * sizeof *count);
	size_t *always = mem_array(NULL, n + 1, sizeof *always);
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (++count[h->actual[i]] > count[most])
			most = h->actual[i];
	for (size_t i = 0; i < n; i++)
		always[i] = most;
	out->majority = share_of(n ? count[most] : 0, n);
	out->majority_f1 = measure_macro_f1(h->actual, always, n, labels);
	free(count);
	free(always);
}

static void name_labels(const struct course *c, struct model_part *part)
{
	for (struct map_entry *en = map_next(&c->labels, NULL); en; en = map_next(&c->labels, en))
		part->labels[en->value.num - 1] = mem_dup(en->key, en->key_len);
}

void course_finish(struct course *c, size_t words, enum linear_method method,
		   struct model_part *part, struct course_result *out)
{
	size_t n = c->examples.n;
	struct held_out h = {
		.said = mem_zalloc((n + 1) * sizeof(size_t)),
		.actual = mem_zalloc((n + 1) * sizeof(size_t)),
		.outcomes = mem_zalloc((n + 1) * sizeof(struct outcome)),
	};
	struct outcome *copy = mem_array(NULL, n + 1, sizeof *copy);

	deal_folds(c);
	if (method == LINEAR_AUTO)
		method = best_method(c, words, &h);
	predict_folds(c, words, method, &h);
	out->method = method;
	memcpy(copy, h.outcomes, n * sizeof *copy);
	measure_outcomes(&out->raw, copy, n);
	out->accuracy = out->raw.right;
	out->macro_f1 = measure_macro_f1(h.actual, h.said, n, c->examples.labels);
	measure_majority(&h, n, c->examples.labels, out);
	measure_calibrated(c, &h, &out->calibrated);
	linear_train(&part->linear, method, &c->examples, words, SIZE_MAX);
	part->examples = n;
	name_labels(c, part);
	calibration_fit(&part->calibration, h.outcomes, n);
	free(h.said);
	free(h.actual);
	free(h.outcomes);
	free(copy);
}
