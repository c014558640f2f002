#include "text/secret.h"

/* ---- bytes ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_base64url(char c)
{
	return is_alnum(c) || c == '_' || c == '-';
}

static bool is_key_id(char c) /* base32, as in AWS key ids */
{
	return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
}

static bool is_name_char(char c)
{
	return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

static bool is_bearer_char(char c)
{
	return is_base64url(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

static bool is_alnum_or_dash(char c)
{
	return is_alnum(c) || c == '-';
}

static bool is_alnum_or_underscore(char c)
{
	return is_alnum(c) || c == '_';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* ---- a text and a place in it ---- */

static struct span rest(struct span t, size_t at)
{
	return span_of(t.data + at, t.len - at);
}

static bool starts_at(struct span t, size_t at, const char *prefix)
{
	return at <= t.len && span_starts(rest(t, at), prefix);
}

static bool starts_nocase(struct span t, size_t at, const char *prefix)
{
	size_t n = strlen(prefix);

	return t.len - at >= n && span_eq_nocase(span_of(t.data + at, n), span_of(prefix, n));
}

/* The end of the run of bytes that `is` accepts. */
static size_t run(struct span t, size_t at, bool (*is)(char))
{
	while (at < t.len && is(t.data[at]))
		at++;
	return at;
}

static size_t skip_blanks(struct span t, size_t at)
{
	while (at < t.len && (t.data[at] == ' ' || t.data[at] == '\t'))
		at++;
	return at;
}

static bool has_digit(struct span t, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		if (is_digit(t.data[i]))
			return true;
	}
	return false;
}

static bool hit(struct secret *out, size_t begin, size_t end, const char *type)
{
	*out = (struct secret){begin, end, type};
	return true;
}

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

/* A PEM block to its END line, or to the end of a text that was cut. */
static bool pem_key(struct span t, size_t at, struct secret *out)
{
	enum { MAX_LABEL = 64 };
	struct span label;
	const char *end;

	if (!starts_at(t, at, "-----BEGIN "))
		return false;
	label = rest(t, at + 11);
	if (label.len > MAX_LABEL)
		label.len = MAX_LABEL;
	if (!span_find(label, SPAN("PRIVATE KEY-----")))
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

/* ---- name=value, name: "value" ---- */

/* The name in front of the separator at `at`: spaces and one quote may stand between. */
static struct span name_before(struct span t, size_t at)
{
	size_t end = at, begin;

	while (end > 0 && t.data[end - 1] == ' ')
		end--;
	if (end > 0 && (t.data[end - 1] == '"' || t.data[end - 1] == '\''))
		end--;
	while (end > 0 && t.data[end - 1] == '\\') /* JSON in a string in JSON in a string */
		end--;
	for (begin = end; begin > 0 && is_name_char(t.data[begin - 1]) && end - begin < 64; begin--)
		continue;
	return span_of(t.data + begin, end - begin);
}

/* The end of one word of a value that began without a quote. */
static size_t word_end(struct span t, size_t at, enum secret_class class)
{
	const char *ends = class == SECRET_LIKELY ? "&;\"'<>,)}]|" : "&;\"'<>";

	while (at < t.len && !is_space(t.data[at]) && (!t.data[at] || !strchr(ends, t.data[at])))
		at++;
	return at;
}

static size_t line_end(struct span t, size_t at)
{
	while (at < t.len && t.data[at] != '\n' && t.data[at] != '\r' && t.data[at] != '"' &&
	       t.data[at] != '\'')
		at++;
	return at;
}

/* "Bearer abc", "Basic abc", "abc"; of other schemes with a list behind them all of the line. */
static size_t header_end(struct span t, size_t at)
{
	static const char *const one_word[] = {"bearer", "basic", "token", "negotiate", "apikey"};
	static const char *const list[] = {"digest", "aws4-hmac-sha256"};
	size_t end = word_end(t, at, SECRET_HEADER);
	struct span scheme = span_of(t.data + at, end - at);

	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		if (span_eq_nocase(scheme, span_cstr(list[i])))
			return line_end(t, at);
	}
	for (size_t i = 0; i < sizeof one_word / sizeof *one_word; i++) {
		if (span_eq_nocase(scheme, span_cstr(one_word[i])))
			return word_end(t, skip_blanks(t, end), SECRET_HEADER);
	}
	return end;
}

static size_t slashes_at(struct span t, size_t at)
{
	size_t n = 0;

	while (at + n < t.len && t.data[at + n] == '\\')
		n++;
	return n;
}

/* The end of a value whose opening quote had so many backslashes in front: JSON in a string has
 * one, in a string of that three, and the closing quote as many. */
static size_t quoted_end(struct span t, size_t at, char quote, size_t slashes)
{
	while (at < t.len) {
		size_t n = slashes_at(t, at);

		if (at + n < t.len && t.data[at + n] == quote && n <= slashes)
			return at;
		at += n ? n + (slashes == 0 && n % 2) : 1;
		if (slashes && n && at < t.len)
			at++; /* a quote that is more deeply escaped, or any other byte */
	}
	return t.len;
}

static size_t value_end(struct span t, size_t begin, char quote, size_t slashes,
			enum secret_class class)
{
	if (quote)
		return quoted_end(t, begin, quote, slashes);
	if (class == SECRET_HEADER)
		return header_end(t, begin);
	return class == SECRET_LINE ? line_end(t, begin) : word_end(t, begin, class);
}

/* The end of a PEM block that begins inside the value, for its blanks do not end it. */
static size_t past_pem(struct span t, size_t begin, size_t end)
{
	struct secret pem;

	for (size_t i = begin; i < end; i++) {
		if (t.data[i] == '-' && pem_key(t, i, &pem))
			return pem.end > end ? pem.end : end;
	}
	return end;
}

static bool named_value(struct span t, size_t at, struct secret *out)
{
	/* A value is judged by its beginning: else text of many names and no secret would be read
	 * over and over. */
	enum { JUDGED = 512 };
	struct secret_name name = secret_name(name_before(t, at));
	struct span head = t;
	size_t begin, end, slashes; /* backslashes in front of its quote */
	char quote = '\0';

	if (name.class == SECRET_NO)
		return false;
	begin = at + 1;
	if (begin < t.len && (t.data[begin] == '>' || t.data[begin] == '=')) /* => and == */
		begin++;
	begin = skip_blanks(t, begin);
	slashes = slashes_at(t, begin);
	if (begin + slashes < t.len &&
	    (t.data[begin + slashes] == '"' || t.data[begin + slashes] == '\'')) {
		begin += slashes;
		quote = t.data[begin++];
	}
	if (head.len > begin + JUDGED)
		head.len = begin + JUDGED;
	end = value_end(head, begin, quote, slashes, name.class);
	if (!secret_value(name, span_of(t.data + begin, end - begin)))
		return false;
	if (end == head.len)
		end = value_end(t, begin, quote, slashes, name.class);
	return hit(out, begin, past_pem(t, begin, end), name.type);
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
		return pem_key(t, at, out);
	case ':':
		return url_password(t, at, out) || named_value(t, at, out);
	case '=':
		return named_value(t, at, out);
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
