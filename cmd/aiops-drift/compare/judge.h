/*
 * From features with both windows filled to records on standard output: analyses,
 * verdicts, results, alerts.
 */
#ifndef AIOPS_DRIFT_JUDGE_H
#define AIOPS_DRIFT_JUDGE_H

#include "aiops-drift/compare/compare.h"
#include "aiops-drift/compare/feature.h"
#include "aiops-drift/compare/firing.h"
#include "cli/filter.h"

struct judge {
	const struct compare_options *options; /* borrowed */
	struct firing firing;                  /* alerts that have fired and not resolved */
	int64_t drifted;                       /* results so far that say drift */
};

void judge_init(struct judge *j, const struct compare_options *o);
void judge_release(struct judge *j);

/* Judges n features as one family of tests and writes what the options ask for, in the order of
 * their names. Sorts items. Writes nothing (but a table's frame) for n = 0. */
void judge_features(struct judge *j, struct filter *f, struct feature **items, size_t n);

#endif
