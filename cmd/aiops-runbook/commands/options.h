/*
 * The options that several commands have, for the tables of main.c.
 */
#ifndef AIOPS_RUNBOOK_OPTIONS_H
#define AIOPS_RUNBOOK_OPTIONS_H

#include "aiops-runbook/commands/commands.h"

#define AT(member) offsetof(struct options, member)

/* Words of enum output_format and enum authority. */
static const char *const formats[] = {"auto", "ndjson", "text", NULL};
static const char *const profiles[] = {"min", "safe", "ai", "prod", NULL};
static const char *const authorities[] = {"advise", "approved", "auto", NULL};

#define RUNBOOKS_OPT                                                                               \
	{                                                                                          \
		.letter = 'r', .name = "runbooks", .kind = OPT_DIR, .offset = AT(runbooks),        \
		.arg = "DIR",                                                                      \
		.help = "the folder of runbooks (default: the one installed with this)"            \
	}
#define FORMAT_OPT(auto_is)                                                                        \
	{                                                                                          \
		.letter = 'f', .name = "format", .kind = OPT_CHOICE, .offset = AT(format),         \
		.arg = "FORMAT", .standard = "auto", .choices = formats,                           \
		.help = "ndjson, text, or auto: " auto_is                                          \
	}
/* The words of lint_profile_names. */
#define PROFILE_OPT                                                                                \
	{                                                                                          \
		.name = "profile", .kind = OPT_CHOICE, .offset = AT(profile), .arg = "WORD",       \
		.standard = "safe", .choices = profiles,                                           \
		.help = "the rules: min, safe, ai or prod; to plan and run, at least safe"         \
	}
#define EFFECTS_OPT                                                                                \
	{                                                                                          \
		.name = "effects", .kind = OPT_DIR, .offset = AT(effects), .arg = "DIR",           \
		.help = "tables of what further tools do, beside the installed ones"               \
	}
#define PARAM_OPT                                                                                  \
	{                                                                                          \
		.letter = 'p', .name = "param", .kind = OPT_TEXTS, .offset = AT(params),           \
		.arg = "NAME=VALUE", .flags = OPT_ARGV_ONLY,                                       \
		.help = "a parameter of the runbook (may be repeated)"                             \
	}
#define PATH_OPT                                                                                   \
	{                                                                                          \
		.name = "path", .kind = OPT_TEXT, .offset = AT(path), .arg = "DIRS",               \
		.standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",        \
		.help = "where executables are looked for, and PATH of every command"              \
	}
#define INCIDENT_OPT                                                                               \
	{                                                                                          \
		.letter = 'i', .name = "incident", .kind = OPT_TEXT, .offset = AT(incident),       \
		.arg = "ID", .flags = OPT_ARGV_ONLY, .help = "the incident that this is for"       \
	}

#define AUTHORITY_OPT                                                                              \
	{                                                                                          \
		.name = "authority", .kind = OPT_CHOICE, .offset = AT(authority), .arg = "WORD",   \
		.standard = "advise", .choices = authorities,                                      \
		.help = "what the site lets runs do: advise (plans only), approved, or auto"       \
	}
/* What the site lets happen; what a runbook sets itself counts more. */
#define SITE_OPTS                                                                                     \
	{.name = "auto-above",                                                                        \
	 .kind = OPT_DOUBLE,                                                                          \
	 .offset = AT(auto_above),                                                                    \
	 .arg = "CONFIDENCE",                                                                         \
	 .standard = "0.99",                                                                          \
	 .help = "authority auto: only above this confidence of triage, at least 0.95"},              \
		{.name = "first-step",                                                                \
		 .kind = OPT_FLAG,                                                                    \
		 .offset = AT(first_step),                                                            \
		 .help = "authority auto: only the first step that acts, then a person"},             \
		{.name = "zone",                                                                      \
		 .kind = OPT_TEXT,                                                                    \
		 .offset = AT(zone),                                                                  \
		 .arg = "ZONE",                                                                       \
		 .standard = "UTC",                                                                   \
		 .help = "whose working hours make a run riskier: UTC, +01:00, Europe/Berlin"},       \
		{.name = "actions-per-hour",                                                          \
		 .kind = OPT_I64,                                                                     \
		 .offset = AT(actions_per_hour),                                                      \
		 .arg = "N",                                                                          \
		 .standard = "10",                                                                    \
		 .min = 1,                                                                            \
		 .max = 100000,                                                                       \
		 .help = "of a runbook that sets no max_actions_per_hour"},                           \
		{.name = "approval-open",                                                             \
		 .kind = OPT_DURATION,                                                                \
		 .offset = AT(approval_open),                                                         \
		 .arg = "TIME",                                                                       \
		 .standard = "30m",                                                                   \
		 .min = 1000,                                                                         \
		 .max = APPROVAL_EXPIRES_MAX_MS,                                                      \
		 .help = "how long a runbook without expires_in waits for its approval"},             \
		{.name = "breaker-failures",                                                          \
		 .kind = OPT_I64,                                                                     \
		 .offset = AT(breaker_failures),                                                      \
		 .arg = "N",                                                                          \
		 .standard = "3",                                                                     \
		 .min = 1,                                                                            \
		 .max = 100,                                                                          \
		 .help = "failures in a row that open the breaker of a runbook without a threshold"}, \
	{                                                                                             \
		.name = "breaker-open", .kind = OPT_DURATION, .offset = AT(breaker_open),             \
		.arg = "TIME", .standard = "5m", .min = 1000, .max = INT64_C(604800000),              \
		.help = "for how long, where the runbook does not say open_for"                       \
	}

#define AS_OPT                                                                                     \
	{                                                                                          \
		.letter = 'a', .name = "as", .kind = OPT_TEXT, .offset = AT(as), .arg = "NAME",    \
		.flags = OPT_ARGV_ONLY,                                                            \
		.help = "decide under this name of the configuration's approvers, with its key"    \
	}
#define KEY_OPT                                                                                    \
	{                                                                                          \
		.letter = 'k', .name = "key", .kind = OPT_FILE, .offset = AT(key), .arg = "FILE",  \
		.flags = OPT_NOT_IN_FILE, .help = "the key of that name"                           \
	}
#define REASON_OPT                                                                                 \
	{                                                                                          \
		.name = "reason", .kind = OPT_TEXT, .offset = AT(reason), .arg = "TEXT",           \
		.flags = OPT_ARGV_ONLY, .help = "words that are kept with it"                      \
	}

#endif
