/*
 * How good a model seems, and how good it is: the numbers that prediction records
 * give, as features of the monitor.
 *
 * Without labels, each a feature METRIC{model="..."}: confidence; positive_rate (classes);
 * prediction_variance (numbers); click_through_rate (clicked); perplexity (perplexity, or
 * exp(-mean_logprob)). With labels, which may come later with the same request_id:
 * accuracy and precision (classes), mae (numbers), ndcg (rankings), human_approval_rate
 * (rating, of which 4 and more approve).
 */
#ifndef AIOPS_DRIFT_QUALITY_H
#define AIOPS_DRIFT_QUALITY_H

#include "aiops-drift/compare/feature.h"
#include "aiops-drift/compare/late.h"

#define APPROVING_RATING 4

struct coverage {
	uint64_t predictions, labelled; /* with a request_id; of these with their label */
};

struct quality {
	struct features *features; /* borrowed */
	const char *positive;      /* borrowed; NULL: see answer_positive */
	struct late late[WINDOWS];
	struct map models;   /* model -> struct coverage[WINDOWS], owned */
	uint64_t mismatched; /* answers and labels of types that do not meet */
};

void quality_init(struct quality *q, struct features *fs, const char *positive,
		  const struct late_options *o);
void quality_release(struct quality *q);

/* One prediction record (or label of one). */
enum observed quality_observe(struct quality *q, const struct record *r, enum window_id window,
			      struct err *e);

/* Of a feature made here: is it one that needs labels? */
bool quality_is_labelled(const char *metric);
/* Is it judged by its variance, and not by its mean? */
bool quality_is_variance(const char *metric);
/* Of a model; zero if it is unknown. */
struct coverage quality_coverage(const struct quality *q, struct span model, enum window_id window);

#endif
