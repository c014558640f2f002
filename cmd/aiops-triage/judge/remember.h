/*
 * Answers on their way into the store: gathered, and written together, since each
 * transaction costs a sync.
 */
#ifndef AIOPS_TRIAGE_REMEMBER_H
#define AIOPS_TRIAGE_REMEMBER_H

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/feedback/book.h"
#include "base/map.h"

/* So many incidents wait at most. */
#define REMEMBER_WAITING 256

struct waiting;

struct remember {
	struct waiting *items; /* owned */
	size_t n, cap;
	struct map by_incident; /* to index + 1: only an incident's last answer is written */
};

void remember_init(struct remember *r);
void remember_release(struct remember *r);

/* Keeps what is worth keeping of the answer, secrets taken out. An incident without an id cannot be
 * told of later, so it is not kept. */
void remember_answer(struct remember *r, const struct answer *a, const struct incident *inc,
		     int64_t now_ms);
bool remember_is_full(const struct remember *r);

/* Writes all that wait in one transaction. Errors: those of store_begin and store_commit. */
NODISCARD int remember_write(struct remember *r, struct book *b, struct err *e);

#endif
