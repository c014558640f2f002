/*
 * From an incident record (aiops-record(5)) to the fields of an incident.
 */
#ifndef AIOPS_INCIDENT_FROM_RECORD_H
#define AIOPS_INCIDENT_FROM_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-incident/register/incident.h"
#include "base/buf.h"
#include "base/pool.h"
#include "record/record.h"

/* An incident that nothing is known of yet but its id. */
struct incident incident_new(struct span id);

/*
 * Takes what the record says now; what a person set stays. Texts go to pool. Appends to said a
 * sentence about what is worth a moment of the time line; nothing if only counts went up.
 */
void incident_take(struct incident *inc, const struct record *r, struct pool *pool,
		   struct buf *said);

/* The integer that a number's token is, from 0; false if it is no such. */
bool token_i64(struct span token, int64_t *out);

/* What a repetition of it has in common with it: the fingerprint of its earliest member.
 * SPAN_NONE if it has none. O(members). */
struct span incident_key_of(const struct record *r);

#endif
