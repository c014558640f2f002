/*
 * The options about past incidents that several commands share, and the table of index; for
 * main.c alone.
 */
#ifndef AIOPS_TRIAGE_PAST_OPTS_H
#define AIOPS_TRIAGE_PAST_OPTS_H

#include "aiops-triage/past/index_cmd.h"
#include "aiops-triage/past/past_source.h"
#include "cli/cli.h"

/* Members of a table; base is the offset of a struct past_source. */
#define PAST_SOURCE_OPTS(base)                                                                     \
	{.name = "index",                                                                          \
	 .kind = OPT_FILE,                                                                         \
	 .offset = (base) + offsetof(struct past_source, index),                                   \
	 .arg = "FILE",                                                                            \
	 .help = "the index of past incidents (default: the one beside the database)"},            \
		{.name = "embed-url",                                                              \
		 .kind = OPT_TEXT,                                                                 \
		 .offset = (base) + offsetof(struct past_source, embed.url),                       \
		 .arg = "URL",                                                                     \
		 .help = "get vectors of texts from URL/embeddings, OpenAI-compatible"},           \
		{.name = "embed-model",                                                            \
		 .kind = OPT_TEXT,                                                                 \
		 .offset = (base) + offsetof(struct past_source, embed.model),                     \
		 .arg = "NAME",                                                                    \
		 .help = "the model that is asked for vectors"},                                   \
		{.name = "embed-key-file",                                                         \
		 .kind = OPT_FILE,                                                                 \
		 .offset = (base) + offsetof(struct past_source, embed.key_file),                  \
		 .arg = "FILE",                                                                    \
		 .help = "holds the key for that, readable by you alone"},                         \
		{.name = "embed-ca-file",                                                          \
		 .kind = OPT_FILE,                                                                 \
		 .offset = (base) + offsetof(struct past_source, embed.ca_file),                   \
		 .arg = "FILE",                                                                    \
		 .help = "certificates to trust for that instead of the system's"},                \
	{                                                                                          \
		.name = "embed-deadline", .kind = OPT_DURATION,                                    \
		.offset = (base) + offsetof(struct past_source, embed.deadline_ms), .arg = "TIME", \
		.standard = "3s", .min = 10, .max = 600000,                                        \
		.help = "longest wait for vectors; then words alone decide"                        \
	}

static const struct opt index_opts[] = {
	PAST_SOURCE_OPTS(offsetof(struct index_options, past)),
	{.letter = 'f',
	 .name = "format",
	 .kind = OPT_CHOICE,
	 .offset = offsetof(struct index_options, format),
	 .arg = "FORMAT",
	 .standard = "text",
	 .choices = (const char *const[]){"text", "json", NULL},
	 .flags = OPT_ARGV_ONLY | OPT_NO_INPUT,
	 .help = "text: what was done, in words; json: the same as one object"},
};

#endif
