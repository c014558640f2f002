/*
 * Values of a parsed document together with the bytes that they stand as, so
 * that a number's token is at hand in one pass (record_token looks for one from
 * the start of the line each time).
 */
#ifndef AIOPS_INGEST_ITEM_H
#define AIOPS_INGEST_ITEM_H

#include "base/err.h"
#include "record/record.h"

/* Borrowed from the record. */
struct item {
	struct value v;
	struct span raw; /* as it stands in the line; SPAN_NONE if it is not there */
};

/* The whole record. */
struct item item_root(const struct record *r);
/* The item at a dotted path (record_get). O(length of the record). */
struct item item_get(const struct record *r, const char *path);
/* The member of an object; VALUE_NONE if there is none. O(length of the object). */
struct item item_member(struct item object, const char *name);

/* Steps through members or elements. */
struct items {
	struct value_iter it;
	struct span rest; /* of the text, behind what was stepped over */
	bool object;
};
struct items items_of(struct item container);
/* False at the end. *key is SPAN_NONE for arrays; may be NULL. */
bool items_next(struct items *s, struct span *key, struct item *out);

bool item_is_there(struct item i); /* neither missing nor null */

/* The text of a string that may be missing or null (SPAN_NONE then). -1: it is something else; e
 * says that `what` is no string. */
NODISCARD int item_text(struct item i, const char *what, struct span *out, struct err *e);
/* The same of a number, a string that holds one, or NaN, +Inf and -Inf as strings (also as
 * "Infinity"). */
NODISCARD int item_reading(struct item i, const char *what, struct span *out, struct err *e);

/* A string's text; of anything else the bytes as they stand. */
struct span item_words(struct item i);

/* NaN, +Inf or -Inf for what JSON has no number for, the span itself if it is a JSON number, else
 * SPAN_NONE. */
struct span reading_of(struct span s);

#endif
