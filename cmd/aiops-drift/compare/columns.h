/*
 * A target and features as columns of pairs, for two windows; and lists of importances.
 */
#ifndef AIOPS_DRIFT_COLUMNS_H
#define AIOPS_DRIFT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/compare/answer.h"
#include "aiops-drift/compare/feature.h"
#include "base/err.h"
#include "record/record.h"
#include "stats/relation.h"

#define COLUMNS_MAX 1000

/* Pairs of one feature and the target, where both have a number. */
struct pairs {
	double *x, *y; /* owned */
	size_t n, cap;
	uint64_t incomplete;
};

struct column {
	char *path; /* owned */
	struct pairs pairs[WINDOWS];
};

struct columns {
	const char *target; /* borrowed */
	struct column *items;
	size_t n;
	bool binary; /* no target is other than false, true, 0 and 1 so far */
	uint64_t values, max_values;
};

void columns_init(struct columns *c, const char *target, uint64_t max_values);
void columns_release(struct columns *c);

/* paths: "a,b" lists. Errors: EX_BADUSAGE (none, an empty one, too many). */
NODISCARD int columns_add(struct columns *c, const char *const *lists, size_t n, struct err *e);

/* One record: OBSERVED_IGNORED if it has no target. Booleans are 0 and 1; a feature that is
 * neither number nor boolean is incomplete, a target that is text is refused. */
enum observed columns_observe(struct columns *c, const struct record *r, enum window_id window,
			      struct err *e);

/* The feature's relation in a window: AUC for a binary target, else Spearman's. */
struct relation column_relation(const struct columns *c, const struct column *k,
				enum window_id window);

#endif
