/*
 * A linear classifier over bags of words, and two ways to learn one.
 *
 * Complement naive Bayes: J. Rennie, L. Shih, J. Teevan, D. Karger, "Tackling the poor
 * assumptions of naive Bayes text classifiers" (ICML 2003). Multinomial logistic
 * regression by stochastic gradient with Adagrad steps: J. Duchi, E. Hazan,
 * Y. Singer, "Adaptive subgradient methods" (JMLR 2011). Features in both: (1 + ln tf) * idf,
 * each text of length 1. No clock, no randomness: the same examples in the same order give the same
 * model.
 */
#ifndef AIOPS_TRIAGE_LINEAR_H
#define AIOPS_TRIAGE_LINEAR_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/classify/bag.h"

#define LABELS_MAX 256

/* LINEAR_CONSTANT says the commonest label whatever the text: what words must be better than. */
enum linear_method { LINEAR_AUTO, LINEAR_BAYES, LINEAR_LOGISTIC, LINEAR_CONSTANT };
const char *linear_method_name(enum linear_method m);

struct example {
	struct bag bag;
	size_t label, fold;
};

struct examples {
	struct example *items; /* owned, their bags too */
	size_t n, cap;
	size_t labels; /* how many different ones there are */
};
void examples_release(struct examples *x);

struct linear {
	size_t labels, words;
	double *idf;     /* by word; 0: not looked at */
	double *weights; /* word * labels + label */
	double *bias;    /* by label */
};
void linear_release(struct linear *m);

/*
 * Learns by a method other than LINEAR_AUTO from the examples outside of one fold (SIZE_MAX: from
 * all). words: the size of the
 * lexicon. Words of a single example are not looked at if there are more than a few examples. With
 * no example at all every label is as likely as another. Time O(epochs * words of all texts *
 * labels).
 */
void linear_train(struct linear *m, enum linear_method method, const struct examples *x,
		  size_t words, size_t without_fold);

/* The likeliest label of b and in *score its share, 0 to 1: a rank, not yet a frequency. all (may
 * be NULL) has room for each label's share. */
size_t linear_apply(const struct linear *m, const struct bag *b, double *score, double *all);

#endif
