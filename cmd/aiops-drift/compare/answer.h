/*
 * What a model answered, and what the truth was: values copied out of records, and
 * how well one meets the other.
 */
#ifndef AIOPS_DRIFT_ANSWER_H
#define AIOPS_DRIFT_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "record/record.h"

#define ANSWER_ITEMS 1000       /* of a ranking; further ones are left out */
#define ANSWER_TEXT  (64 << 10) /* bytes of a text; longer ones are cut */

enum answer_type { ANSWER_NONE, ANSWER_CLASS, ANSWER_NUMBER, ANSWER_RANKING };

struct ranked_item {
	char *id; /* owned */
	double gain;
};

struct answer {
	enum answer_type type;
	double number;
	char *text;                /* of a class; owned */
	struct ranked_item *items; /* of a ranking, owned; in order, or with gains (a truth) */
	size_t n;
};

/* A string or boolean is a class, a number a number, an array of strings or numbers a
 * ranking with gain 1 each, an object of numbers the gains of a ranking. Anything else is none. */
struct answer answer_of(struct value v);
void answer_release(struct answer *a);

/* Is it the positive class: the given word, else one of true, 1, yes, positive (any case)?
 * A number is positive only if a word is given and it is that number. */
bool answer_positive(const struct answer *a, const char *word);

/* The same class, byte for byte. */
bool answer_same(const struct answer *a, const struct answer *b);

/*
 * Normalised discounted cumulative gain of a ranking against the gains of the truth: sum
 * gain / log2(rank + 1), over that of the best order. Jarvelin & Kekalainen (2002), ACM TOIS
 * 20:422. An item named twice counts once. Zero case: NAN where no item has a gain. O(n m).
 */
double answer_ndcg(const struct answer *ranking, const struct answer *truth);

#endif
