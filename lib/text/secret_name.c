#include "text/secret.h"

#include <math.h>
#include <stdint.h>

enum { MAX_NAME = 64 };

/* Bits per byte (Shannon) from which a value counts as random. */
#define RANDOM_BITS 3.0

#define END(text)                                                                                  \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

/* Ends of names in lower case without separators; the first that fits counts. */
static const struct suffix {
	struct span end;
	enum secret_class class;
	const char *type;
} suffixes[] = {
	{END("password"), SECRET_SURE, "password"},
	{END("passwd"), SECRET_SURE, "password"},
	{END("passphrase"), SECRET_SURE, "password"},
	{END("pwd"), SECRET_SURE, "password"},
	{END("clientsecret"), SECRET_SURE, "secret"},
	{END("secretkey"), SECRET_SURE, "secret"},
	{END("secretaccesskey"), SECRET_SURE, "secret"},
	{END("sharedaccesskey"), SECRET_SURE, "secret"},
	{END("accountkey"), SECRET_SURE, "secret"},
	{END("privatekey"), SECRET_SURE, "private_key"},
	{END("secret"), SECRET_LIKELY, "secret"},
	{END("token"), SECRET_LIKELY, "token"},
	{END("apikey"), SECRET_LIKELY, "api_key"},
	{END("accesskey"), SECRET_LIKELY, "api_key"},
	{END("authorization"), SECRET_HEADER, "authorization"},
	{END("cookie"), SECRET_LINE, "cookie"},
};

/* The end of name in lower case without separators; its length. */
static size_t fold(struct span name, char out[static MAX_NAME])
{
	size_t n = 0;

	if (name.len > MAX_NAME)
		name = span_of(name.data + (name.len - MAX_NAME), MAX_NAME);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != '_' && c != '-' && c != '.' && c != ' ')
			out[n++] = c;
	}
	return n;
}

/* "pass" is the end of too many words: it counts only as a word of its own. */
static bool is_pass(struct span name)
{
	char before;

	if (name.len < 4 || !span_eq_nocase(span_of(name.data + name.len - 4, 4), SPAN("pass")))
		return false;
	before = name.len > 4 ? name.data[name.len - 5] : '_';
	return before == '_' || before == '-' || before == '.';
}

struct secret_name secret_name(struct span name)
{
	char folded[MAX_NAME];
	size_t n = fold(name, folded);

	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		struct span end = suffixes[i].end;

		if (n >= end.len && folded[n - 1] == end.data[end.len - 1] &&
		    memcmp(folded + n - end.len, end.data, end.len) == 0)
			return (struct secret_name){suffixes[i].class, suffixes[i].type};
	}
	if (is_pass(name))
		return (struct secret_name){SECRET_LIKELY, "password"};
	return (struct secret_name){SECRET_NO, NULL};
}

/* ---- values ---- */

static double bits_per_byte(struct span s)
{
	uint32_t count[256] = {0};
	double sum = 0;

	for (size_t i = 0; i < s.len; i++)
		count[(unsigned char)s.data[i]]++;
	for (size_t i = 0; i < 256; i++) {
		if (count[i])
			sum += (double)count[i] * log2((double)count[i]);
	}
	return s.len ? log2((double)s.len) - sum / (double)s.len : 0;
}

static bool all_of(struct span s, const char *set)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!strchr(set, s.data[i]) || !s.data[i])
			return false;
	}
	return true;
}

/* What people write where a secret would stand. */
static bool is_placeholder(struct span s)
{
	static const char *const words[] = {"null",  "none", "nil", "true",
					    "false", "yes",  "no",  "-"};
	static const char *const starts[] = {"${", "$(", "{{", "%(", "<"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (span_eq_nocase(s, span_cstr(words[i])))
			return true;
	}
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		if (span_starts(s, starts[i]))
			return true;
	}
	if (s.data[0] == '$' &&
	    all_of(span_of(s.data + 1, s.len - 1), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))
		return true;
	return all_of(s, "*") || (s.len > 2 && (all_of(s, "xX") || all_of(s, ".")));
}

bool secret_value(struct secret_name name, struct span value)
{
	if (name.class == SECRET_NO || value.len == 0 || is_placeholder(value) ||
	    span_find(value, SPAN("[redacted:")))
		return false;
	if (value.data[0] == '/' && span_is(span_cstr(name.type), "password") && value.len > 1 &&
	    memchr(value.data + 1, '/', value.len - 1))
		return false; /* PWD=/home/x, password: /run/secrets/db: a path */
	return name.class != SECRET_LIKELY || bits_per_byte(value) >= RANDOM_BITS;
}
