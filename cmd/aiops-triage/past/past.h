/*
 * Past incidents that people wrote down: Markdown with a YAML head, or NDJSON
 * with the same keys (share/schema/past-incident.schema.json).
 */
#ifndef AIOPS_TRIAGE_PAST_H
#define AIOPS_TRIAGE_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "base/span.h"
#include "record/record.h"

#define PAST_MAX        100000
#define PAST_TEXT_BYTES (16u << 10) /* of one field; the rest is left out */

enum past_field {
	PAST_ID,
	PAST_TITLE,
	PAST_DATE,
	PAST_SERVICES,
	PAST_ALERTS,
	PAST_TEMPLATES,
	PAST_SYMPTOMS,
	PAST_COMPONENT,
	PAST_CLASS,
	PAST_CAUSE,
	PAST_FIRST_ACTION,
	PAST_WORKED,
	PAST_RUNBOOK,
	PAST_FIELDS
};

struct past {
	char *fields[PAST_FIELDS]; /* owned, never NULL; items of a list stand on lines of their own
				    */
	bool dated;
	int64_t at_ns;
};

/* Words of a field, borrowed. */
struct span past_text(const struct past *p, enum past_field f);
void past_release(struct past *p);

/* One document: text of a Markdown file. Errors: EX_BADCONFIG with what is wrong. */
NODISCARD int past_from_markdown(struct past *p, struct span text, struct err *e);
/* One record with the same keys. Errors: EX_BADCONFIG. */
NODISCARD int past_from_record(struct past *p, const struct record *r, struct err *e);

struct history {
	struct past *items;
	size_t n, cap;
	size_t skipped; /* files and lines that are no past incident */
	struct map ids;
};

void history_init(struct history *h);
void history_release(struct history *h);
/* Takes p over if its id is new. Errors: EX_BADCONFIG (then p stays the caller's). */
NODISCARD int history_add_take(struct history *h, struct past *p, struct err *e);

/* Reads a file, or all *.md, *.ndjson and *.jsonl in a directory. What is no past incident is told
 * to skipped ("FILE:LINE" or "FILE", why) and counted. Errors: EX_UNREADABLE. */
NODISCARD int history_load(struct history *h, const char *path,
			   void (*skipped)(void *ctx, const char *where, const char *why),
			   void *ctx, struct err *e);

#endif
