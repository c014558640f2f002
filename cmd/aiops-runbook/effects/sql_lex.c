#include "aiops-runbook/effects/sql_lex.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Behind a closing quote; a doubled one is part of the text. False if it has no end, or if there is
 * a backslash in it, which some servers take for an escape and others do not. */
static bool skip_quoted(struct lexer *l, char quote)
{
	bool plain = true, closed;

	l->at++;
	while (l->at < l->end) {
		plain &= *l->at != '\\';
		if (*l->at == quote) {
			if (l->at + 1 < l->end && l->at[1] == quote)
				l->at++;
			else
				break;
		}
		l->at++;
	}
	closed = l->at < l->end;
	l->at += closed;
	return plain && closed;
}

/* `name`, in MySQL. To PostgreSQL it is two operators and what stands between them, so only a plain
 * name is the same to both. */
static bool skip_backticked(struct lexer *l)
{
	l->at++;
	while (l->at < l->end && (isalnum((unsigned char)*l->at) || *l->at == '_'))
		l->at++;
	if (l->at >= l->end || *l->at != '`')
		return false;
	l->at++;
	return true;
}

/* What both take for text inside $$: to MySQL $ is a letter, and what stands there is code. */
static bool is_plain(const char *text, const char *end)
{
	for (; text < end; text++) {
		if (!isalnum((unsigned char)*text) && !memchr("_ .,:=%+*", *text, 9))
			return false;
	}
	return true;
}

/* $tag$ ... $tag$: 1 skipped, 0 it is none, -1 it has no end, or it is not text to all. */
static int skip_dollar(struct lexer *l)
{
	const char *tag = l->at, *p = l->at + 1;
	size_t n;

	while (p < l->end && (isalnum((unsigned char)*p) || *p == '_'))
		p++;
	if (p >= l->end || *p != '$')
		return 0;
	n = (size_t)(p + 1 - tag);
	for (p++; p + n <= l->end; p++) {
		if (memcmp(p, tag, n) == 0) {
			l->at = p + n;
			return is_plain(tag + n, p) ? 1 : -1;
		}
	}
	return -1;
}

/* Behind a comment from -- on. False where servers differ: without a blank it is none to MySQL, and
 * a CR alone ends it to PostgreSQL. */
static bool skip_comment(struct lexer *l)
{
	const char *p = l->at + 2;

	if (p < l->end && !isspace((unsigned char)*p))
		return false;
	for (; p < l->end && *p != '\n'; p++) {
		if (*p == '\r' && p + 1 < l->end && p[1] != '\n')
			return false;
	}
	l->at = p;
	return true;
}

static bool skip_blank(struct lexer *l)
{
	while (l->at < l->end) {
		if (isspace((unsigned char)*l->at)) {
			l->at++;
		} else if (l->end - l->at >= 2 && memcmp(l->at, "--", 2) == 0) {
			if (!skip_comment(l))
				return false;
		} else if (l->end - l->at >= 2 && memcmp(l->at, "/*", 2) == 0) {
			/* In PostgreSQL comments nest, elsewhere they do not, and in MySQL some are
			 * code: who hides something there is not believed. */
			return false;
		} else {
			break;
		}
	}
	return true;
}

/* Commands of psql that end a statement and do no more; others run programs, read files, connect.
 */
static enum token_kind psql_command(struct lexer *l)
{
	static const char *const harmless_commands[] = {"\\gset", "\\gx", "\\g", NULL};
	size_t left = (size_t)(l->end - l->at);

	for (size_t i = 0; harmless_commands[i]; i++) {
		size_t n = strlen(harmless_commands[i]);

		/* alone on what is left of its line: \g | sh runs a program */
		if (left >= n && memcmp(l->at, harmless_commands[i], n) == 0 &&
		    (left == n || l->at[n] == '\n')) {
			l->at += n;
			return TOKEN_SEMICOLON;
		}
	}
	return TOKEN_UNKNOWN;
}

/* ::type, :'text' and :"name" are safe; :name is not. */
static enum token_kind colon(struct lexer *l)
{
	l->at++;
	if (l->at < l->end && *l->at == ':')
		l->at++;
	else if (l->at < l->end && (isalpha((unsigned char)*l->at) || *l->at == '_'))
		return TOKEN_RAW;
	return TOKEN_OTHER;
}

/* A quoted name may be that of a function. */
static enum token_kind quoted_name(struct lexer *l)
{
	(void)skip_blank(l); /* what stands there is read next */
	return l->at < l->end && *l->at == '(' ? TOKEN_UNKNOWN : TOKEN_OTHER;
}

static enum token_kind word(struct lexer *l)
{
	size_t n = 0;

	while (l->at < l->end && (isalnum((unsigned char)*l->at) || memchr("_.$", *l->at, 3))) {
		if (n + 1 < sizeof l->word)
			l->word[n++] = (char)tolower((unsigned char)*l->at);
		l->at++;
	}
	l->word[n] = '\0';
	return TOKEN_WORD;
}

enum token_kind sql_next(struct lexer *l)
{
	if (!skip_blank(l))
		return TOKEN_UNKNOWN;
	if (l->at >= l->end)
		return TOKEN_END;
	if (isalpha((unsigned char)*l->at) || *l->at == '_')
		return word(l);
	switch (*l->at) {
	case '\'':
		return skip_quoted(l, '\'') ? TOKEN_OTHER : TOKEN_UNKNOWN;
	case '"':
		return skip_quoted(l, '"') ? quoted_name(l) : TOKEN_UNKNOWN;
	case '`':
		return skip_backticked(l) ? quoted_name(l) : TOKEN_UNKNOWN;
	case '#':  /* begins a comment in MySQL, an operator in PostgreSQL */
	case '\0': /* ends the text for some */
		return TOKEN_UNKNOWN;
	case '$': {
		int dollar = skip_dollar(l);

		if (dollar)
			return dollar < 0 ? TOKEN_UNKNOWN : TOKEN_OTHER;
		l->at++;
		return TOKEN_OTHER;
	}
	case '{':
		if (l->end - l->at >= 2 && l->at[1] == '{')
			return TOKEN_UNKNOWN;
		l->at++;
		return TOKEN_OTHER;
	case ';':
		l->at++;
		return TOKEN_SEMICOLON;
	case '(':
		l->at++;
		return TOKEN_OPEN;
	case '\\':
		return psql_command(l);
	case ':':
		return colon(l);
	default:
		l->at++;
		return TOKEN_OTHER;
	}
}
