/*
 * One record kept as context: what triage may quote from it and match in it,
 * in one block of memory of its own.
 *
 * Long texts are cut at ITEM_TEXT_BYTES (at a character's boundary), so that a
 * megabyte of stack trace costs no more than a page.
 */
#ifndef AIOPS_TRIAGE_ITEM_H
#define AIOPS_TRIAGE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/knowledge/signature.h"
#include "base/span.h"
#include "record/event.h"
#include "record/record.h"

#define ITEM_TEXT_BYTES 4096
#define ITEM_LABELS     64
#define ITEM_NOTES      16 /* annotations */

enum item_field {
	ITEM_ID,
	ITEM_NAME,
	ITEM_TITLE,
	ITEM_DESCRIPTION,
	ITEM_BODY,
	ITEM_COMPONENT,
	ITEM_SERVICE,
	ITEM_HOST,
	ITEM_VALUE,
	ITEM_CHANGE_TYPE,
	ITEM_CHANGE_FROM,
	ITEM_CHANGE_TO,
	ITEM_CHANGE_BY,
	ITEM_FIELDS
};

struct item {
	enum kind kind;
	int64_t at_ns; /* timestamp */
	enum severity severity;
	bool unhealthy; /* metric: healthy is false, or the value is on the wrong side of its
			   threshold */
	bool matched;   /* hits are known */
	struct span fields[ITEM_FIELDS];
	struct label *labels; /* at most ITEM_LABELS */
	size_t n_labels;
	struct span *notes; /* values of annotations, at most ITEM_NOTES */
	size_t n_notes;
	struct hit *hits; /* owned */
	size_t n_hits;
	size_t bytes; /* of memory */
};

/* Copies what is worth keeping of the parsed record; NULL if it has no id or no timestamp, or
 * is of a kind that triage does not use. The caller frees with item_free. */
struct item *item_new(const struct record *r, enum kind kind);
void item_free(struct item *it);

/* Matches it once and remembers the result. */
void item_match(struct item *it, const struct signatures *s);

/* Whether quote occurs, byte for byte, in one of the record's strings (or is its value). */
bool item_contains(const struct item *it, struct span quote);

/* Labels of a record whose values are texts, in its order; borrowed. Returns how many. */
size_t labels_of_record(const struct record *r, struct label out[static ITEM_LABELS]);

/* The best text of it for a person: title, description, body, what changed, or the name. */
struct span item_headline(const struct item *it);

/* At most max bytes of s, cut at a character's boundary. */
struct span cut_text(struct span s, size_t max);

#endif
