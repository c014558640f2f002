/*
 * Where a command takes past incidents from, beside files that are named.
 */
#ifndef AIOPS_TRIAGE_PAST_SOURCE_H
#define AIOPS_TRIAGE_PAST_SOURCE_H

#include "aiops-triage/past/embed.h"

struct past_source {
	const char *index; /* NULL: the one beside the database */
	struct embed_options embed;
};

#endif
