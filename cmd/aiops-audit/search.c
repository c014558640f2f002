#include "aiops-audit/search.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/members.h"
#include "record/record.h"

enum { BUSY_MS = 10000, WORDS_MAX = 4 << 20 };

struct search {
	sqlite3 *db;
};

/* The index keeps no bodies; upto and hash tell which rows of which log are in it. */
static const char schema[] =
	"CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(body, content='',"
	" tokenize='unicode61');"
	"CREATE TABLE IF NOT EXISTS indexed(upto INTEGER NOT NULL, hash TEXT NOT NULL);";

static int fail(const struct search *s, struct err *e)
{
	int rc = s->db ? sqlite3_errcode(s->db) & 0xff : SQLITE_NOMEM;
	int code = rc == SQLITE_BUSY                         ? EX_TRYLATER
		   : rc == SQLITE_FULL || rc == SQLITE_IOERR ? EX_IO
							     : EX_SYSTEM;

	return err_set(e, code, "search index: %s",
		       s->db ? sqlite3_errmsg(s->db) : "out of memory");
}

static int run(struct search *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(s, e);
}

/* ---- what is indexed ---- */

static void add_text(struct buf *words, struct span s)
{
	buf_add_char(words, ' ');
	buf_add_span(words, s);
}

static struct span scalar_text(const struct value *v, char number[32])
{
	switch (v->type) {
	case VALUE_STRING:
		return v->text;
	case VALUE_NUMBER:
		return span_of(number, (size_t)snprintf(number, 32, "%.17g", v->number));
	case VALUE_NONE:
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		break;
	}
	return SPAN_NONE;
}

/* Every key and every scalar of the record, a blank between them. */
static void add_words(struct buf *words, const struct record *r)
{
	struct value_iter stack[RECORD_MAX_DEPTH + 1];
	size_t depth = 1;

	stack[0] = value_iter(record_root(r));
	while (depth > 0) {
		struct span key = SPAN_NONE;
		struct value v;
		char number[32];

		if (!value_next(&stack[depth - 1], &key, &v)) {
			depth--;
			continue;
		}
		if (key.len > 0)
			add_text(words, key);
		if (v.type == VALUE_ARRAY || v.type == VALUE_OBJECT)
			stack[depth++] = value_iter(v);
		else
			add_text(words, scalar_text(&v, number));
	}
}

struct indexer {
	struct search *s;
	struct store *log;
	struct record *parser;
	struct buf padded, words;
	sqlite3_stmt *insert;
};

static int add_row(struct indexer *x, int64_t seq, struct span body, struct err *e)
{
	static const char zeros[RECORD_PADDING];
	struct err ignored = ERR_INIT;
	enum reject_code why;

	buf_clear(&x->padded);
	buf_clear(&x->words);
	buf_add_span(&x->padded, body);
	buf_add(&x->padded, zeros, sizeof zeros);
	/* A body that is no record (anymore) is verify's to report; its bytes can be found. */
	if (!buf_overflowed(&x->padded) &&
	    record_parse(x->parser, x->padded.data, body.len, &why, &ignored) == 0)
		add_words(&x->words, x->parser);
	else
		add_text(&x->words, body);
	if (sqlite3_bind_int64(x->insert, 1, seq) != SQLITE_OK ||
	    sqlite3_bind_text64(x->insert, 2, buf_cstr(&x->words), x->words.len, SQLITE_TRANSIENT,
				SQLITE_UTF8) != SQLITE_OK ||
	    sqlite3_step(x->insert) != SQLITE_DONE)
		return fail(x->s, e);
	(void)sqlite3_reset(x->insert); /* the step went well */
	return 0;
}

static int add_rows(struct indexer *x, int64_t upto, const struct audit_head *head, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(x->log,
			   "SELECT seq, body FROM aiops_audit WHERE seq > ? AND seq <= ? "
			   "AND body IS NOT NULL ORDER BY seq",
			   e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, upto);
	store_bind_i64(st, 2, head->size);
	while ((rc = store_step(x->log, st, e)) > 0) {
		if (add_row(x, sqlite3_column_int64(st, 0), store_text(st, 1), e) != 0)
			return -1;
	}
	return rc;
}

static int keep_mark(struct search *s, const struct audit_head *head, struct err *e)
{
	sqlite3_stmt *st;
	bool ok = sqlite3_prepare_v2(s->db, "INSERT INTO indexed VALUES(?, ?)", -1, &st, NULL) ==
			  SQLITE_OK &&
		  sqlite3_bind_int64(st, 1, head->size) == SQLITE_OK &&
		  sqlite3_bind_text(st, 2, head->hash, -1, SQLITE_STATIC) == SQLITE_OK &&
		  sqlite3_step(st) == SQLITE_DONE;
	int rc = ok ? 0 : fail(s, e);

	(void)sqlite3_finalize(st); /* its failure was the step's */
	return rc;
}

/* How far the index goes; 0 also where it is of another log, or of rows that are no more. */
static int read_mark(struct search *s, struct store *log, int64_t *upto, struct err *e)
{
	sqlite3_stmt *st;
	bool ours = false;
	int rc = 0;

	*upto = 0;
	if (sqlite3_prepare_v2(s->db, "SELECT upto, hash FROM indexed", -1, &st, NULL) != SQLITE_OK)
		return fail(s, e);
	if (sqlite3_step(st) == SQLITE_ROW) {
		*upto = sqlite3_column_int64(st, 0);
		rc = audit_has(log, *upto, store_text(st, 1), &ours, e);
	}
	(void)sqlite3_finalize(st); /* only read from */
	if (!ours)
		*upto = 0;
	return rc;
}

static int refresh(struct search *s, struct store *log, const struct audit_head *head,
		   struct err *e)
{
	struct indexer x = {.s = s, .log = log};
	int64_t upto;
	int rc = -1;

	if (run(s, "BEGIN IMMEDIATE", e) != 0 || run(s, schema, e) != 0 ||
	    read_mark(s, log, &upto, e) != 0)
		return -1;
	if (upto == head->size)
		return run(s, "COMMIT", e);
	if (upto == 0 && run(s, "INSERT INTO words(words) VALUES('delete-all')", e) != 0)
		return -1;
	x.parser = record_new(AUDIT_MAX_BODY);
	buf_init(&x.padded, AUDIT_MAX_BODY + RECORD_PADDING);
	buf_init(&x.words, WORDS_MAX);
	if (sqlite3_prepare_v2(s->db, "INSERT INTO words(rowid, body) VALUES(?, ?)", -1, &x.insert,
			       NULL) != SQLITE_OK)
		(void)fail(s, e);
	else if (add_rows(&x, upto, head, e) == 0 && run(s, "DELETE FROM indexed", e) == 0 &&
		 keep_mark(s, head, e) == 0)
		rc = run(s, "COMMIT", e);
	(void)sqlite3_finalize(x.insert); /* its failure was the step's */
	record_free(x.parser);
	buf_release(&x.padded);
	buf_release(&x.words);
	return rc;
}

/* ---- the file ---- */

static void name_of(const char *db_path, struct buf *out)
{
	buf_addf(out, "%s.search", db_path);
}

/* SQLite would make it readable by all that the umask lets; here are words of bodies. */
static bool make_private(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return false;
	(void)close(fd); /* nothing was written */
	return true;
}

static int open_at(const char *path, struct search *s, struct err *e)
{
	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK)
		return fail(s, e);
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	/* It can be made again: a lost index is no loss. */
	return run(s, "PRAGMA synchronous=OFF", e);
}

static void close_db(struct search *s)
{
	(void)sqlite3_close(s->db);
	s->db = NULL;
}

static int open_and_refresh(const char *path, struct search *s, struct store *log,
			    const struct audit_head *head, struct err *e)
{
	int rc = open_at(path, s, e);

	rc = rc == 0 ? refresh(s, log, head, e) : rc;
	if (rc != 0)
		close_db(s);
	return rc;
}

int search_open(const char *db_path, struct store *log, const struct audit_head *head,
		struct search **out, struct err *e)
{
	struct search *s = mem_zalloc(sizeof *s);
	struct buf path = BUF_INIT(8192);
	struct err first = ERR_INIT;
	int rc = -1;

	name_of(db_path, &path);
	if (make_private(buf_cstr(&path)))
		rc = open_and_refresh(buf_cstr(&path), s, log, head, &first);
	/* Damaged, or by another programme's hand: make it anew. */
	if (rc != 0 && first.code == EX_SYSTEM && unlink(buf_cstr(&path)) == 0 &&
	    make_private(buf_cstr(&path))) {
		first = ERR_INIT;
		rc = open_and_refresh(buf_cstr(&path), s, log, head, &first);
	}
	if (rc != 0 && first.code != EX_TRYLATER)
		rc = open_and_refresh(":memory:", s, log, head, e);
	else if (rc != 0)
		*e = first;
	buf_release(&path);
	if (rc == 0)
		*out = s;
	else
		search_close(s);
	return rc;
}

void search_close(struct search *s)
{
	if (!s)
		return;
	close_db(s);
	free(s);
}

int search_forget(const char *db_path, struct err *e)
{
	struct buf path = BUF_INIT(8192);
	int rc = 0;

	name_of(db_path, &path);
	if (unlink(buf_cstr(&path)) != 0 && errno != ENOENT)
		rc = err_set_errno(e, EX_IO, errno, "cannot delete '%s'", buf_cstr(&path));
	buf_release(&path);
	return rc;
}

/* ---- looking ---- */

/* The next word or phrase without its quotes; false at the end. */
static bool next_term(struct span *rest, struct span *term, bool *prefix)
{
	*rest = span_trim(*rest);
	*prefix = false;
	if (rest->len == 0)
		return false;
	if (*rest->data == '"') {
		const char *end = memchr(rest->data + 1, '"', rest->len - 1);
		size_t n = end ? (size_t)(end - rest->data - 1) : rest->len - 1;

		*term = span_of(rest->data + 1, n);
		n += end ? 2 : 1;
		*rest = span_of(rest->data + n, rest->len - n);
		return true;
	}
	*term = *rest;
	for (term->len = 0; term->len < rest->len && term->data[term->len] != ' ';)
		term->len++;
	*rest = span_of(rest->data + term->len, rest->len - term->len);
	if (term->len > 1 && term->data[term->len - 1] == '*') {
		*prefix = true;
		term->len--;
	}
	return true;
}

/* In FTS5's syntax, where everything is quoted, so that no character means anything. */
static bool add_match(struct span text, struct buf *out)
{
	struct span term;
	bool prefix, any = false;

	while (next_term(&text, &term, &prefix)) {
		if (any)
			buf_add_char(out, ' ');
		buf_add_char(out, '"');
		for (size_t i = 0; i < term.len; i++) {
			if (term.data[i] == '"')
				buf_add_char(out, '"');
			buf_add_char(out, term.data[i]);
		}
		buf_add_cstr(out, prefix ? "\"*" : "\"");
		any = any || term.len > 0;
	}
	return any;
}

static int list_rows(struct search *s, const char *match, struct buf *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc;

	if (sqlite3_prepare_v2(s->db, "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid",
			       -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(st, 1, match, -1, SQLITE_TRANSIENT) != SQLITE_OK) {
		(void)sqlite3_finalize(st); /* its failure is told below */
		return fail(s, e);
	}
	buf_add_char(out, '[');
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (out->data[out->len - 1] != '[')
			buf_add_char(out, ',');
		buf_add_i64(out, sqlite3_column_int64(st, 0));
	}
	buf_add_char(out, ']');
	rc = rc == SQLITE_DONE && !buf_overflowed(out) ? 0 : fail(s, e);
	(void)sqlite3_finalize(st); /* only read from */
	return rc;
}

int search_find(struct search *s, struct span text, struct buf *out, struct err *e)
{
	struct buf match = BUF_INIT(64 << 10);
	int rc;

	if (!add_match(text, &match) || buf_overflowed(&match))
		rc = err_set(e, EX_BADUSAGE, "no word to search for");
	else
		rc = list_rows(s, buf_cstr(&match), out, e);
	buf_release(&match);
	return rc;
}
