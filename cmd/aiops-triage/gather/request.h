/*
 * A query with its places filled, for one place of one incident: what is really asked.
 */
#ifndef AIOPS_TRIAGE_GATHER_REQUEST_H
#define AIOPS_TRIAGE_GATHER_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/gather/place.h"
#include "aiops-triage/gather/query.h"
#include "base/buf.h"
#include "base/err.h"

struct gather_request {
	const struct query *query;   /* borrowed */
	char *target;                /* of a GET: path and query, encoded; owned */
	char *argv[QUERY_PAIRS + 1]; /* of a command, NULL-terminated; owned */
	char *labels[QUERY_PAIRS];   /* "NAME=VALUE"; owned */
	size_t n_labels;
};

/*
 * Fills q. 0: *out is to be released. 1: a value is not known, so there is nothing to ask; e says
 * which. -1: a value does not fit its type (EX_BADDATA).
 */
int request_fill(const struct query *q, const struct place *p, int64_t now_ns,
		 struct gather_request *out, struct err *e);
void request_release(struct gather_request *r);
/* Appends what makes it the same request as another. */
void request_key(const struct gather_request *r, struct buf *out);

#endif
