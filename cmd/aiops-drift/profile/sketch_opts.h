/*
 * The option tables of sketch and merge, for main.c alone.
 */
#ifndef AIOPS_DRIFT_SKETCH_OPTS_H
#define AIOPS_DRIFT_SKETCH_OPTS_H

#include "aiops-drift/profile/sketch.h"
#include "cli/cli.h"

#define SKETCH_AT(member) offsetof(struct sketch_options, member)

static const char *const sketch_types[] = {"auto", "number", "category", NULL};

static const struct opt sketch_opts[] = {
	{.letter = 'a',
	 .name = "against",
	 .kind = OPT_FILE,
	 .offset = SKETCH_AT(against),
	 .arg = "PROFILE",
	 .help = "count at the knots of these profiles, so that the result can be merged exactly"},
	{.name = "value",
	 .kind = OPT_TEXT,
	 .offset = SKETCH_AT(value),
	 .arg = "PATH",
	 .help = "where the number stands; takes records of every kind, not metrics only"},
	{.name = "by",
	 .kind = OPT_TEXTS,
	 .offset = SKETCH_AT(by),
	 .arg = "PATH,...",
	 .help = "a feature is what agrees in these fields (default: name and labels)"},
	{.name = "type",
	 .kind = OPT_CHOICE,
	 .offset = SKETCH_AT(values_as),
	 .arg = "TYPE",
	 .standard = "auto",
	 .choices = sketch_types,
	 .help = "auto: as the values are; number; or category: all by their text"},
	{.name = "sentinel",
	 .kind = OPT_TEXTS,
	 .offset = SKETCH_AT(sentinels),
	 .arg = "NUMBER",
	 .help = "a number that stands for a missing value, as -1 may; may be repeated"},
	{.name = "max-features",
	 .kind = OPT_I64,
	 .offset = SKETCH_AT(max_features),
	 .arg = "N",
	 .standard = "10000",
	 .min = 1,
	 .max = 10000000,
	 .help = "records of further features are rejected"},
};

static const struct opt merge_opts[] = {
	{.name = "max-features",
	 .kind = OPT_I64,
	 .offset = SKETCH_AT(max_features),
	 .arg = "N",
	 .standard = "10000",
	 .min = 1,
	 .max = 10000000,
	 .help = "records of further features are rejected"},
};

#endif
