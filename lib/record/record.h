/*
 * One record: a line of newline-delimited JSON, checked, read by path, and
 * passed on byte for byte (contract rules 2, 3 and 15 live here).
 *
 * The line is parsed in place by simdjson's DOM; the parse result lives in the
 * `struct record` until the next record_parse. Only when the DOM refuses a
 * number (it knows 64-bit integers and finite doubles) is the line read again
 * with a number grammar of our own; such numbers are passed on as text and
 * read as tokens. Duplicate keys at any depth, NUL bytes and depth over 64 are
 * refused here, since simdjson does not see them.
 */
#ifndef AIOPS_RECORD_RECORD_H
#define AIOPS_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Bytes that must be readable behind a line handed to record_parse. */
#define RECORD_PADDING 64
/* Containers inside one another, the root counted as 1. */
#define RECORD_MAX_DEPTH   64
#define RECORD_DEFAULT_MAX (1u << 20)

struct record;

enum reject_code {
	REJECT_NONE = 0,
	REJECT_NOT_OBJECT, /* "not_object" */
	REJECT_SYNTAX,     /* "syntax" */
	REJECT_UTF8,       /* "utf8" */
	REJECT_NUL,        /* "nul" */
	REJECT_DUPLICATE,  /* "duplicate_key" */
	REJECT_DEPTH,      /* "depth" */
	REJECT_TOO_LONG,   /* "too_long" */
	REJECT_BLANK,      /* "blank" (only with --strict) */
	REJECT_SCHEMA,     /* "schema": well-formed, but not what the tool takes */
};
const char *reject_code_name(enum reject_code code);

/* A parser for lines of at most max_bytes (4 GiB at the very most); memory grows with the
 * longest line seen, to about 15 bytes a byte. */
struct record *record_new(size_t max_bytes);
void record_free(struct record *r);

/*
 * Parses line[0..len), without its newline; a CR at the end counts as white
 * space. RECORD_PADDING bytes behind it must be readable. The line is borrowed
 * until the next call. O(len). On failure *why says which rule was broken and
 * e->text says it in words (err code EX_BADDATA).
 */
NODISCARD int record_parse(struct record *r, const char *line, size_t len, enum reject_code *why,
			   struct err *e);

/*
 * A line that differs from one of the last in its scalars alone, as in metric
 * streams, is not parsed as a whole: what stands the same is compared, the rest
 * is read (record/scan.h). Results do not differ, only speed. On from the start;
 * off for tests that compare.
 */
void record_remember_shapes(struct record *r, bool on);

/*
 * Paths that a caller asks for in every record, at most 72, borrowed: record_field
 * then finds them without a search. The first n_key of them decide what the record
 * belongs to (its series): see record_key.
 */
void record_watch(struct record *r, const char *const *paths, size_t n, size_t n_key);
/* As record_get with paths[i]; quicker if paths are those of record_watch. */
struct value record_field(const struct record *r, const char *const *paths, size_t i);
/* The number there; false if there is none, or something else. */
bool record_field_number(const struct record *r, const char *const *paths, size_t i, double *out);
/* The string there, or SPAN_NONE. */
struct span record_field_text(const struct record *r, const char *const *paths, size_t i);
/*
 * The source bytes of the values at the key's paths, put together: equal keys mean
 * equal values (not the other way round), in any record that watches the same paths.
 * Borrowed until the next record_parse. SPAN_NONE if this line has no key ready.
 */
struct span record_key(const struct record *r);
/* Another number whenever the key is another (not the other way round), of any record: while it
 * stays, the key need not be looked at. 0 if there is no key. */
uint64_t record_key_version(const struct record *r);

/* The line as parsed, exactly. */
struct span record_line(const struct record *r);

enum value_type {
	VALUE_NONE, /* not there */
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_NUMBER,
	VALUE_STRING,
	VALUE_ARRAY,
	VALUE_OBJECT,
};

/* A value inside the parsed record: borrowed, valid until the next record_parse. */
struct value {
	enum value_type type;
	struct span text; /* VALUE_STRING: unescaped bytes (may hold NUL from \u0000) */
	bool boolean;     /* VALUE_BOOL */
	double number;    /* VALUE_NUMBER, nearest double; NaN if the token has no finite double */
	const void *doc_; /* private: where the value stands */
	size_t at_;
};

/*
 * The value at a dotted path from the root: "labels.alertname". A dot inside
 * a key is written "\\." ("labels.host\\.name"). Array elements are numbers:
 * "values.0.1". VALUE_NONE if any part is missing.
 */
struct value record_get(const struct record *r, const char *path);

/* The member key (exact bytes) of an object value, or VALUE_NONE. */
struct value value_member(struct value object, struct span key);

/* The integer v is, exactly; false if it is something else or beyond int64. Only for records that
 * do not remember shapes, which take every number as a double. */
bool value_i64(struct value v, int64_t *out);

/* The string at path, or SPAN_NONE if there is none or it is no string. */
struct span record_text(const struct record *r, const char *path);

/* The source bytes of the value at path, as they stand in the line (a number's
 * token, a string with its quotes), or SPAN_NONE. O(len). */
struct span record_token(const struct record *r, const char *path);

/* Steps through an object's members or an array's elements, in source order. */
struct value_iter {
	const void *doc_;
	size_t at_, end_;
	bool object_;
};
struct value_iter value_iter(struct value container);
/* False at the end. *key is SPAN_NONE for arrays; key may be NULL. */
bool value_next(struct value_iter *it, struct span *key, struct value *v);

/*
 * Appends the record's line with "key":json added before the last "}" and a
 * newline behind. If the record has a top-level member of that name already,
 * that member is taken out (the one case in which a line is rewritten). key
 * needs no escaping; json is trusted to be valid.
 */
void record_splice(const struct record *r, const char *key, struct span json, struct buf *out);

#endif
