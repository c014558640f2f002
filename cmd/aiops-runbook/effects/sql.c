/*
 * What SQL does: statements by their first word, and functions by name, since a
 * SELECT can end sessions and drop slots. What is not known to be harmless is not.
 */
#include "aiops-runbook/effects/effects.h"
#include "aiops-runbook/effects/sql_lex.h"

#include <stdio.h>
#include <string.h>

enum { WHY_MAX = 200 };

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(word, *words) == 0)
			return true;
	}
	return false;
}

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
				       "set",
				       "conflict",
				       "returning",
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

/* By its own name, or that of the schema that holds the server's own: another may hold anything. */
static bool is_harmless(const char *name)
{
	static const char own[] = "pg_catalog.";

	return is_one_of(strncmp(name, own, sizeof own - 1) == 0 ? name + sizeof own - 1 : name,
			 harmless);
}

/* What a statement that writes may call functions behind. */
static const char *const calling[] = {"select", "set", "values", "returning", "where", NULL};

/* ALTER of a role or database may set how many connections it has, and nothing else. */
static const char *const limiting[] = {"role", "user", "database", "connection", "limit", NULL};

struct statement {
	enum effect effect, worst; /* of this one; of all */
	bool limits;               /* so far it can be such an ALTER */
	bool any, explain;         /* words came; the first was EXPLAIN */
	bool calls;                /* what has a ( behind it is a function */
	char previous[TOKEN_MAX];
	char *why;
};

static void raise_it(struct statement *s, enum effect effect, const char *before, const char *word)
{
	if (effect > s->effect)
		s->effect = effect;
	if (effect <= s->worst)
		return;
	s->worst = effect;
	note(s->why, before, word);
}

static void end_statement(struct statement *s)
{
	s->effect = EFFECT_READ;
	s->any = s->explain = s->limits = s->calls = false;
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
	} else if (s->explain && (strcmp(word, "analyze") == 0 || strcmp(word, "analyse") == 0)) {
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
	s->calls |= s->effect == EFFECT_READ || is_one_of(word, calling);
	(void)snprintf(s->previous, sizeof s->previous, "%s", word); /* fits */
}

enum effect sql_effect(struct span sql, bool all_known, char *why)
{
	struct lexer l;
	struct statement s = {.effect = EFFECT_READ, .worst = EFFECT_READ, .why = why};
	enum token_kind kind;
	bool after_word = false;

	if (!all_known || !sql.data) {
		note(why, "", "not all of it is known");
		return EFFECT_DESTRUCTIVE;
	}
	l = (struct lexer){.at = sql.data, .end = sql.data + sql.len};
	while ((kind = sql_next(&l)) != TOKEN_END) {
		if (kind == TOKEN_UNKNOWN) {
			raise_it(&s, EFFECT_DESTRUCTIVE, "", "it cannot be read");
			return s.worst;
		}
		if (kind == TOKEN_RAW && s.effect == EFFECT_READ)
			raise_it(&s, EFFECT_DESTRUCTIVE, "",
				 "a variable is put in as it is: write :'name'");
		if (kind == TOKEN_RAW)
			(void)sql_next(&l); /* its name */
		if (kind == TOKEN_SEMICOLON)
			end_statement(&s);
		else if (kind == TOKEN_WORD)
			take_word(&s, l.word);
		else if (kind == TOKEN_OPEN && after_word && !s.explain && s.calls &&
			 !is_harmless(s.previous))
			raise_it(&s, EFFECT_DESTRUCTIVE, "function ", s.previous);
		after_word = kind == TOKEN_WORD;
	}
	return s.worst;
}
