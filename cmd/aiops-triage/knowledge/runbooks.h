/*
 * Which runbook fits: of those that exist, by trigger, then by what helped in a
 * similar past incident. None is an answer; none is ever made up.
 *
 * Only what choosing needs is read here (id, name, triggers, parameters[].from);
 * `aiops-runbook lint` judges the rest.
 */
#ifndef AIOPS_TRIAGE_RUNBOOKS_H
#define AIOPS_TRIAGE_RUNBOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/evidence/context.h"
#include "aiops-triage/explain/incident.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/span.h"

#define RUNBOOKS_MAX  4096
#define TRIGGER_PAIRS 16

struct wanted { /* one label of a trigger */
	struct span name;
	struct span *values; /* one of them; owned array */
	size_t n_values;
};

struct trigger {
	struct wanted pairs[TRIGGER_PAIRS];
	size_t n_pairs;
};

struct parameter {
	struct span name;
	struct span label; /* x of `from: incident.labels.x`; SPAN_NONE */
	bool required, has_default;
	const struct yaml_node *spec; /* of the runbook's document */
};

struct runbook {
	struct yaml *doc; /* owns the spans */
	struct span id, name, description;
	char digest[DIGEST_HEX + 1]; /* SHA-256 of the file's bytes */
	bool ai_executable;          /* it says of itself that no person need decide */
	struct trigger *triggers;
	size_t n_triggers;
	struct parameter *parameters;
	size_t n_parameters;
};

struct runbooks {
	struct runbook *items; /* in order of file name */
	size_t n, cap;
	size_t skipped;
};

void runbooks_init(struct runbooks *rs);
void runbooks_release(struct runbooks *rs);

/* Adds one document. Errors: EX_BADCONFIG. */
NODISCARD int runbooks_add(struct runbooks *rs, struct span yaml, struct err *e);
/* Reads *.yaml in dir. A file that is no runbook is told to skipped and counted.
 * Errors: EX_UNREADABLE. */
NODISCARD int runbooks_load(struct runbooks *rs, const char *dir,
			    void (*skipped)(void *ctx, const char *where, const char *why),
			    void *ctx, struct err *e);
const struct runbook *runbooks_find(const struct runbooks *rs, struct span id);

/* The labels that a trigger is held against: an alert's own, then the incident's. */
struct subject {
	const struct incident *incident;
	const struct member *member; /* NULL: the incident alone */
	const struct item *item;     /* the member's record, if it is known */
};
/* A label's value, SPAN_NONE if there is none. `alertname` is also the member's name. */
struct span subject_label(const struct subject *s, struct span name);

struct fit {
	const struct runbook *runbook; /* NULL: none */
	const struct trigger *trigger;
	struct subject subject;
};
/* The best fit by triggers: most labels matched, then the incident's root alert, then
 * the first in order. Pure. */
struct fit runbooks_choose(const struct runbooks *rs, const struct incident *inc,
			   const struct context *c);

#endif
