/*
 * The option tables of train and classify, for main.c alone.
 */
#ifndef AIOPS_TRIAGE_CLASSIFY_OPTS_H
#define AIOPS_TRIAGE_CLASSIFY_OPTS_H

#include "aiops-triage/classify/classify.h"
#include "aiops-triage/classify/train.h"
#include "cli/cli.h"

/* Words of enum linear_method. */
static const char *const train_methods[] = {"auto", "bayes", "logistic", NULL};

#define TRAIN_AT(member) offsetof(struct train_options, member)

static const struct opt train_opts[] = {
	{.name = "class",
	 .kind = OPT_TEXT,
	 .offset = TRAIN_AT(class_path),
	 .arg = "PATH",
	 .standard = "label.class",
	 .flags = OPT_ARGV_ONLY,
	 .help = "where a record has its class"},
	{.name = "severity",
	 .kind = OPT_TEXT,
	 .offset = TRAIN_AT(severity_path),
	 .arg = "PATH",
	 .standard = "label.severity",
	 .flags = OPT_ARGV_ONLY,
	 .help = "where it has its severity"},
	{.name = "group",
	 .kind = OPT_TEXT,
	 .offset = TRAIN_AT(group_path),
	 .arg = "PATH",
	 .standard = "label.group",
	 .flags = OPT_ARGV_ONLY,
	 .help = "records with the same value there are not learned from to judge each other"},
	{.name = "method",
	 .kind = OPT_CHOICE,
	 .offset = TRAIN_AT(method),
	 .arg = "WHICH",
	 .standard = "auto",
	 .choices = train_methods,
	 .flags = OPT_ARGV_ONLY,
	 .help = "bayes, logistic, or auto: what is right most often out of fold"},
	{.name = "feedback",
	 .kind = OPT_FLAG,
	 .offset = TRAIN_AT(feedback),
	 .flags = OPT_ARGV_ONLY,
	 .help = "learn from the causes in the store too"},
	{.letter = 'o',
	 .name = "output",
	 .kind = OPT_FILE,
	 .offset = TRAIN_AT(output),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "write the model there (default: only say what it would be worth)"},
};

#undef TRAIN_AT

static const struct opt classify_opts[] = {
	{.name = "model",
	 .kind = OPT_FILE,
	 .offset = offsetof(struct classify_options, model),
	 .arg = "FILE",
	 .help = "learned by train (classify's default: the installed one; explain's: none)"},
};

#endif
