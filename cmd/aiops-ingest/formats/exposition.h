/*
 * One line of Prometheus' text exposition format (version 0.0.4) or of
 * OpenMetrics 1.0: a sample, or what a comment says of a family. Pure.
 * Sources: Prometheus' documentation, "Exposition formats"; the OpenMetrics
 * specification, section "Text format".
 */
#ifndef AIOPS_INGEST_EXPOSITION_H
#define AIOPS_INGEST_EXPOSITION_H

#include <stdbool.h>

#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/labelset.h"
#include "base/err.h"

struct exposition_sample {
	struct span name;
	struct span value;        /* a JSON number's token, or NaN, +Inf, -Inf */
	struct span time;         /* as it stands; SPAN_NONE: none */
	struct labelset labels;   /* without the name; emptied before each line */
	struct labelset exemplar; /* labels of the exemplar */
	struct span exemplar_value;
};

/* Reads a sample; texts lie in the line or in words. -1: e says what is wrong. */
NODISCARD int exposition_sample(struct span line, struct arena *words,
				struct exposition_sample *out, struct err *e);

enum exposition_comment {
	COMMENT_OTHER,
	COMMENT_HELP,
	COMMENT_TYPE,
	COMMENT_UNIT,
	COMMENT_EOF,
};

/* What a line that begins with '#' says of family *name. A text may lie in words. */
enum exposition_comment exposition_comment(struct span line, struct arena *words, struct span *name,
					   struct span *text);

enum exposition_dialect {
	DIALECT_NONE, /* no type of metric */
	DIALECT_BOTH,
	DIALECT_PROMETHEUS,
	DIALECT_OPENMETRICS
};

/* Who knows this type of metric. */
enum exposition_dialect exposition_type(struct span type);

/* True if a sample of this name belongs to the family: the name itself, or with one of the suffixes
 * of histograms, summaries, counters and infos. */
bool exposition_belongs(struct span sample, struct span family);

#endif
