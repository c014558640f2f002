/*
 * The option tables of feedback and eval, for main.c alone.
 */
#ifndef AIOPS_TRIAGE_FEEDBACK_OPTS_H
#define AIOPS_TRIAGE_FEEDBACK_OPTS_H

#include "aiops-triage/feedback/eval.h"
#include "aiops-triage/feedback/feedback.h"
#include "cli/cli.h"

/* Words of enum helpful and of enum eval_format. */
static const char *const helpful_words[] = {"auto", "yes", "no", NULL};
static const char *const eval_formats[] = {"ndjson", "table", NULL};

#define FEEDBACK_AT(member) offsetof(struct feedback_options, member)

static const struct opt feedback_opts[] = {
	{.name = "cause",
	 .kind = OPT_TEXT,
	 .offset = FEEDBACK_AT(cause),
	 .arg = "CAUSE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what it was: a class, a component, COMPONENT:CLASS, or other words"},
	{.name = "helpful",
	 .kind = OPT_CHOICE,
	 .offset = FEEDBACK_AT(helpful),
	 .arg = "WHETHER",
	 .standard = "auto",
	 .choices = helpful_words,
	 .flags = OPT_ARGV_ONLY,
	 .help = "yes, no, or auto: the component is among the hypotheses, or the class the first"},
	{.name = "signatures",
	 .kind = OPT_DIR,
	 .offset = FEEDBACK_AT(signatures),
	 .arg = "DIR",
	 .help = "what each class of incident looks like (default: the installed ones)"},
};

#undef FEEDBACK_AT
#define EVAL_AT(member) offsetof(struct eval_options, member)

static const struct opt eval_opts[] = {
	{.name = "since",
	 .kind = OPT_DURATION,
	 .offset = EVAL_AT(since_ms),
	 .arg = "TIME",
	 .standard = "30d",
	 .min = 1,
	 .max = INT64_C(3650) * 24 * 3600 * 1000,
	 .flags = OPT_ARGV_ONLY,
	 .help = "verdicts given in so much time before now"},
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = EVAL_AT(format),
	 .arg = "FORMAT",
	 .standard = "ndjson",
	 .choices = eval_formats,
	 .flags = OPT_ARGV_ONLY,
	 .help = "ndjson, or table: for the weekly review"},
};

#undef EVAL_AT

#endif
