/*
 * The option table of templates, for main.c alone.
 */
#ifndef AIOPS_TRIAGE_TEMPLATES_OPTS_H
#define AIOPS_TRIAGE_TEMPLATES_OPTS_H

#include "aiops-triage/templates/templates.h"
#include "cli/cli.h"

static const char *const templates_formats[] = {"ndjson", "table", "list", NULL};
static const char *const templates_inputs[] = {"auto", "records", "lines", NULL};

#define TEMPLATES_AT(member) offsetof(struct templates_options, member)

static const struct opt templates_opts[] = {
	{.letter = 'i',
	 .name = "input",
	 .kind = OPT_CHOICE,
	 .offset = TEMPLATES_AT(input),
	 .arg = "WHAT",
	 .standard = "auto",
	 .choices = templates_inputs,
	 .flags = OPT_ARGV_ONLY,
	 .help = "records, lines of text, or auto: a line that begins with { is a record"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = TEMPLATES_AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = templates_formats,
	 .flags = OPT_ARGV_ONLY,
	 .help = "ndjson: the input with templates; table, or list (the table as NDJSON)"},
	{.name = "max-templates",
	 .kind = OPT_I64,
	 .offset = TEMPLATES_AT(max_templates),
	 .arg = "N",
	 .standard = "10000",
	 .min = 1,
	 .max = 1000000,
	 .help = "templates kept; the one unseen for longest makes room"},
};

#undef TEMPLATES_AT

#endif
