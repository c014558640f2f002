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
#include "record/tape.h"

struct record {
	size_t max_bytes;
	struct dom *dom;
	struct span line; /* borrowed from the caller */
	struct tape tape; /* borrowed from dom */
	struct rules rules;
	struct numbers numbers;
};

#endif
