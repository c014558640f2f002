/*
 * What SQL does: statements by their first word, and functions by name, since a
 * SELECT can end sessions and drop slots. What is not known to be harmless is not.
 */
#include "aiops-runbook/effects/effects.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WHY_MAX = 200, TOKEN_MAX = 64 };

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_OTHER,
	TOKEN_SEMICOLON,
	TOKEN_OPEN,
	TOKEN_RAW, /* :name of psql, put in as it is */
	TOKEN_UNKNOWN
};

struct lexer {
	const char *at, *end;
	char word[TOKEN_MAX]; /* lower case, cut */
};

/* Behind a closing quote; a doubled one is part of the text. False if there is a backslash in it,
 * which some servers take for an escape and others do not. */
static bool skip_quoted(struct lexer *l, char quote)
{
	bool plain = true;

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
	l->at += l->at < l->end;
	return plain;
}

/* $tag$ ... $tag$: 1 skipped, 0 it is none, -1 it has no end. */
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
			return 1;
		}
	}
	return -1;
}

static bool skip_blank(struct lexer *l)
{
	while (l->at < l->end) {
		if (isspace((unsigned char)*l->at)) {
			l->at++;
		} else if (l->end - l->at >= 2 && memcmp(l->at, "--", 2) == 0) {
			while (l->at < l->end && *l->at != '\n')
				l->at++;
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

static enum token_kind next(struct lexer *l)
{
	size_t n = 0;

	if (!skip_blank(l))
		return TOKEN_UNKNOWN;
	if (l->at >= l->end)
		return TOKEN_END;
	if (isalpha((unsigned char)*l->at) || *l->at == '_') {
		while (l->at < l->end &&
		       (isalnum((unsigned char)*l->at) || *l->at == '_' || *l->at == '.')) {
			if (n + 1 < sizeof l->word)
				l->word[n++] = (char)tolower((unsigned char)*l->at);
			l->at++;
		}
		l->word[n] = '\0';
		return TOKEN_WORD;
	}
	switch (*l->at) {
	case '\'':
		return skip_quoted(l, '\'') ? TOKEN_OTHER : TOKEN_UNKNOWN;
	case '"':
		/* A quoted name may be that of a function. */
		if (!skip_quoted(l, '"'))
			return TOKEN_UNKNOWN;
		(void)skip_blank(l); /* what stands there is read next */
		return l->at < l->end && *l->at == '(' ? TOKEN_UNKNOWN : TOKEN_OTHER;
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

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(word, *words) == 0)
			return true;
	}
	return false;
}

/* ---- statements ---- */

static const char *const reading[] = {"select", "show", "explain",  "values", "table",
				      "with",   "desc", "describe", "use",    NULL};
static const char *const writing[] = {"insert",     "update",  "analyze",  "vacuum",  "reindex",
				      "checkpoint", "comment", "create",   "refresh", "set",
				      "begin",      "commit",  "start",    "end",     "listen",
				      "notify",     "cluster", "optimize", NULL};
/* Words that, anywhere in a statement that reads, say that it does more. */
static const char *const acting[] = {"insert", "update", "delete",  "merge",  "into",    "truncate",
				     "drop",   "alter",  "create",  "grant",  "call",    "do",
				     "copy",   "lock",   "execute", "revoke", "replace", NULL};
static const char *const destroying[] = {"delete", "drop",  "truncate", "alter", "grant",
					 "revoke", "merge", "replace",  NULL};
/* Functions that only tell. A call of any other makes a SELECT as bad as can be. */
static const char *const harmless[] = {"count",
				       "sum",
				       "min",
				       "max",
				       "avg",
				       "coalesce",
				       "nullif",
				       "now",
				       "age",
				       "extract",
				       "date_trunc",
				       "to_char",
				       "round",
				       "floor",
				       "ceil",
				       "abs",
				       "length",
				       "lower",
				       "upper",
				       "trim",
				       "concat",
				       "format",
				       "substring",
				       "substr",
				       "left",
				       "right",
				       "replace",
				       "split_part",
				       "string_agg",
				       "array_agg",
				       "json_agg",
				       "jsonb_agg",
				       "row_to_json",
				       "to_json",
				       "json_build_object",
				       "greatest",
				       "least",
				       "cast",
				       "exists",
				       "in",
				       "any",
				       "all",
				       "filter",
				       "over",
				       "as",
				       "and",
				       "or",
				       "not",
				       "on",
				       "where",
				       "from",
				       "by",
				       "interval",
				       "case",
				       "when",
				       "then",
				       "else",
				       "between",
				       "values",
				       "select",
				       "using",
				       "having",
				       "limit",
				       "with",
				       "union",
				       "percentile_cont",
				       "percentile_disc",
				       "within",
				       "row_number",
				       "rank",
				       "lag",
				       "lead",
				       "unnest",
				       "generate_series",
				       "current_setting",
				       "version",
				       "current_database",
				       "current_user",
				       "session_user",
				       "inet_server_addr",
				       "clock_timestamp",
				       "pg_postmaster_start_time",
				       "pg_backend_pid",
				       "pg_is_in_recovery",
				       "pg_database_size",
				       "pg_relation_size",
				       "pg_total_relation_size",
				       "pg_table_size",
				       "pg_indexes_size",
				       "pg_tablespace_size",
				       "pg_size_pretty",
				       "pg_size_bytes",
				       "pg_current_wal_lsn",
				       "pg_wal_lsn_diff",
				       "pg_last_wal_receive_lsn",
				       "pg_last_wal_replay_lsn",
				       "pg_last_xact_replay_timestamp",
				       "pg_blocking_pids",
				       "pg_stat_get_activity",
				       "pg_stat_file",
				       "pg_locks",
				       "pg_stat_activity",
				       "txid_current_if_assigned",
				       "obj_description",
				       "to_regclass",
				       "pg_get_expr",
				       "pg_get_indexdef",
				       "sqrt",
				       "power",
				       "ln",
				       "varchar",
				       "numeric",
				       "char",
				       "decimal",
				       "float",
				       "time",
				       "timestamp",
				       "timestamptz",
				       "date",
				       "database",
				       "unix_timestamp",
				       "from_unixtime",
				       "timediff",
				       "if",
				       "ifnull",
				       "isnull",
				       "group_concat",
				       "concat_ws",
				       NULL};

static enum effect first_effect(const char *word)
{
	return is_one_of(word, reading)   ? EFFECT_READ
	       : is_one_of(word, writing) ? EFFECT_WRITE
					  : EFFECT_DESTRUCTIVE;
}

static void note(char *why, const char *before, const char *word)
{
	if (why)
		(void)snprintf(why, WHY_MAX, "%s%s", before, word); /* a longer one is cut */
}

static const char *last_part(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

/* ALTER of a role or database may set how many connections it has, and nothing else. */
static const char *const limiting[] = {"role", "user", "database", "connection", "limit", NULL};

struct statement {
	enum effect effect;
	bool limits;       /* so far it can be such an ALTER */
	bool any, explain; /* words came; the first was EXPLAIN */
	char previous[TOKEN_MAX];
	char *why;
};

static void raise_it(struct statement *s, enum effect effect, const char *before, const char *word)
{
	if (effect <= s->effect)
		return;
	s->effect = effect;
	note(s->why, before, word);
}

static void take_word(struct statement *s, const char *word)
{
	if (!s->any) {
		s->limits = strcmp(word, "alter") == 0;
		if (s->limits) {
			s->any = true;
			raise_it(s, EFFECT_WRITE, "", word);
			return;
		}
		s->explain = strcmp(word, "explain") == 0;
		raise_it(s, first_effect(word), "", word);
	} else if (s->limits && !is_one_of(word, limiting)) {
		raise_it(s, EFFECT_DESTRUCTIVE, "alter ", word);
	} else if (s->explain && strcmp(word, "analyze") == 0) {
		raise_it(s, EFFECT_DESTRUCTIVE, "", "explain analyze runs it");
	} else if (is_one_of(word, destroying)) {
		if (!s->explain)
			raise_it(s, EFFECT_DESTRUCTIVE, "", word);
	} else if (is_one_of(word, acting) && s->effect == EFFECT_READ && !s->explain) {
		raise_it(s,
			 strcmp(word, "insert") == 0 || strcmp(word, "update") == 0
				 ? EFFECT_WRITE
				 : EFFECT_DESTRUCTIVE,
			 "", word);
	}
	s->any = true;
	(void)snprintf(s->previous, sizeof s->previous, "%s", word); /* fits */
}

enum effect sql_effect(struct span sql, bool all_known, char *why)
{
	struct lexer l = {.at = sql.data, .end = sql.data + sql.len};
	struct statement s = {.effect = EFFECT_READ, .why = why};
	enum token_kind kind;
	bool after_word = false;

	if (!all_known || !sql.data) {
		note(why, "", "not all of it is known");
		return EFFECT_DESTRUCTIVE;
	}
	while ((kind = next(&l)) != TOKEN_END) {
		if (kind == TOKEN_UNKNOWN)
			raise_it(&s, EFFECT_DESTRUCTIVE, "", "it cannot be read");
		if (kind == TOKEN_UNKNOWN)
			return s.effect;
		if (kind == TOKEN_RAW && s.effect == EFFECT_READ)
			raise_it(&s, EFFECT_DESTRUCTIVE, "",
				 "a variable is put in as it is: write :'name'");
		if (kind == TOKEN_RAW)
			(void)next(&l); /* its name */
		if (kind == TOKEN_SEMICOLON)
			s.any = s.explain = s.limits = false;
		else if (kind == TOKEN_WORD)
			take_word(&s, l.word);
		else if (kind == TOKEN_OPEN && after_word && !s.explain &&
			 !is_one_of(last_part(s.previous), harmless) && s.effect == EFFECT_READ)
			raise_it(&s, EFFECT_DESTRUCTIVE, "function ", s.previous);
		after_word = kind == TOKEN_WORD;
	}
	return s.effect;
}
