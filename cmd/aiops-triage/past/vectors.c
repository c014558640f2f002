/* Vectors of past incidents: see vectors.h. */
#include "aiops-triage/past/vectors.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aiops-triage/past/index_impl.h"
#include "base/mem.h"

/* Beside BM25, whose weight is 1: measured with a small model on documentation of alerts, where
 * ranks joined without weights were worse than BM25 alone. */
#define COSINE_WEIGHT 0.6
/* Documents that a vector alone may bring in. */
#define NEAREST INDEX_CANDIDATES

static const char *const use_names[] = {"off", "used", "down", "none"};

void index_use_embedder(struct index *ix, struct embedder *m)
{
	ix->embedder = m;
}

const char *index_vector_use(const struct index *ix)
{
	return use_names[ix->vector_use];
}

const char *index_vector_error(const struct index *ix)
{
	return ix->vector_error;
}

/* ---- getting them ---- */

struct batch {
	int64_t ids[EMBED_BATCH];
	char *texts[EMBED_BATCH]; /* owned */
	struct span spans[EMBED_BATCH];
	size_t n;
};

static void batch_release(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->texts[i]);
	b->n = 0;
}

/* What a document is about: all fields but its id, date and runbook. */
static void take_text(struct batch *b, int64_t id, const char *fields, size_t len)
{
	struct buf text = BUF_INIT(PAST_FIELDS * (PAST_TEXT_BYTES + 1));
	const char *end = fields + len, *nul;
	size_t f = 0;

	for (; fields && fields < end && (nul = memchr(fields, '\0', (size_t)(end - fields)));
	     fields = nul + 1, f++)
		if (f != PAST_ID && f != PAST_DATE && f != PAST_RUNBOOK && nul > fields) {
			buf_add(&text, fields, (size_t)(nul - fields));
			buf_add_char(&text, '\n');
		}
	b->ids[b->n] = id;
	b->spans[b->n].len = text.len;
	b->texts[b->n] = buf_take(&text);
	b->spans[b->n].data = b->texts[b->n];
	b->n++;
}

static int read_batch(struct index *ix, size_t max, struct batch *b, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(ix,
			       "SELECT id, fields FROM docs WHERE NOT EXISTS (SELECT 1 FROM vectors"
			       " WHERE doc = id AND model = ?1) ORDER BY id LIMIT ?2",
			       &st, e);

	if (rc == 0)
		rc = index_bind(ix, st, 1, span_cstr(embedder_model(ix->embedder)), e);
	if (rc == 0 && sqlite3_bind_int64(st, 2, (sqlite3_int64)max) != SQLITE_OK)
		rc = index_fail(ix, e);
	while (rc == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		take_text(b, sqlite3_column_int64(st, 0), sqlite3_column_blob(st, 1),
			  (size_t)sqlite3_column_bytes(st, 1));
		rc = 0;
	}
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc == 0 || rc == SQLITE_DONE ? 0 : index_fail(ix, e);
}

/* Vectors of the model with another dimension are of another model under the same name. */
static int drop_others(struct index *ix, size_t dimension, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(ix, "DELETE FROM vectors WHERE model = ?1 AND dimension <> ?2", &st,
			       e);

	if (rc == 0 && (index_bind(ix, st, 1, span_cstr(embedder_model(ix->embedder)), e) != 0 ||
			sqlite3_bind_int64(st, 2, (sqlite3_int64)dimension) != SQLITE_OK ||
			sqlite3_step(st) != SQLITE_DONE))
		rc = index_fail(ix, e);
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc;
}

static int put_vectors(struct index *ix, const struct batch *b, const float *vectors,
		       size_t dimension, struct err *e)
{
	sqlite3_stmt *st = NULL;
	/* A document that has gone or changed since has another id, or none. */
	int rc = index_prepare(ix,
			       "INSERT OR REPLACE INTO vectors SELECT id, ?2, ?3, ?4 FROM docs"
			       " WHERE id = ?1",
			       &st, e);

	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		if (sqlite3_bind_int64(st, 1, b->ids[i]) != SQLITE_OK ||
		    index_bind(ix, st, 2, span_cstr(embedder_model(ix->embedder)), e) != 0 ||
		    sqlite3_bind_int64(st, 3, (sqlite3_int64)dimension) != SQLITE_OK ||
		    sqlite3_bind_blob64(st, 4, vectors + i * dimension, dimension * sizeof *vectors,
					SQLITE_STATIC) != SQLITE_OK ||
		    sqlite3_step(st) != SQLITE_DONE)
			rc = index_fail(ix, e);
		(void)sqlite3_reset(st); /* its error would be that of the step */
	}
	(void)sqlite3_finalize(st);
	return rc;
}

static int store_batch(struct index *ix, const struct batch *b, const float *vectors,
		       size_t dimension, struct err *e)
{
	int fd = index_lock(ix, e), rc;

	if (fd < 0)
		return -1;
	rc = index_do(ix, "BEGIN IMMEDIATE", e);
	if (rc == 0)
		rc = drop_others(ix, dimension, e);
	if (rc == 0)
		rc = put_vectors(ix, b, vectors, dimension, e);
	if (rc == 0)
		rc = index_do(ix, "COMMIT", e);
	if (rc != 0)
		(void)sqlite3_exec(ix->db, "ROLLBACK", NULL, NULL, NULL); /* what failed is told */
	(void)close(fd);                                                  /* gives the lock back */
	return rc;
}

int index_embed(struct index *ix, size_t max, size_t *n, struct err *e)
{
	int rc = 0;

	*n = 0;
	while (rc == 0 && *n < max) {
		struct batch b = {.n = 0};
		float *vectors = NULL;
		size_t dimension = 0;

		rc = read_batch(ix, max - *n < EMBED_BATCH ? max - *n : EMBED_BATCH, &b, e);
		if (rc == 0 && b.n == 0)
			break;
		if (rc == 0)
			rc = embed_texts(ix->embedder, b.spans, b.n, &vectors, &dimension, e);
		if (rc == 0)
			rc = store_batch(ix, &b, vectors, dimension, e);
		if (rc == 0)
			*n += b.n;
		free(vectors);
		batch_release(&b);
	}
	return rc;
}

/* ---- searching ---- */

struct near {
	int64_t id;
	double cosine;
};

struct nears {
	struct near *items;
	size_t n, cap;
	double mean;
};

static double cosine_of(const float *a, const float *b, size_t n)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return (double)sum;
}

static int nearest_first(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	if (x->cosine > y->cosine || x->cosine < y->cosine)
		return x->cosine > y->cosine ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static int scan(struct index *ix, const float *q, size_t dimension, struct nears *out,
		struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(
		ix, "SELECT doc, vector FROM vectors WHERE model = ?1 AND dimension = ?2", &st, e);
	double sum = 0;

	if (rc == 0 && (index_bind(ix, st, 1, span_cstr(embedder_model(ix->embedder)), e) != 0 ||
			sqlite3_bind_int64(st, 2, (sqlite3_int64)dimension) != SQLITE_OK))
		rc = index_fail(ix, e);
	while (rc == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const void *v = sqlite3_column_blob(st, 1);

		rc = 0;
		if (!v || (size_t)sqlite3_column_bytes(st, 1) != dimension * sizeof(float))
			continue;
		mem_grow(out->items, out->cap, out->n + 1);
		out->items[out->n] =
			(struct near){sqlite3_column_int64(st, 0), cosine_of(q, v, dimension)};
		sum += out->items[out->n++].cosine;
	}
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	if (rc != 0 && rc != SQLITE_DONE)
		return index_fail(ix, e);
	if (out->n) {
		out->mean = sum / (double)out->n;
		qsort(out->items, out->n, sizeof *out->items, nearest_first);
	}
	return 0;
}

/* 0 to 1: how far above all documents. */
static double likeness(const struct nears *ns, const struct near *near)
{
	double room = 1 - ns->mean;
	double above = near->cosine - ns->mean;

	return above > 0 && room > 0 ? above / room : 0;
}

static double joined(double words, double cosine)
{
	return (words + COSINE_WEIGHT * cosine) / (1 + COSINE_WEIGHT);
}

/* The matches by words get their cosine; near documents that have none of the words join
 * them. */
static void join(const struct nears *ns, struct match *out, size_t *n)
{
	bool by_words[INDEX_CANDIDATES] = {false};
	size_t words = *n;

	for (size_t i = 0; i < ns->n; i++) {
		const struct near *near = &ns->items[i];
		size_t k = 0;

		while (k < words && out[k].past != (size_t)near->id)
			k++;
		if (k < words) {
			out[k].score = joined(out[k].score, likeness(ns, near));
			by_words[k] = true;
		} else if (i < NEAREST && *n < MATCHES_MAX) {
			out[(*n)++] =
				(struct match){(size_t)near->id, joined(0, likeness(ns, near))};
		}
	}
	for (size_t k = 0; k < words; k++)
		if (!by_words[k])
			out[k].score = joined(out[k].score, 0);
}

int index_join_vectors(struct index *ix, struct span text, struct match *out, size_t *n,
		       struct err *e)
{
	struct nears ns = {.n = 0};
	struct err why = ERR_INIT;
	float *q = NULL;
	size_t dimension = 0;
	int rc = 0;

	ix->vector_error[0] = '\0';
	ix->vector_use = VECTORS_OFF;
	if (!ix->embedder || !text.len)
		return 0;
	if (embed_texts(ix->embedder, &text, 1, &q, &dimension, &why) != 0) {
		ix->vector_use = VECTORS_DOWN;
		memcpy(ix->vector_error, why.text, VECTOR_ERROR_BYTES);
		return 0;
	}
	rc = scan(ix, q, dimension, &ns, e);
	if (rc == 0) {
		ix->vector_use = ns.n ? VECTORS_USED : VECTORS_NONE;
		if (ns.n)
			join(&ns, out, n);
	}
	free(ns.items);
	free(q);
	return rc;
}
