/*
 * Full-text search over past incidents.
 */
#include "aiops-triage/past/index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/knowledge/words.h"
#include "aiops-triage/past/index_impl.h"
#include "base/buf.h"
#include "base/mem.h"
#include "store/store.h"

/* BM25's k1 in FTS5: a term that fills a document scores idf * (k1 + 1) at most. */
#define BM25_K1 1.2
/* Terms in more than this share of the documents say nothing, once there are enough to tell. */
#define COMMON_SHARE         0.30
#define COMMON_MIN_DOCUMENTS 20
#define QUERY_MAX_BYTES      (64u << 10)
/* What an entirely known vocabulary is worth beside an unknown one: words of the incident that
 * no past incident has argue against every one of them. */
#define UNKNOWN_FLOOR 0.5

/*
 * Column weights as measured (alert documentation of two projects, MRR .85): what
 * names things counts four times as much as prose. unicode61 was as good as porter or
 * better in both directions of that test. The query goes through a table of
 * its own, so that it is taken apart exactly as the documents were.
 */
const char index_schema[] =
	"CREATE VIRTUAL TABLE inc USING fts5(title, services, alerts, templates, symptoms, cause,"
	" fix,"
	" tokenize='unicode61');";
static const char query_schema[] =
	"CREATE VIRTUAL TABLE temp.inc_v USING fts5vocab(main, inc, 'row');"
	"CREATE VIRTUAL TABLE temp.q USING fts5(text, tokenize='unicode61');"
	"CREATE VIRTUAL TABLE temp.q_v USING fts5vocab(temp, q, 'row');";
const char index_sql_insert[] =
	"INSERT INTO inc(rowid, title, services, alerts, templates, symptoms, cause, fix)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
static const char sql_put_query[] = "INSERT INTO q(rowid, text) VALUES(1, ?1)";
static const char sql_clear_query[] = "DELETE FROM q";
static const char sql_terms[] =
	"SELECT q_v.term, inc_v.doc FROM q_v LEFT JOIN inc_v ON inc_v.term = q_v.term";
static const char sql_search[] =
	"SELECT rowid, bm25(inc, 4, 4, 4, 2, 1, 1, 1) AS s FROM inc WHERE inc MATCH ?1"
	" ORDER BY s, rowid LIMIT 50";

int index_fail(const struct index *ix, struct err *e)
{
	int code = ix->db ? sqlite3_extended_errcode(ix->db) : SQLITE_NOMEM;

	return err_set(e, store_exit_of(code), "text index: %s",
		       ix->db ? sqlite3_errmsg(ix->db) : sqlite3_errstr(code));
}

int index_prepare(struct index *ix, const char *sql, sqlite3_stmt **out, struct err *e)
{
	return sqlite3_prepare_v2(ix->db, sql, -1, out, NULL) == SQLITE_OK ? 0 : index_fail(ix, e);
}

int index_do(struct index *ix, const char *sql, struct err *e)
{
	return sqlite3_exec(ix->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : index_fail(ix, e);
}

int index_bind(struct index *ix, sqlite3_stmt *st, int at, struct span s, struct err *e)
{
	int rc = sqlite3_bind_text64(st, at, s.data ? s.data : "", s.len, SQLITE_TRANSIENT,
				     SQLITE_UTF8);

	return rc == SQLITE_OK ? 0 : index_fail(ix, e);
}

/* Field texts with names taken apart beside them. */
static int bind_fields(struct index *ix, sqlite3_stmt *st, int at, const struct past *p,
		       const enum past_field *fields, size_t n, struct err *e)
{
	struct buf text = BUF_INIT(8 * PAST_TEXT_BYTES);
	int rc;

	for (size_t i = 0; i < n; i++)
		words_expand(past_text(p, fields[i]), &text);
	rc = index_bind(ix, st, at, buf_span(&text), e);
	buf_release(&text);
	return rc;
}

int index_insert(struct index *ix, sqlite3_stmt *st, int64_t number, const struct past *p,
		 struct err *e)
{
	static const enum past_field columns[][2] = {
		{PAST_TITLE, PAST_TITLE},         {PAST_SERVICES, PAST_SERVICES},
		{PAST_ALERTS, PAST_ALERTS},       {PAST_TEMPLATES, PAST_TEMPLATES},
		{PAST_SYMPTOMS, PAST_SYMPTOMS},   {PAST_CLASS, PAST_CAUSE},
		{PAST_FIRST_ACTION, PAST_WORKED},
	};

	if (sqlite3_bind_int64(st, 1, number) != SQLITE_OK)
		return index_fail(ix, e);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (bind_fields(ix, st, (int)i + 2, p, columns[i],
				columns[i][0] == columns[i][1] ? 1 : 2, e) != 0)
			return -1;
	if (sqlite3_step(st) != SQLITE_DONE)
		return index_fail(ix, e);
	(void)sqlite3_reset(st); /* its error would be that of the step */
	return 0;
}

static int fill(struct index *ix, const struct history *h, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_do(ix, "BEGIN", e);

	if (rc == 0)
		rc = index_prepare(ix, index_sql_insert, &st, e);
	for (size_t i = 0; rc == 0 && i < h->n; i++)
		rc = index_insert(ix, st, (int64_t)i, &h->items[i], e);
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	if (rc == 0)
		rc = index_do(ix, "COMMIT", e);
	ix->documents = h->n;
	return rc;
}

int index_ready(struct index *ix, struct err *e)
{
	if (index_do(ix, query_schema, e) != 0 ||
	    index_prepare(ix, sql_put_query, &ix->put_query, e) != 0 ||
	    index_prepare(ix, sql_clear_query, &ix->clear_query, e) != 0 ||
	    index_prepare(ix, sql_terms, &ix->terms, e) != 0 ||
	    index_prepare(ix, sql_search, &ix->search, e) != 0)
		return -1;
	return 0;
}

struct index *index_build(const struct history *h, struct err *e)
{
	struct index *ix = mem_zalloc(sizeof *ix);

	if (sqlite3_open_v2(":memory:", &ix->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		(void)index_fail(ix, e); /* the NULL says it */
	} else if (index_do(ix, index_schema, e) == 0 && fill(ix, h, e) == 0 &&
		   index_ready(ix, e) == 0) {
		return ix;
	}
	index_free(ix);
	return NULL;
}

void index_free(struct index *ix)
{
	if (!ix)
		return;
	(void)sqlite3_finalize(
		ix->put_query); /* errors of finalize repeat those of the last step */
	(void)sqlite3_finalize(ix->clear_query);
	(void)sqlite3_finalize(ix->terms);
	(void)sqlite3_finalize(ix->search);
	(void)sqlite3_finalize(ix->load);
	(void)sqlite3_close(ix->db);
	map_release(&ix->loaded);
	free(ix->path);
	free(ix);
}

/* ---- the query ---- */

struct term {
	char *text; /* owned */
	size_t len;
	double idf;
};

struct terms {
	struct term *items;
	size_t n, cap;
	size_t known, unknown; /* words that some past incident has, and that none has */
};

static void terms_release(struct terms *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->items[i].text);
	free(t->items);
}

/* As FTS5 computes it, floor included. */
static double idf_of(size_t documents, sqlite3_int64 with_term)
{
	double n = (double)documents, df = (double)with_term;

	return fmax(log((n - df + 0.5) / (df + 0.5)), 1e-6);
}

static void take_term(struct index *ix, struct terms *t, struct span word, sqlite3_int64 df)
{
	bool common = ix->documents >= COMMON_MIN_DOCUMENTS &&
		      (double)df > COMMON_SHARE * (double)ix->documents;

	if (word.len < 2 || is_stop_word(word) || common)
		return;
	if (df <= 0) {
		t->unknown++;
		return;
	}
	t->known++;
	mem_grow(t->items, t->cap, t->n + 1);
	t->items[t->n++] = (struct term){.text = mem_dup(word.data, word.len),
					 .len = word.len,
					 .idf = idf_of(ix->documents, df)};
}

static int rarest_first(const void *a, const void *b)
{
	const struct term *x = a, *y = b;

	if (x->idf > y->idf || x->idf < y->idf)
		return x->idf > y->idf ? -1 : 1;
	return span_cmp(span_of(x->text, x->len), span_of(y->text, y->len));
}

static int collect(struct index *ix, struct terms *t, struct err *e)
{
	int rc;

	while ((rc = sqlite3_step(ix->terms)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(ix->terms, 0);

		if (text)
			take_term(ix, t, span_of(text, (size_t)sqlite3_column_bytes(ix->terms, 0)),
				  sqlite3_column_int64(ix->terms, 1));
	}
	(void)sqlite3_reset(ix->terms); /* its error would be that of the step */
	if (rc != SQLITE_DONE)
		return index_fail(ix, e);
	if (t->n)
		qsort(t->items, t->n, sizeof *t->items, rarest_first);
	return 0;
}

static int step_once(struct index *ix, sqlite3_stmt *st, struct err *e)
{
	int rc = sqlite3_step(st);

	(void)sqlite3_reset(st); /* its error would be that of the step */
	return rc == SQLITE_DONE ? 0 : index_fail(ix, e);
}

/* Takes text apart as FTS5 does, and looks up how many past incidents have each word. */
static int query_terms(struct index *ix, struct span text, struct terms *t, struct err *e)
{
	struct buf words = BUF_INIT(4 * QUERY_MAX_BYTES);
	int rc;

	if (text.len > QUERY_MAX_BYTES)
		text.len = QUERY_MAX_BYTES;
	words_expand(text, &words);
	rc = index_bind(ix, ix->put_query, 1, buf_span(&words), e);
	buf_release(&words);
	if (rc == 0)
		rc = step_once(ix, ix->put_query, e);
	if (rc == 0) {
		rc = collect(ix, t, e);
		if (step_once(ix, ix->clear_query, e) != 0)
			rc = -1;
	}
	return rc;
}

/* Every term in quotes, joined by OR: nothing of it is ever read as syntax. */
static void write_match(const struct terms *t, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_add_cstr(out, i ? " OR \"" : "\"");
		for (size_t k = 0; k < t->items[i].len; k++) {
			if (t->items[i].text[k] == '"')
				buf_add_char(out, '"');
			buf_add_char(out, t->items[i].text[k]);
		}
		buf_add_char(out, '"');
	}
}

static int fetch(struct index *ix, const struct buf *match, double best, struct match *out,
		 size_t *n, struct err *e)
{
	size_t found = 0;
	int rc = index_bind(ix, ix->search, 1, buf_span(match), e);

	if (rc != 0)
		return -1;
	while ((rc = sqlite3_step(ix->search)) == SQLITE_ROW && found < INDEX_CANDIDATES)
		out[found++] = (struct match){
			.past = (size_t)sqlite3_column_int64(ix->search, 0),
			.score = fmin(1, fmax(0, -sqlite3_column_double(ix->search, 1) / best)),
		};
	(void)sqlite3_reset(ix->search); /* its error would be that of the step */
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		return index_fail(ix, e);
	*n = found;
	return 0;
}

size_t index_documents(const struct index *ix)
{
	return ix->documents;
}

int index_search(struct index *ix, struct span text, struct match out[MATCHES_MAX], size_t *n,
		 struct err *e)
{
	struct terms t = {0};
	struct buf match = BUF_INIT(4 * QUERY_MAX_BYTES);
	size_t used;
	double best = 0;
	int rc = query_terms(ix, text, &t, e);

	if (rc == 0)
		*n = 0;
	used = t.n < QUERY_TERMS ? t.n : QUERY_TERMS;
	for (size_t i = 0; i < used; i++)
		best += t.items[i].idf * (BM25_K1 + 1);
	if (rc == 0 && used) {
		double share = (double)t.known / (double)(t.known + t.unknown);

		write_match(&t, used, &match);
		rc = fetch(ix, &match, best, out, n, e);
		for (size_t i = 0; rc == 0 && i < *n; i++)
			out[i].score *= UNKNOWN_FLOOR + (1 - UNKNOWN_FLOOR) * share;
	}
	if (rc == 0 && ix->load)
		rc = index_join_vectors(ix, text, out, n, e);
	for (size_t i = 0; rc == 0 && ix->load && i < *n; i++)
		rc = index_load(ix, (int64_t)out[i].past, &out[i].past, e);
	buf_release(&match);
	terms_release(&t);
	return rc;
}
