/*
 * The words of SQL, as psql and common servers read it. What they read differently,
 * or what cannot be told, is TOKEN_UNKNOWN. Private to effects/.
 */
#ifndef AIOPS_RUNBOOK_EFFECTS_SQL_LEX_H
#define AIOPS_RUNBOOK_EFFECTS_SQL_LEX_H

enum { TOKEN_MAX = 64 };

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

/* The next token; a word's text is in l->word then. */
enum token_kind sql_next(struct lexer *l);

#endif
