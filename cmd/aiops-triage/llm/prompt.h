/*
 * What a language model is told about an incident, and the words that it may answer with.
 *
 * It gets names, counts, templates and ranges instead of raw lines, in JSON, between
 * two lines that nobody could have known. Every item has a label (r1, r2 ...); an answer
 * quotes an item, and what it quotes is then looked for in the record behind it.
 */
#ifndef AIOPS_TRIAGE_PROMPT_H
#define AIOPS_TRIAGE_PROMPT_H

#include <stddef.h>

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/decide.h"
#include "aiops-triage/llm/abridge.h"
#include "aiops-triage/llm/pseudonym.h"
#include "base/buf.h"
#include "base/env.h"

#define PROMPT_ITEMS      64
#define PROMPT_COMPONENTS 40
#define PROMPT_RUNBOOKS   24
#define PROMPT_MAX_BYTES  (512u << 10)

/* Something that may be quoted. */
struct prompt_item {
	struct span record_id; /* borrowed; of the incident itself where the record is not there */
	enum kind kind;
	char *shown; /* owned: its text as the model sees it */
};

/* How much is told: less where the budget is small. */
struct prompt_size {
	size_t past, logs, alerts;
};

struct prompt {
	struct prompt_item items[PROMPT_ITEMS];
	size_t n_items;
	char *components[PROMPT_COMPONENTS]; /* owned, as the model sees them */
	struct span real[PROMPT_COMPONENTS]; /* borrowed: what they are */
	size_t n_components;
	struct span runbooks[PROMPT_RUNBOOKS]; /* borrowed: ids */
	size_t n_runbooks;
	const struct signatures *signatures; /* faults are their ids, and "unknown" */
	struct buf system, user;
	unsigned suspicion; /* of what was summed up, enum suspicion_flags */
};

/* What a prompt is made from; all borrowed. */
struct prompt_source {
	const struct answer *answer; /* of the rules */
	const struct knowledge *knowledge;
	const struct context *context;
	const struct incident *incident;
	const struct env *env;
};

void prompt_build(struct prompt *p, const struct prompt_source *s, struct pseudonyms *hide,
		  const struct prompt_size *size);
void prompt_release(struct prompt *p);

/* Appends the JSON Schema of an answer: closed sets for all but sentence and quote. */
void prompt_schema(const struct prompt *p, struct buf *out);

#endif
