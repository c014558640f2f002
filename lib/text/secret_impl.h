/*
 * Shared by the files that look for secrets: kinds of bytes, places in a text.
 */
#ifndef AIOPS_TEXT_SECRET_IMPL_H
#define AIOPS_TEXT_SECRET_IMPL_H

#include <string.h>

#include "text/secret.h"

/* ---- bytes ---- */

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline bool is_base64url(char c)
{
	return is_alnum(c) || c == '_' || c == '-';
}

static inline bool is_key_id(char c) /* base32, as in AWS key ids */
{
	return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
}

static inline bool is_name_char(char c)
{
	return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

static inline bool is_bearer_char(char c)
{
	return is_base64url(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

static inline bool is_alnum_or_dash(char c)
{
	return is_alnum(c) || c == '-';
}

static inline bool is_alnum_or_underscore(char c)
{
	return is_alnum(c) || c == '_';
}

static inline bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* ---- a text and a place in it ---- */

static inline struct span rest(struct span t, size_t at)
{
	return span_of(t.data + at, t.len - at);
}

static inline bool starts_at(struct span t, size_t at, const char *prefix)
{
	return at <= t.len && span_starts(rest(t, at), prefix);
}

static inline bool starts_nocase(struct span t, size_t at, const char *prefix)
{
	size_t n = strlen(prefix);

	return t.len - at >= n && span_eq_nocase(span_of(t.data + at, n), span_of(prefix, n));
}

/* The end of the run of bytes that `is` accepts. */
static inline size_t run(struct span t, size_t at, bool (*is)(char))
{
	while (at < t.len && is(t.data[at]))
		at++;
	return at;
}

static inline size_t skip_blanks(struct span t, size_t at)
{
	while (at < t.len && (t.data[at] == ' ' || t.data[at] == '\t'))
		at++;
	return at;
}

static inline bool has_digit(struct span t, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		if (is_digit(t.data[i]))
			return true;
	}
	return false;
}

static inline bool hit(struct secret *out, size_t begin, size_t end, const char *type)
{
	*out = (struct secret){begin, end, type};
	return true;
}

/* A private key's PEM block that begins at `at`, to its END line or to the end of a text that was
 * cut. */
bool secret_pem_key(struct span t, size_t at, struct secret *out);

/* A value that a name in front of `at`, where ':' or '=' stands, announces. */
bool secret_named_value(struct span t, size_t at, struct secret *out);

#endif
