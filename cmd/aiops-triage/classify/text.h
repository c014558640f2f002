/*
 * What the classifier reads of a record: its words for people, never its identity.
 */
#ifndef AIOPS_TRIAGE_TEXT_H
#define AIOPS_TRIAGE_TEXT_H

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/incident.h"
#include "base/buf.h"
#include "record/record.h"

/* Appends name, title, description, body, symptoms, annotations, names of members and quotes,
 * as far as they are there. */
void text_of_record(const struct record *r, struct buf *out);

/* The same of an incident that is being answered: title, names of members, and what is quoted. */
void text_of_answer(const struct answer *a, const struct incident *inc, struct buf *out);

#endif
