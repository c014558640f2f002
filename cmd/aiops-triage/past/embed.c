/* Vectors of texts: see embed.h. */
#include "aiops-triage/past/embed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "net/http.h"
#include "record/jsonw.h"
#include "record/record.h"

#define ANSWER_BYTES  (16u << 20)
#define REQUEST_BYTES (4u << 20)
#define URL_BYTES     4096
#define LEFT_ALONE_MS 30000

struct embedder {
	const struct embed_options *options;
	const struct env *env;
	struct http_client *client;
	struct buf url, authorization;
	struct record *answer;
	bool down;
	int64_t down_since_ms;
};

int embedder_open(const struct embed_options *o, const struct env *env, struct embedder **out,
		  struct err *e)
{
	struct http_options http = {
		.user_agent = "aiops-triage", .ca_file = o->ca_file, .env = env};
	struct embedder *m;
	struct buf origin = BUF_INIT(URL_BYTES);
	int rc;

	*out = NULL;
	if (!o->url)
		return 0;
	if (!o->model)
		return err_set(e, EX_BADUSAGE, "--embed-url needs --embed-model");
	m = mem_zalloc(sizeof *m);
	m->options = o;
	m->env = env;
	m->url = BUF_INIT(URL_BYTES);
	m->authorization = BUF_INIT(URL_BYTES);
	m->answer = record_new(ANSWER_BYTES);
	record_remember_shapes(m->answer, false);
	buf_addf(&m->url, "%s%sembeddings", o->url,
		 o->url[0] && o->url[strlen(o->url) - 1] == '/' ? "" : "/");
	rc = http_origin(o->url, &origin, e);
	if (rc == 0 && o->key_file)
		rc = http_read_authorization(o->key_file, NULL, &m->authorization, e);
	if (rc == 0)
		rc = http_client_new(&http, &m->client, e);
	buf_release(&origin);
	if (rc != 0) {
		embedder_free(m);
		return -1;
	}
	*out = m;
	return 0;
}

void embedder_free(struct embedder *m)
{
	if (!m)
		return;
	http_client_free(m->client);
	record_free(m->answer);
	buf_release(&m->url);
	secret_release(&m->authorization);
	free(m);
}

const char *embedder_model(const struct embedder *m)
{
	return m->options->model;
}

static void write_request(const struct embedder *m, const struct span *texts, size_t n,
			  struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "model", span_cstr(m->options->model));
	jsonw_key(&w, "input");
	jsonw_array(&w);
	for (size_t i = 0; i < n; i++)
		jsonw_string(&w, span_of(texts[i].data, texts[i].len < EMBED_TEXT_BYTES
								? texts[i].len
								: EMBED_TEXT_BYTES));
	jsonw_array_end(&w);
	jsonw_member(&w, "encoding_format", SPAN("float"));
	jsonw_object_end(&w);
}

/* ---- the answer ---- */

static int bad_shape(struct err *e, const char *what)
{
	return err_set(e, EX_BADDATA, "its answer is no list of vectors: %s", what);
}

static size_t count_of(struct value list)
{
	struct value_iter it = value_iter(list);
	struct value v;
	size_t n = 0;

	while (value_next(&it, NULL, &v))
		n++;
	return n;
}

/* One vector, made one long. */
static int read_vector(struct value list, float *out, size_t dimension, struct err *e)
{
	struct value_iter it = value_iter(list);
	struct value v;
	double squares = 0;
	size_t n = 0;

	while (value_next(&it, NULL, &v)) {
		if (n == dimension || v.type != VALUE_NUMBER || !isfinite(v.number))
			return bad_shape(e, "numbers that do not fit");
		squares += v.number * v.number;
		out[n++] = (float)v.number;
	}
	if (n != dimension || !(squares > 0) || !isfinite(squares))
		return bad_shape(e, "vectors of different lengths, or of none");
	for (size_t i = 0; i < n; i++)
		out[i] = (float)((double)out[i] / sqrt(squares));
	return 0;
}

/* data[] in any order: each names its place. */
static int read_all(struct value data, size_t n, float *out, size_t dimension, struct err *e)
{
	struct value_iter it = value_iter(data);
	bool there[EMBED_BATCH] = {false};
	struct value v;
	size_t found = 0;

	while (value_next(&it, NULL, &v)) {
		int64_t index;

		if (!value_i64(value_member(v, SPAN("index")), &index) || index < 0 ||
		    (uint64_t)index >= n || there[index])
			return bad_shape(e, "an index that does not fit");
		there[index] = true;
		found++;
		if (read_vector(value_member(v, SPAN("embedding")), out + (size_t)index * dimension,
				dimension, e) != 0)
			return -1;
	}
	return found == n ? 0 : bad_shape(e, "too few");
}

static int read_answer(struct embedder *m, struct buf *body, size_t n, float **vectors,
		       size_t *dimension, struct err *e)
{
	enum reject_code why;
	struct err bad = ERR_INIT;
	struct value data;
	size_t length = body->len, d;
	float *out;

	if (!buf_room(body, RECORD_PADDING))
		return bad_shape(e, "too long");
	memset(body->data + length, 0, RECORD_PADDING);
	if (record_parse(m->answer, body->data, length, &why, &bad) != 0)
		return bad_shape(e, bad.text);
	data = record_get(m->answer, "data");
	d = count_of(record_get(m->answer, "data.0.embedding"));
	if (data.type != VALUE_ARRAY || d == 0 || d > EMBED_MAX_DIMENSION)
		return bad_shape(e, "no data[0].embedding");
	out = mem_array(NULL, n * d, sizeof *out);
	if (read_all(data, n, out, d, e) != 0) {
		free(out);
		return -1;
	}
	*vectors = out;
	*dimension = d;
	return 0;
}

static int ask(struct embedder *m, struct span request, struct buf *body, struct err *e)
{
	const char *headers[] = {"Content-Type: application/json", "Accept: application/json",
				 m->authorization.len ? buf_cstr(&m->authorization) : NULL, NULL};
	struct http_request q = {.method = "POST",
				 .url = buf_cstr(&m->url),
				 .headers = headers,
				 .body = request,
				 .max_body_bytes = ANSWER_BYTES - RECORD_PADDING,
				 .deadline_ms = m->options->deadline_ms,
				 .flags = m->authorization.len ? HTTP_SECRET : 0};
	struct http_call *call = NULL;
	struct http_answer a;
	int rc = http_perform(m->client, &q, NULL, &call, &a, e);

	if (rc == 0 && (a.status < 200 || a.status > 299))
		rc = err_set(e, a.status >= 500 || a.status == 429 ? EX_TRYLATER : EX_REMOTE,
			     "it answered %d", a.status);
	if (rc == 0)
		buf_add_span(body, a.body);
	http_call_free(call);
	return rc;
}

int embed_texts(struct embedder *m, const struct span *texts, size_t n, float **vectors,
		size_t *dimension, struct err *e)
{
	struct buf request = BUF_INIT(REQUEST_BYTES), body = BUF_INIT(ANSWER_BYTES);
	int64_t now_ms = env_ticks_ms(m->env);
	int rc;

	if (m->down && now_ms - m->down_since_ms < LEFT_ALONE_MS)
		return err_set(e, EX_TRYLATER, "it failed less than 30 seconds ago");
	write_request(m, texts, n, &request);
	rc = ask(m, buf_span(&request), &body, e);
	if (rc == 0)
		rc = read_answer(m, &body, n, vectors, dimension, e);
	m->down = rc != 0;
	m->down_since_ms = now_ms;
	buf_release(&request);
	buf_release(&body);
	return rc;
}
