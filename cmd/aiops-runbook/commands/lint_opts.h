/*
 * The options of lint: included by main.c alone.
 */
#ifndef AIOPS_RUNBOOK_LINT_OPTS_H
#define AIOPS_RUNBOOK_LINT_OPTS_H

#include "aiops-runbook/commands/options.h"

static const char *const lint_formats[] = {"auto", "ndjson", "text", "sarif", "github", NULL};
static const struct opt lint_opts[] = {
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = AT(format),
	 .arg = "FORMAT",
	 .standard = "auto",
	 .choices = lint_formats,
	 .help = "ndjson, text, sarif (2.1.0), github (workflow commands), or auto: text"},
	PROFILE_OPT,
	EFFECTS_OPT,
	PATH_OPT,
	{.name = "warnings-as-errors",
	 .kind = OPT_FLAG,
	 .offset = AT(warnings_as_errors),
	 .help = "exit 1 for warnings, too"},
	{.name = "baseline",
	 .kind = OPT_FILE,
	 .offset = AT(baseline),
	 .arg = "FILE",
	 .help = "findings that are known and do not count"},
	{.name = "write-baseline",
	 .kind = OPT_FILE,
	 .offset = AT(write_baseline),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "take all findings of now for known ones"},
	{.name = "changed-since",
	 .kind = OPT_TEXT,
	 .offset = AT(changed_since),
	 .arg = "REV",
	 .flags = OPT_ARGV_ONLY,
	 .help = "show only findings of files that git says differ from this revision"},
	{.name = "explain",
	 .kind = OPT_TEXT,
	 .offset = AT(explain),
	 .arg = "RULE",
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "say why a rule is there, with a bad and a good example, and exit"},
	{.name = "print-schema",
	 .kind = OPT_FLAG,
	 .offset = AT(print_schema),
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "print the JSON Schema of runbooks, for editors, and exit"},
	{.name = "list-rules",
	 .kind = OPT_FLAG,
	 .offset = AT(list_rules),
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "name the rules and exit"},
};

#endif
