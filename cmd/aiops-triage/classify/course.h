/*
 * Labelled texts, and how well a classifier that learns from some of them does on the
 * others.
 *
 * Texts of one group (a service, a fault that was injected several times) stay in one
 * fold: what was learned from a text's twin is not learned.
 */
#ifndef AIOPS_TRIAGE_COURSE_H
#define AIOPS_TRIAGE_COURSE_H

#include "aiops-triage/classify/linear.h"
#include "aiops-triage/classify/measure.h"
#include "aiops-triage/classify/model.h"
#include "base/map.h"

#define COURSE_FOLDS 5
#define EXAMPLES_MAX 500000

struct course {
	struct examples examples;
	struct map labels; /* label to number + 1 */
	struct map groups; /* group to number + 1 */
	size_t *group;     /* of each example */
	size_t cap_group;
};

void course_init(struct course *c);
void course_release(struct course *c);

/* Adds a text. False: there is no room for it or its label. */
bool course_add(struct course *c, struct lexicon *l, struct span text, struct span label,
		struct span group);

/* What it is worth. */
struct course_result {
	enum linear_method method; /* that was taken */
	struct share accuracy;
	double macro_f1;
	struct share majority; /* of always saying the commonest label */
	double majority_f1;
	struct measure raw, calibrated; /* all out of fold, the calibration too */
};

/* Learns on folds, then calibrates and learns from all, into the part. words: of the lexicon. */
void course_finish(struct course *c, size_t words, enum linear_method method,
		   struct model_part *part, struct course_result *out);

#endif
