/*
 * Objects of nobody's format, which --map or a table's header says how to read.
 */
#ifndef AIOPS_INGEST_FOREIGN_H
#define AIOPS_INGEST_FOREIGN_H

#include "aiops-ingest/formats/mapping.h"
#include "aiops-ingest/ingest.h"

struct foreign;

/* source: the format's name, borrowed. */
struct foreign *foreign_new(struct ingest *in, const char *source);
void foreign_free(struct foreign *n);

/* Makes a record of r by the rules, checks it against the schema and hands it over, or rejects it.
 * -1: the run ends. */
NODISCARD int foreign_take(struct foreign *n, const struct mapping *m, const struct record *r,
			   struct err *e);

#endif
