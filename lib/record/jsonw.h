/*
 * Writes JSON text into a buf. Commas are placed by the writer; keys and
 * strings are escaped (control characters, quotes, backslash); invalid UTF-8
 * becomes U+FFFD, so that what we write is always a valid record.
 */
#ifndef AIOPS_RECORD_JSONW_H
#define AIOPS_RECORD_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/span.h"

struct jsonw {
	struct buf *out;
	bool comma; /* something stands before in this container */
};

struct jsonw jsonw_to(struct buf *out);

void jsonw_object(struct jsonw *w);     /* { */
void jsonw_object_end(struct jsonw *w); /* } */
void jsonw_array(struct jsonw *w);
void jsonw_array_end(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_key_span(struct jsonw *w, struct span key);
/* jsonw_key for a literal that needs no escaping, known when this is compiled: costs a copy. */
#define jsonw_literal_key(w, key) jsonw_key_text_((w), ",\"" key "\":", sizeof(key) + 3)
void jsonw_string(struct jsonw *w, struct span s);
void jsonw_cstr(struct jsonw *w, const char *s); /* NULL writes null */
void jsonw_i64(struct jsonw *w, int64_t n);
void jsonw_double(struct jsonw *w, double d); /* not finite writes null */
void jsonw_bool(struct jsonw *w, bool b);
void jsonw_null(struct jsonw *w);
void jsonw_time(struct jsonw *w, struct instant t);
void jsonw_raw(struct jsonw *w, struct span json); /* a token or document copied verbatim */

/* key and value in one call; the _opt form writes nothing for SPAN_NONE. */
void jsonw_member(struct jsonw *w, const char *key, struct span s);
void jsonw_member_opt(struct jsonw *w, const char *key, struct span s);
void jsonw_member_i64(struct jsonw *w, const char *key, int64_t n);
void jsonw_member_double(struct jsonw *w, const char *key, double d);
void jsonw_member_bool(struct jsonw *w, const char *key, bool b);
void jsonw_member_time(struct jsonw *w, const char *key, struct instant t);

static inline void jsonw_key_text_(struct jsonw *w, const char *text, size_t len)
{
	if (w->comma)
		buf_add(w->out, text, len);
	else
		buf_add(w->out, text + 1, len - 1);
	w->comma = false;
}

/* Appends s as a JSON string with its quotes. */
void jsonw_quote(struct buf *out, struct span s);

/* A member whose value is a string, its key a literal: for what is written in every record. */
#define jsonw_literal_member(w, key, s)                                                            \
	do {                                                                                       \
		jsonw_literal_key((w), key);                                                       \
		jsonw_quote((w)->out, (s));                                                        \
		(w)->comma = true;                                                                 \
	} while (0)
/* jsonw_key_span and jsonw_string in one. */
void jsonw_pair(struct jsonw *w, struct span key, struct span s);

#endif
