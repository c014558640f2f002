/* Secrets that a name announces: name=value, name: "value". */
#include "text/secret_impl.h"

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
		if (t.data[i] == '-' && secret_pem_key(t, i, &pem))
			return pem.end > end ? pem.end : end;
	}
	return end;
}

bool secret_named_value(struct span t, size_t at, struct secret *out)
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
