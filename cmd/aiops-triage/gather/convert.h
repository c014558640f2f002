/*
 * Answers into records, by aiops-ingest(1): every format that it knows is one that can be gathered.
 */
#ifndef AIOPS_TRIAGE_CONVERT_H
#define AIOPS_TRIAGE_CONVERT_H

#include "aiops-triage/gather/fetch.h"

/* The programme beside this one, else on path; the caller's. Errors: as proc_resolve. */
NODISCARD int convert_find(const char *path, char **out, struct err *e);

/* The answer of f, which is done, as lines of records, into out. Errors: EX_BADDATA (no such
 * format, or nothing of it could be read), EX_TRYLATER (too slow), EX_SYSTEM. */
NODISCARD int convert(const char *ingest, const struct fetch *f, const struct fetch_setting *set,
		      struct buf *out, struct err *e);

#endif
