/*
 * The commands of aiops-audit and their options.
 */
#ifndef AIOPS_AUDIT_COMMANDS_H
#define AIOPS_AUDIT_COMMANDS_H

#include <stdint.h>

#include "cli/cli.h"

struct append_options {
	const char *actor;    /* NULL: the user */
	int64_t lock_wait_ms; /* for other writers, then EX_TRYLATER */
};

enum query_format { QUERY_NDJSON, QUERY_TABLE, QUERY_CSV, QUERY_TIMELINE };

struct query_options {
	const char *incident, *run, *actor, *kind; /* NULL: any */
	const char *since, *until;                 /* a time, or how long ago; NULL: no bound */
	const char *search;                        /* words that the body must hold; NULL: any */
	struct opt_texts where;                    /* conditions (where.h), all of them */
	int64_t limit;                             /* 0: none */
	int format;                                /* enum query_format */
	bool follow;                               /* goes on with what comes */
};

enum report_format { REPORT_MARKDOWN, REPORT_HTML, REPORT_JSON };

struct report_options {
	const char *incident;      /* NULL: a span of time */
	const char *since, *until; /* NULL: 7d, now */
	int format;                /* enum report_format */
};

struct export_options {
	int64_t since;          /* seq; 0: from the cursor, else from the beginning */
	const char *url;        /* NULL: standard output */
	const char *token_file; /* NULL: none */
	const char *basic_file; /* NULL: none */
	const char *ca_file;    /* NULL: the system's */
	int64_t timeout_ms;     /* of one request */
	int64_t batch;          /* rows in one request */
	int to;                 /* enum export_to */
};

struct stats_options {
	const char *since;       /* NULL: all of the log */
	const char *openmetrics; /* a file, NULL: a table on standard output */
};

int append_run(struct cli *c);
int query_run(struct cli *c);
int report_run(struct cli *c);
int export_run(struct cli *c);
int stats_run(struct cli *c);

/* Own answers of verify (contract 6: 10-19). */
enum verify_exit { EX_TAMPERED = 10, EX_NOT_CHECKED = 11 };

#endif
