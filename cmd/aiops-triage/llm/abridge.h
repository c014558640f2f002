/*
 * Logs as a language model gets them: the templates of an incident's lines, how many there were,
 * and what the places that vary held, by kind and range instead of value.
 */
#ifndef AIOPS_TRIAGE_ABRIDGE_H
#define AIOPS_TRIAGE_ABRIDGE_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/evidence/context.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/llm/lexicon.h"

#define ABRIDGE_TEMPLATES 24
#define ABRIDGE_SLOTS     4 /* places of a template that are described */

/* What one place of a template held. */
struct slot {
	size_t numbers, others; /* lines in which it was a number, and was not */
	double least, most;     /* of the numbers */
	double early, late;     /* their means in the first and second half of the lines */
	size_t n_early, n_late;
};

struct abridge_row {
	const struct item *sample; /* the first line; borrowed from the context */
	char *text;                /* owned: the template, words that are not known left out */
	size_t count;
	int64_t first_ns, last_ns;
	struct slot slots[ABRIDGE_SLOTS];
	size_t n_slots;
};

struct abridge_rows {
	struct abridge_row
		items[ABRIDGE_TEMPLATES]; /* what is worth most first: errors, then rare */
	size_t n;
	size_t lines; /* that were looked at */
};

/* Of lines around the incident, of its components or of none. Their words are added to v, too. */
void abridge_logs(struct abridge_rows *d, const struct context *c, const struct incident *inc,
		  struct vocabulary *v);
void abridge_release(struct abridge_rows *d);

/* "number 12 to 4100, rising", "number 5", "text" into out. */
void abridge_describe(const struct slot *s, struct buf *out);

#endif
