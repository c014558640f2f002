/*
 * What a span of the log adds up to: incidents by type and severity, how often
 * hypotheses were right and how sure they were, what became of runs, which
 * alerts were noisiest.
 *
 * An incident is what its last revision says. Whether a hypothesis was right is told by a record
 * with a `feedback` member {cause, agreed}: without one an incident counts as unjudged.
 */
#ifndef AIOPS_AUDIT_TALLY_H
#define AIOPS_AUDIT_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-audit/row.h"
#include "base/map.h"
#include "base/span.h"
#include "record/event.h"

enum { TALLY_BINS = 5 };

struct tally_incident {
	bool seen; /* in the span: without it there is only feedback on it */
	enum severity severity;
	char *class; /* of the triage, owned; NULL: not triaged */
	double confidence;
	bool answered; /* a hypothesis stands, triage did not abstain */
	bool judged, agreed;
};

struct tally_run {
	char *runbook;              /* owned */
	char *state;                /* its last, owned */
	bool applied;               /* it was more than a plan or a dry run */
	bool approved;              /* a person did */
	char *approver, *requester; /* owned; NULL: nobody */
	char *reason;               /* of its last state, owned; may be NULL */
	int64_t began_ns, ended_ns; /* 0: not known */
};

struct tally {
	int64_t rows, redacted;
	struct map incidents; /* id -> struct tally_incident */
	struct map runs;      /* id -> struct tally_run */
	struct map alerts;    /* name -> how many alerts had it */
	struct map alert_ids; /* that were counted */
	struct map kinds;     /* kind -> rows */
	int64_t breaker_trips, refused;
	int64_t first_ns, last_ns; /* of the rows; first_ns 0: none */
};

void tally_init(struct tally *t);
void tally_release(struct tally *t);
/* record is NULL for a redacted row. */
void tally_add(struct tally *t, const struct row *row, const struct record *record);

/* One line of a table of counts: largest count first, then by name. */
struct tally_line {
	struct span name; /* borrowed */
	int64_t n;
};

/* Incidents by class ("not triaged") and by severity (index: enum severity). */
size_t tally_classes(const struct tally *t, struct tally_line **out);
void tally_severities(const struct tally *t, int64_t out[static SEVERITY_CRITICAL + 1]);
/* Alert names, noisiest first. *out belongs to the caller. */
size_t tally_noisiest(const struct tally *t, struct tally_line **out);
size_t tally_kinds(const struct tally *t, struct tally_line **out);

/* How judged hypotheses did, in all and by confidence (bins of a fifth). */
struct tally_agreement {
	int64_t answered, abstained, judged, agreed;
	double low, high; /* Wilson's 95 % interval of the share; NAN without a judged one */
	struct {
		int64_t judged, agreed;
		double confidence; /* mean of the judged; NAN: none */
	} bins[TALLY_BINS];
};
void tally_agreement(const struct tally *t, struct tally_agreement *out);

/* What became of a runbook's runs. By hand: a person approved that very plan. */
struct tally_runbook {
	struct span name; /* borrowed */
	int64_t runs, succeeded, failed, other;
	int64_t by_hand, by_machine;
	int64_t total_ms, timed; /* of runs that ended, and how many those are */
};
/* By name. *out belongs to the caller. */
size_t tally_runbooks(const struct tally *t, struct tally_runbook **out);

#endif
