/*
 * The second reading of a line in which the DOM met a number that it does not
 * take. Issue 2 suggests simdjson's on-demand interface for it; instead the
 * numbers alone are judged here, by grammar, and the DOM reads a copy in which
 * those that it cannot hold stand as 0. So one reader checks everything else
 * in either case (on demand checks only what is stepped through), and reading
 * by path works on such records as on all others.
 */
#include "record/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "record/record.h"

/* An integer of this many bytes, sign included, is within 64 bits. */
#define SAFE_INTEGER 18
/* A number of this many bytes without exponent is below the greatest double. */
#define SAFE_DECIMAL 300

void numbers_release(struct numbers *s)
{
	free(s->copy);
	free(s->list);
	*s = (struct numbers){.copy = NULL};
}

static bool ends_token(char c)
{
	return c == ',' || c == ':' || c == '"' || c == '{' || c == '}' || c == '[' || c == ']' ||
	       c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* True if the DOM is sure to take this number. */
static bool is_safe(struct span token)
{
	bool point = memchr(token.data, '.', token.len) != NULL;
	bool exponent = memchr(token.data, 'e', token.len) || memchr(token.data, 'E', token.len);
	struct err e = ERR_INIT;
	double d;

	if (exponent)
		return num_parse_double(token, &d, &e) == 0;
	return token.len <= (point ? SAFE_DECIMAL : SAFE_INTEGER);
}

static void replace(struct numbers *s, size_t ordinal, struct span token, char *in_copy)
{
	struct err e = ERR_INIT;
	double value;

	if (num_parse_double(token, &value, &e) != 0)
		value = (double)NAN;
	mem_grow(s->list, s->cap, s->n + 1);
	s->list[s->n++] = (struct number){ordinal, value};
	memset(in_copy, ' ', token.len);
	in_copy[0] = '0';
}

/* Index behind the string that begins at `at`. */
static size_t string_end(struct span line, size_t at)
{
	for (at++; at < line.len && line.data[at] != '"'; at++)
		if (line.data[at] == '\\')
			at++;
	return at + 1;
}

static size_t token_end(struct span line, size_t at)
{
	while (at < line.len && !ends_token(line.data[at]))
		at++;
	return at;
}

static void begin_copy(struct numbers *s, struct span line)
{
	mem_grow(s->copy, s->copy_cap, line.len + RECORD_PADDING);
	memcpy(s->copy, line.data, line.len);
	memset(s->copy + line.len, 0, RECORD_PADDING);
	s->n = 0;
}

int numbers_replace(struct numbers *s, struct span line, struct err *e)
{
	size_t at = 0, ordinal = 0, end;

	begin_copy(s, line);
	while (at < line.len) {
		char c = line.data[at];

		if (c == '"') {
			at = string_end(line, at);
			continue;
		}
		if (ends_token(c)) {
			at++;
			continue;
		}
		end = token_end(line, at);
		if (c == '-' || (c >= '0' && c <= '9')) {
			struct span token = span_of(line.data + at, end - at);

			if (!num_is_json(token))
				return err_set(e, EX_BADDATA, "'%.*s' is not a JSON number",
					       (int)(token.len > 40 ? 40 : token.len), token.data);
			if (!is_safe(token))
				replace(s, ordinal, token, s->copy + at);
			ordinal++;
		}
		at = end;
	}
	return 0;
}

void numbers_restore(const struct numbers *s, struct tape *t)
{
	size_t ordinal = 0, next = 0;

	for (size_t i = TAPE_ROOT; i < tape_end(t) && next < s->n; i++) {
		if (!tape_is_number(tape_type(t, i)))
			continue;
		if (ordinal++ == s->list[next].ordinal) {
			t->words[i] = (uint64_t)'d' << 56;
			memcpy(&t->words[i + 1], &s->list[next++].value, sizeof(double));
		}
		i++; /* the second word of a number */
	}
}
