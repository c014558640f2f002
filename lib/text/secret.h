/*
 * Where secrets stand in a plain text, and which names announce one. Pure.
 */
#ifndef AIOPS_TEXT_SECRET_H
#define AIOPS_TEXT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* What a name says about its value. */
enum secret_class {
	SECRET_NO,
	SECRET_LIKELY, /* a token, an API key: if it looks random */
	SECRET_SURE,   /* a password: whatever it looks like */
	SECRET_HEADER, /* an Authorization header's value: scheme and credentials */
	SECRET_LINE,   /* a cookie: to the end of the line */
};

struct secret_name {
	enum secret_class class;
	const char *type; /* "password", "token", ...; NULL for SECRET_NO */
};

/* Judges a name such as "DB_PASSWORD", "client-secret", "accessToken" by its end. */
struct secret_name secret_name(struct span name);

/* True if value, which stands alone under such a name, is to be taken out: not empty, no
 * placeholder such as ${PASSWORD} or ***, not redacted already, and random enough for the class. */
bool secret_value(struct secret_name name, struct span value);

/* A secret in a text: text[begin..end). */
struct secret {
	size_t begin, end;
	const char *type;
};

/* The first secret at or behind `from`; false if there is none. O(len) over all calls. */
bool secret_next(struct span text, size_t from, struct secret *out);

#endif
