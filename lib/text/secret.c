#include "text/secret.h"

#include "text/secret_impl.h"

/* ---- formats that can be told by how they begin ---- */

static bool aws_key_id(struct span t, size_t at, struct secret *out)
{
	static const char *const prefixes[] = {"AKIA", "ASIA", "ABIA", "ACCA"};
	enum { PREFIX = 4, LENGTH = 20 };
	bool known = starts_at(t, at, "A3T") && at + 3 < t.len && is_alnum(t.data[at + 3]);
	size_t end;

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && !known; i++)
		known = starts_at(t, at, prefixes[i]);
	if (!known)
		return false;
	end = run(t, at + PREFIX, is_key_id);
	if (end < at + LENGTH || (end == at + LENGTH && end < t.len && is_alnum(t.data[end])) ||
	    end > at + LENGTH)
		return false;
	return hit(out, at, end, "aws_key_id");
}

/* A prefix and at least `least` bytes of a kind behind it. */
static bool prefixed(struct span t, size_t at, const char *prefix, size_t least, bool (*is)(char),
		     const char *type, struct secret *out)
{
	size_t from = at + strlen(prefix), end;

	if (!starts_at(t, at, prefix))
		return false;
	end = run(t, from, is);
	return end - from >= least && hit(out, at, end, type);
}

static bool github_token(struct span t, size_t at, struct secret *out)
{
	static const char *const prefixes[] = {"ghp_", "gho_", "ghu_", "ghs_", "ghr_"};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		if (prefixed(t, at, prefixes[i], 36, is_alnum, "github_token", out))
			return true;
	}
	return prefixed(t, at, "github_pat_", 22, is_alnum_or_underscore, "github_token", out);
}

static bool slack_token(struct span t, size_t at, struct secret *out)
{
	return starts_at(t, at, "xox") && at + 4 < t.len && strchr("abprs", t.data[at + 3]) &&
	       t.data[at + 3] && t.data[at + 4] == '-' &&
	       run(t, at + 5, is_alnum_or_dash) - at >= 15 &&
	       hit(out, at, run(t, at + 5, is_alnum_or_dash), "slack_token");
}

static bool model_key(struct span t, size_t at, struct secret *out)
{
	/* A digit: "sk-learn-..." and the like are names. */
	return prefixed(t, at, "sk-", 20, is_base64url, "api_key", out) &&
	       has_digit(t, out->begin, out->end);
}

static bool web_token(struct span t, size_t at, struct secret *out)
{
	size_t dot;

	if (!starts_at(t, at, "eyJ"))
		return false;
	for (int part = 0; part < 2; part++) {
		if (part && !starts_at(t, at, "eyJ"))
			return false;
		dot = run(t, at, is_base64url);
		if (dot >= t.len || t.data[dot] != '.')
			return false;
		if (part == 0)
			out->begin = at;
		at = dot + 1;
	}
	return hit(out, out->begin, run(t, at, is_base64url), "jwt");
}

/* "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY": capitals, so that nothing which was taken out of a text
 * becomes one with what stands around it. */
static bool is_label_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
}

/* A PEM block to its END line, or to the end of a text that was cut. */
bool secret_pem_key(struct span t, size_t at, struct secret *out)
{
	enum { MAX_LABEL = 48, KEY = sizeof "PRIVATE KEY" - 1 };
	const char *end;
	size_t behind;

	if (!starts_at(t, at, "-----BEGIN "))
		return false;
	behind = run(t, at + 11, is_label_char);
	if (behind - at - 11 < KEY || behind - at - 11 > MAX_LABEL ||
	    !starts_at(t, behind - KEY, "PRIVATE KEY-----"))
		return false;
	end = span_find(rest(t, at + 11), SPAN("-----END "));
	if (end) {
		size_t from = (size_t)(end - t.data) + 9;

		end = span_find(rest(t, from), SPAN("-----"));
	}
	return hit(out, at, end ? (size_t)(end - t.data) + 5 : t.len, "private_key");
}

static bool bearer(struct span t, size_t at, struct secret *out)
{
	enum { WORD = 7, LEAST = 16 };
	size_t end;

	if (t.len - at < WORD || !starts_nocase(t, at, "bearer "))
		return false;
	end = run(t, at + WORD, is_bearer_char);
	return end - at - WORD >= LEAST && has_digit(t, at + WORD, end) &&
	       hit(out, at + WORD, end, "authorization");
}

/* ---- scheme://user:password@host ---- */

static bool ends_userinfo(char c)
{
	return is_space(c) || c == '/' || c == '"' || c == '\'' || c == '<' || c == '>' ||
	       c == '?' || c == '#';
}

/* The ':' at `at` stands behind "://" and a user's name. */
static bool behind_user(struct span t, size_t at)
{
	enum { MAX_USER = 256 };
	size_t i = at;

	while (i > 0 && at - i < MAX_USER && !ends_userinfo(t.data[i - 1]) &&
	       !strchr(":@[", t.data[i - 1]))
		i--;
	return i >= 3 && starts_at(t, i - 3, "://");
}

static bool url_password(struct span t, size_t at, struct secret *out)
{
	size_t begin = at + 1, end, at_sign = 0;

	if (!behind_user(t, at))
		return false;
	for (end = begin; end < t.len && !ends_userinfo(t.data[end]); end++) {
		if (t.data[end] == '@')
			at_sign = end; /* the last one: passwords with a bare @ are common */
	}
	return at_sign &&
	       secret_value((struct secret_name){SECRET_SURE, "url_password"},
			    span_of(t.data + begin, at_sign - begin)) &&
	       hit(out, begin, at_sign, "url_password");
}

/* ---- all of them ---- */

static bool at_word_start(struct span t, size_t at)
{
	return at == 0 || !is_alnum(t.data[at - 1]);
}

/* For what may hold '-' and '_' itself, so that each such run is read from one place only. */
static bool at_run_start(struct span t, size_t at)
{
	return at == 0 || !is_base64url(t.data[at - 1]);
}

static bool secret_at(struct span t, size_t at, struct secret *out)
{
	switch (t.data[at]) {
	case 'A':
		return at_word_start(t, at) &&
		       (aws_key_id(t, at, out) ||
			prefixed(t, at, "AIza", 35, is_base64url, "api_key", out));
	case 'g':
		return at_word_start(t, at) && github_token(t, at, out);
	case 'x':
		return at_word_start(t, at) && slack_token(t, at, out);
	case 's':
		return at_run_start(t, at) && model_key(t, at, out);
	case 'e':
		return at_run_start(t, at) && web_token(t, at, out);
	case 'B':
	case 'b':
		return at_word_start(t, at) && bearer(t, at, out);
	case '-':
		return secret_pem_key(t, at, out);
	case ':':
		return url_password(t, at, out) || secret_named_value(t, at, out);
	case '=':
		return secret_named_value(t, at, out);
	default:
		return false;
	}
}

bool secret_next(struct span text, size_t from, struct secret *out)
{
	/* The bytes that secret_at takes up, and what then comes next; '*' is any byte. */
	static const char next[256] = {
		['A'] = '*', ['B'] = 'e', ['b'] = 'e', ['e'] = 'y', ['g'] = '*',
		['s'] = 'k', ['x'] = 'o', ['-'] = '-', [':'] = '*', ['='] = '*',
	};

	for (size_t at = from; at < text.len; at++) {
		char then = next[(unsigned char)text.data[at]];

		if (then &&
		    (then == '*' ||
		     (at + 1 < text.len && (text.data[at + 1] | 0x20) == (then | 0x20))) &&
		    secret_at(text, at, out))
			return true;
	}
	return false;
}
