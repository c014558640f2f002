/*
 * Changing an incident: row, time line and audit record in one transaction, and
 * the record shown only once that has committed.
 *
 *	desk_begin ... change_incident ... desk_commit, or desk_abort after any error
 */
#ifndef AIOPS_INCIDENT_CHANGE_H
#define AIOPS_INCIDENT_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-incident/register/register.h"
#include "base/buf.h"
#include "base/env.h"

/* Where incidents are changed. */
struct desk {
	struct store *store;
	const struct env *env;
	struct span actor;  /* who runs the programme */
	struct buf records; /* of the open transaction, each with a newline */
	struct buf scratch[2];
	uint8_t salts[64][32]; /* drawn together: each call of the system costs */
	size_t salts_left;
};

/* The store and the actor are borrowed. */
void desk_init(struct desk *d, struct store *s, const struct env *env, struct span actor);
void desk_release(struct desk *d);

NODISCARD int desk_begin(struct desk *d, struct err *e);
/* After it, records holds what was changed, until desk_begin. */
NODISCARD int desk_commit(struct desk *d, struct err *e);
void desk_abort(struct desk *d);

/* The time by the clock, to the millisecond. */
int64_t desk_now(const struct desk *d);

struct edit {
	const char *change; /* "opened", "updated", "acknowledged", ... */
	enum status from;   /* what it was; equal to the incident's: not changed */
	struct span text;   /* a sentence for the time line; secrets are taken out here */
	struct span actor;  /* SPAN_NONE: the desk's */
	int64_t at_ns;      /* when it happened */
	struct span cause;  /* id of the record that this follows from, SPAN_NONE: a person's act */
	bool part;          /* it ends as it is part of another one: that is no resolution */
	bool unremarkable;  /* counts went up: audited, but not a moment of the time line */
};

/*
 * Puts inc, as the caller has changed it, into the register as its next version
 * (a new one if number is 0), with its entry and its audit row.
 * Inside desk_begin. Errors: the store's; EX_BADDATA never (what is told is ours).
 */
NODISCARD int change_incident(struct desk *d, struct incident *inc, const struct edit *what,
			      struct err *e);

/* The state of an incident as a record of kind incident: what list and show print. */
struct jsonw;
void incident_write(struct jsonw *w, const struct incident *inc);
/* A whole record without newline: the incident as it is now. */
void incident_write_record(struct buf *out, const struct incident *inc);

#endif
