/*
 * What the name of a metric says about it: of which kind it is, whether only the
 * component itself has it or others feel it, and which way is bad. A table
 * (share/metrics/kinds.yaml, schema share/schema/metric-kinds.schema.json);
 * nothing about a name is known to the code.
 *
 * Why internal and external: a cause shows in both, a victim only in what
 * others feel (PRISM, arXiv 2601.21359).
 */
#ifndef AIOPS_TRIAGE_KINDS_H
#define AIOPS_TRIAGE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "record/event.h"

#define KINDS_MAX      128
#define KIND_PHRASES   32
#define KIND_WORDS     4 /* in a phrase */
#define KIND_LABELS    16
#define STATISTIC_MEAN 0.0 /* also what says nothing */

enum metric_class { METRIC_IGNORED, METRIC_INTERNAL, METRIC_EXTERNAL, METRIC_TRAFFIC };
enum metric_harm { HARM_BOTH, HARM_RISE, HARM_FALL };

struct metric_kind {
	struct span id;
	enum metric_class class;
	enum metric_harm harm;
	bool share;        /* of what went well */
	bool of_host;      /* whatever the record has as component */
	struct span fault; /* a signature's id, or SPAN_NONE */
	struct kind_phrase {
		struct span words[KIND_WORDS];
		size_t n;
	} phrases[KIND_PHRASES];
	size_t n_phrases;
};

struct label_names {
	struct span items[KIND_LABELS];
	size_t n;
};

struct metric_kinds {
	struct yaml *doc; /* owns the spans */
	struct metric_kind *items;
	size_t n, cap;
	struct label_names caller, callee, side, caller_side, callee_side, statistic;
};

void kinds_init(struct metric_kinds *ks);
void kinds_release(struct metric_kinds *ks);

/* Reads the file, or the text of one. Errors: EX_UNREADABLE, EX_BADCONFIG with position. */
NODISCARD int kinds_load(struct metric_kinds *ks, const char *path, struct err *e);
NODISCARD int kinds_parse(struct metric_kinds *ks, struct span text, struct err *e);

/* The first kind whose words stand in the name, or NULL. O(words of the table). */
const struct metric_kind *kinds_find(const struct metric_kinds *ks, struct span name);

/* Who called whom, if labels say so; spans are borrowed from labels. */
enum call_side { SIDE_UNKNOWN, SIDE_CALLER, SIDE_CALLEE };
struct call {
	struct span caller, callee; /* SPAN_NONE: it is not of a call */
	enum call_side side;
};
struct call kinds_call(const struct metric_kinds *ks, const struct label *labels, size_t n);

/* Which percentile the name or its labels say that it is, 1 to 100; STATISTIC_MEAN for a mean or
 * where nothing says. */
double kinds_statistic(const struct metric_kinds *ks, struct span name, const struct label *labels,
		       size_t n);

#endif
