/*
 * The document of a review after an incident: what is known filled in, what people
 * must say left open with the question beside it. Markdown with the head of a past
 * incident (share/schema/past-incident.schema.json), so that aiops-triage learns from it.
 */
#ifndef AIOPS_INCIDENT_REVIEW_H
#define AIOPS_INCIDENT_REVIEW_H

#include "aiops-incident/register/register.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/record.h"
#include "yaml/yaml.h"

/* What a review asks: share/reviews/questions.yaml. */
struct questions {
	struct yaml *document;
	const struct yaml_node *general, *types; /* types may be NULL */
};

/* Errors: yaml_load's, and EX_BADCONFIG with a place for what is no such file. */
NODISCARD int questions_load(struct questions *q, const char *path, struct err *e);
void questions_release(struct questions *q);

struct review {
	const struct questions *questions;
	const struct incident *inc;
	const struct record *last; /* the last record about it, NULL: none */
	struct store *store;
	int64_t now_ns;
};

/* Appends the document. Errors: the store's. */
NODISCARD int review_write(const struct review *r, struct buf *out, struct err *e);

#endif
