/*
 * What the pages of aiops-audit report are made of, and the pages.
 */
#ifndef AIOPS_AUDIT_REPORT_H
#define AIOPS_AUDIT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-audit/tally.h"
#include "aiops-audit/timeline.h"
#include "cli/page.h"
#include "record/record.h"
#include "store/audit.h"

/* A record kept beyond its row. */
struct kept_record {
	struct record *parser; /* holds the record once `there` is set */
	struct buf padded;
	bool there;
};

struct report {
	struct audit_head head;       /* of the log, when it was read */
	struct instant made_at;       /* when the page was made */
	struct audit_report verified; /* what verification of the whole log found */
	char first_problem[160];      /* "seq 12: hash", empty if none */
	struct timeline timeline;     /* of an incident */
	struct tally tally;
	/* of an incident */
	struct span incident;
	struct kept_record last;   /* its last revision */
	struct kept_record triage; /* its last revision with a triage */
	struct kept_record cause;  /* the last feedback on it */
	/* of a period */
	struct span since, until; /* as the log writes times; until empty: now */
};

void report_incident_page(const struct report *r, struct page *p);
void report_incident_json(const struct report *r, struct buf *out);
void report_period_page(const struct report *r, struct page *p);
void report_period_json(const struct report *r, struct buf *out);

/* What both pages end with: whether the log verifies, and what that proves. */
void report_verification_page(const struct report *r, struct page *p);
void report_verification_json(const struct report *r, struct buf *out);

#endif
