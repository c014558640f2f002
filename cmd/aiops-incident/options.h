/*
 * The option tables of aiops-incident: included by main.c alone.
 */
#ifndef AIOPS_INCIDENT_OPTIONS_H
#define AIOPS_INCIDENT_OPTIONS_H

#include "aiops-incident/commands.h"

/* Words of enum board_format. */
static const char *const formats[] = {"auto", "table", "ndjson", NULL};

#define REOPEN_WINDOW(options)                                                                     \
	{                                                                                          \
		.name = "reopen-window", .kind = OPT_DURATION,                                     \
		.offset = offsetof(struct options, reopen_window_ms), .arg = "TIME",               \
		.standard = "4h", .min = 0, .max = INT64_C(366) * 86400000,                        \
		.help = "an incident that comes back so soon after its end is the same one"        \
	}

static const struct opt apply_opts[] = {
	REOPEN_WINDOW(apply_options),
};

#define AT(member) offsetof(struct list_options, member)

static const struct opt list_opts[] = {
	{.letter = 'o',
	 .name = "open",
	 .kind = OPT_FLAG,
	 .offset = AT(open),
	 .flags = OPT_ARGV_ONLY,
	 .help = "those that somebody must still do something about"},
	{.letter = 'a',
	 .name = "all",
	 .kind = OPT_FLAG,
	 .offset = AT(all),
	 .flags = OPT_ARGV_ONLY,
	 .help = "also those that were merged into another"},
	{.name = "status",
	 .kind = OPT_TEXT,
	 .offset = AT(status),
	 .arg = "STATUS",
	 .flags = OPT_ARGV_ONLY,
	 .help = "in this state: detected, investigating, identified, mitigating, escalated, resolved, false_positive, post_mortem"},
	{.letter = 's',
	 .name = "severity",
	 .kind = OPT_TEXT,
	 .offset = AT(severity),
	 .arg = "SEVERITY",
	 .flags = OPT_ARGV_ONLY,
	 .help = "at least this severe: critical, high, medium, low, or SEV1 to SEV4"},
	{.name = "service",
	 .kind = OPT_TEXT,
	 .offset = AT(service),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "that affect this service"},
	{.name = "since",
	 .kind = OPT_TEXT,
	 .offset = AT(since),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "detected at or after this time, or so long ago: 2026-11-21, today, 7d"},
	{.letter = 'n',
	 .name = "limit",
	 .kind = OPT_I64,
	 .offset = AT(limit),
	 .arg = "N",
	 .standard = "0",
	 .min = 0,
	 .max = INT64_MAX,
	 .flags = OPT_ARGV_ONLY,
	 .help = "at most so many; 0 is all"},
	{.letter = 'w',
	 .name = "watch",
	 .kind = OPT_FLAG,
	 .offset = AT(watch),
	 .flags = OPT_ARGV_ONLY,
	 .help = "show the table again every 2 s, on a terminal"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "auto",
	 .choices = formats,
	 .help = "table, ndjson (records), or auto: a table on a terminal, else records"},
};

static const struct opt show_opts[] = {
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = offsetof(struct show_options, format),
	 .arg = "FORMAT",
	 .standard = "auto",
	 .choices = formats,
	 .help = "table (for a person), ndjson, or auto: the first on a terminal, else records"},
};

#undef AT
#define AT(member) offsetof(struct metrics_options, member)

static const struct opt metrics_opts[] = {
	{.letter = 'w',
	 .name = "window",
	 .kind = OPT_DURATION,
	 .offset = AT(window_ms),
	 .arg = "TIME",
	 .standard = "30d",
	 .min = 1,
	 .max = INT64_C(3660) * 86400000,
	 .flags = OPT_ARGV_ONLY,
	 .help = "incidents that were detected so long ago at most"},
	{.letter = 'o',
	 .name = "openmetrics",
	 .kind = OPT_FILE,
	 .offset = AT(openmetrics),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "write them for Prometheus, by way of the node exporter's textfile folder"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "auto",
	 .choices = formats,
	 .help = "table (for a person), ndjson, or auto: the first on a terminal, else a record"},
};

#undef AT

#define AT(member) offsetof(struct notify_options, member)

static const struct opt notify_opts[] = {
	{.letter = 'r',
	 .name = "rules",
	 .kind = OPT_FILE,
	 .offset = AT(rules),
	 .arg = "FILE",
	 .help = "who is told of what, when and how (YAML)"},
	{.name = "wait",
	 .kind = OPT_DURATION,
	 .offset = AT(wait_ms),
	 .arg = "TIME",
	 .standard = "30s",
	 .min = 0,
	 .max = 86400000,
	 .help = "at the end of the input wait so long for what is due soon; the rest stays on file"},
	{.name = "due",
	 .kind = OPT_FLAG,
	 .offset = AT(due),
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "read nothing: send what is due, escalate what nobody acknowledged"},
	{.name = "test",
	 .kind = OPT_FLAG,
	 .offset = AT(test),
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "send a test message by each channel, or those named, and say what came of it"},
};

#undef AT
#define AT(member) offsetof(struct serve_options, member)

static const struct opt serve_opts[] = {
	{.letter = 'l',
	 .name = "listen",
	 .kind = OPT_TEXT,
	 .offset = AT(listen),
	 .arg = "ADDR:PORT",
	 .standard = "127.0.0.1:9797",
	 .help = "where; port 0 lets the system choose"},
	{.name = "token-file",
	 .kind = OPT_TEXTS,
	 .offset = AT(token_files),
	 .arg = "FILE",
	 .help = "a token that must be sent (mode 0600); may be repeated; needed beyond loopback"},
	{.name = "port-file",
	 .kind = OPT_FILE,
	 .offset = AT(port_file),
	 .arg = "FILE",
	 .help = "write the port there once it is open"},
	{.name = "slack-secret-file",
	 .kind = OPT_FILE,
	 .offset = AT(slack_secret_file),
	 .arg = "FILE",
	 .help = "signing secret of a Slack app (mode 0600): buttons under messages become approvals"},
	{.name = "slack-people",
	 .kind = OPT_FILE,
	 .offset = AT(slack_people),
	 .arg = "FILE",
	 .help = "which Slack user is which approver, with that one's key file (YAML)"},
};

#undef AT

static const struct opt review_opts[] = {
	{.name = "questions",
	 .kind = OPT_FILE,
	 .offset = offsetof(struct review_options, questions),
	 .arg = "FILE",
	 .help = "what it asks, by type of incident (default: the installed ones)"},
};

#define AT(member) offsetof(struct change_options, member)

#define IF_REVISION                                                                                     \
	{                                                                                               \
		.name = "if-revision", .kind = OPT_I64, .offset = AT(if_revision), .arg = "N",          \
		.standard = "0", .min = 0, .max = INT64_MAX, .flags = OPT_ARGV_ONLY,                    \
		.help = "only if it is at this revision still, else exit with 10; 0: whatever it is at" \
	}
#define REASON                                                                                     \
	{                                                                                          \
		.letter = 'r', .name = "reason", .kind = OPT_TEXT, .offset = AT(reason),           \
		.arg = "TEXT", .flags = OPT_ARGV_ONLY, .help = "why, for the time line"            \
	}

static const struct opt open_opts[] = {
	{.letter = 's',
	 .name = "severity",
	 .kind = OPT_TEXT,
	 .offset = AT(severity),
	 .arg = "SEVERITY",
	 .flags = OPT_ARGV_ONLY,
	 .help = "critical, high, medium, low, or SEV1 to SEV4 (default: not known)"},
	{.name = "service",
	 .kind = OPT_TEXT,
	 .offset = AT(service),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what is affected"},
	{.name = "type",
	 .kind = OPT_TEXT,
	 .offset = AT(type),
	 .arg = "TYPE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "class of incident, as aiops-triage names them"},
};
static const struct opt change_opts[] = {IF_REVISION, REASON};
static const struct opt note_opts[] = {IF_REVISION};
static const struct opt assign_opts[] = {
	IF_REVISION,
	REASON,
	{.name = "role",
	 .kind = OPT_TEXT,
	 .offset = AT(role),
	 .arg = "ROLE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "assignee (default), commander, or communications"},
};
static const struct opt resolve_opts[] = {
	IF_REVISION,
	{.letter = 'r',
	 .name = "reason",
	 .kind = OPT_TEXT,
	 .offset = AT(reason),
	 .arg = "TEXT",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what ended it"},
	{.name = "cause",
	 .kind = OPT_TEXT,
	 .offset = AT(cause),
	 .arg = "CAUSE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what it was"},
};
static const struct opt reopen_opts[] = {IF_REVISION, REASON, REOPEN_WINDOW(change_options)};
static const struct opt escalate_opts[] = {
	IF_REVISION,
	REASON,
	{.name = "to",
	 .kind = OPT_TEXT,
	 .offset = AT(to),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "who is to take it"},
};

#endif
