/*
 * What to go and get when an incident comes: read-only queries that people name in files
 * (share/context/ has examples, share/schema/context.schema.json the schema), one a file.
 *
 * A query is a GET to an endpoint that the site names, or a command, with places for values of the
 * incident. A place {{ x }} is filled by the parameter x, which has a type; what does not fit the
 * type is not asked. Nothing goes through a shell.
 */
#ifndef AIOPS_TRIAGE_QUERY_H
#define AIOPS_TRIAGE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

#define QUERIES_MAX      256
#define QUERY_PARAMETERS 16
#define QUERY_PAIRS      32 /* of the URL's query, words of a command, labels */

enum parameter_type {
	PARAMETER_NAME,   /* letters, digits and . _ : / -, the first a letter or digit */
	PARAMETER_NUMBER, /* digits, one dot */
	PARAMETER_UNIX,   /* a time, in whole seconds */
	PARAMETER_UNIX_MS,
	PARAMETER_UNIX_NS,
	PARAMETER_RFC3339,
};

enum parameter_source {
	FROM_COMPONENT,
	FROM_SERVICE,
	FROM_HOST,
	FROM_ENV,
	FROM_INCIDENT, /* its id */
	FROM_LABEL,    /* of the alert, else of the incident */
	FROM_ONSET,
	FROM_LAST_SEEN,
	FROM_NOW,
};

struct query_parameter {
	struct span name, label;
	enum parameter_source source;
	enum parameter_type type;
	int64_t add_ms; /* to a time */
};

struct query_pair {
	struct span name, value;
};

struct query {
	struct span id;
	struct span endpoint, path; /* a GET; SPAN_NONE for a command */
	struct query_pair pairs[QUERY_PAIRS];
	size_t n_pairs;
	struct span argv[QUERY_PAIRS]; /* a command */
	size_t n_argv;
	struct span format;                    /* of aiops-ingest(1) */
	struct query_pair labels[QUERY_PAIRS]; /* added to records that lack them */
	size_t n_labels;
	struct query_parameter parameters[QUERY_PARAMETERS];
	size_t n_parameters;
	bool once; /* for the incident, not for each of its places */
	int64_t deadline_ms;
	size_t max_bytes, max_records;
	struct yaml *doc; /* owns the spans */
};

struct queries {
	struct query *items; /* in order of file name */
	size_t n, cap;
};

void queries_init(struct queries *qs);
void queries_release(struct queries *qs);
/* Adds one document. Errors: EX_BADCONFIG with its position. */
NODISCARD int queries_add(struct queries *qs, struct span yaml, struct err *e);
/* Reads every *.yaml in dir. Errors: EX_UNREADABLE, EX_BADCONFIG with the file's name. */
NODISCARD int queries_load(struct queries *qs, const char *dir, struct err *e);

/* The next place of a text: moves *rest behind it, *before is what stands in front. Its name, or
 * SPAN_NONE when the rest has none. */
struct span query_place(struct span *rest, struct span *before);

#endif
