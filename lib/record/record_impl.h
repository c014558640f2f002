/*
 * What a record is made of. Private to lib/record.
 */
#ifndef AIOPS_RECORD_RECORD_IMPL_H
#define AIOPS_RECORD_RECORD_IMPL_H

#include <stddef.h>

#include "base/span.h"
#include "record/dom.h"
#include "record/numbers.h"
#include "record/record.h"
#include "record/rules.h"
#include "record/scan.h"
#include "record/tape.h"

struct record {
	size_t max_bytes;
	struct dom *dom;
	struct span line; /* borrowed from the caller */
	struct tape tape; /* borrowed from dom or scan */
	struct rules rules;
	struct numbers numbers;
	struct scan *scan; /* NULL: shapes are not remembered */
	const char *const *watched;
	size_t n_watched, n_key;
};

#endif
