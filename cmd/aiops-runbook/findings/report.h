/*
 * Findings as people, programmes and code hosts read them: text, NDJSON, SARIF
 * 2.1.0 (OASIS), and the workflow commands of GitHub Actions.
 */
#ifndef AIOPS_RUNBOOK_REPORT_H
#define AIOPS_RUNBOOK_REPORT_H

#include <stdbool.h>

#include "aiops-runbook/schema/finding.h"
#include "cli/cli.h"

enum report_format { REPORT_TEXT, REPORT_NDJSON, REPORT_SARIF, REPORT_GITHUB };

struct report {
	struct cli *c;
	enum report_format format;
	bool comma; /* SARIF: a result stands before */
};

/* What stands before all findings, and behind them. */
void report_begin(struct report *r);
void report_end(struct report *r);
/* The findings of a file. Those that are suppressed appear in SARIF alone, as such. */
void report_file(struct report *r, const char *path, const struct findings *f);

const char *severity_word(enum finding_severity s);

#endif
