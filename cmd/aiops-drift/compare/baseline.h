/*
 * Named references in a folder: of each feature what the monitor needs, in a file of
 * lines, NAME.baseline.ndjson, with the date of the newest value in it.
 */
#ifndef AIOPS_DRIFT_BASELINE_H
#define AIOPS_DRIFT_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/map.h"
#include "stats/sample.h"
#include "stats/spread.h"

#define BASE_QUANTILES 9
extern const double base_levels[BASE_QUANTILES]; /* .01 to .99 */

/* What is kept of a feature. */
struct base {
	struct summary s;
	uint64_t missing;
	double quantiles[BASE_QUANTILES];
};

/* Sorts the sample. */
struct base base_of(struct sample *s);

struct baseline {
	char *name;            /* owned */
	struct instant date;   /* newest event time in it */
	struct map by_feature; /* name -> struct base, owned */
};

void baseline_init(struct baseline *b, const char *name);
void baseline_release(struct baseline *b);
void baseline_add(struct baseline *b, struct span feature, const struct base *base);
/* NULL if the feature is not in it. */
const struct base *baseline_get(const struct baseline *b, const char *feature);

/* Writes it atomically, mode 0600; the folder is made if it is missing. The features stand in the
 * order they were added. Errors: EX_CANNOTCREATE, EX_IO, EX_BADUSAGE (a name that
 * is no file name). */
NODISCARD int baseline_save(const struct baseline *b, const char *dir, struct err *e);

/* Into b, which is initialised by it. Errors: EX_UNREADABLE, EX_BADCONFIG (with the
 * line), EX_BADUSAGE. */
NODISCARD int baseline_load(struct baseline *b, const char *dir, const char *name, struct err *e);

/* The names of the baselines of a folder, sorted; freed by file_list_free. */
NODISCARD int baseline_names(const char *dir, char ***names, size_t *n, struct err *e);

#endif
