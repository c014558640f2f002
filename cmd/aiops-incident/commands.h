/*
 * The commands of aiops-incident and their options.
 */
#ifndef AIOPS_INCIDENT_COMMANDS_H
#define AIOPS_INCIDENT_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"

/* The tool's own answers (aiops-incident(1)). */
enum incident_exit {
	EX_CONFLICT = 10,  /* it changed since --if-revision */
	EX_FORBIDDEN = 11, /* its state does not allow this: the allowed ones are named */
};

struct apply_options {
	int64_t reopen_window_ms;
};

enum board_format { BOARD_AUTO, BOARD_TABLE, BOARD_NDJSON };

struct list_options {
	bool open, all, watch;
	const char *status, *severity, *service, *since; /* NULL: any */
	int64_t limit;
	int format; /* enum board_format */
};

struct show_options {
	int format; /* enum board_format */
};

/* Options of every command that changes an incident. */
struct change_options {
	int64_t if_revision; /* 0: any */
	int64_t reopen_window_ms;
	const char *reason, *cause, *to, *role, *severity, *service, *type;
};

struct metrics_options {
	int64_t window_ms;
	const char *openmetrics; /* a file, NULL: standard output in format */
	int format;              /* enum board_format */
};

struct review_options {
	const char *questions; /* NULL: the installed ones */
};

struct serve_options {
	const char *listen, *port_file, *slack_secret_file, *slack_people;
	struct opt_texts token_files;
};

struct notify_options {
	const char *rules;
	int64_t wait_ms; /* at the end of the input, for what is due soon */
	bool due, test;
};

int apply_run_command(struct cli *c);
int list_run(struct cli *c);
int show_run(struct cli *c);
int timeline_run(struct cli *c);
int notify_run(struct cli *c);
int serve_run(struct cli *c);
int review_run(struct cli *c);
int metrics_run(struct cli *c);
int open_run(struct cli *c);
int ack_run(struct cli *c);
int assign_run(struct cli *c);
int set_run(struct cli *c);
int note_run(struct cli *c);
int resolve_run(struct cli *c);
int reopen_run(struct cli *c);
int merge_run(struct cli *c);
int escalate_run(struct cli *c);
int false_positive_run(struct cli *c);

#endif
