/*
 * One request as it came and its answer.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "net/server_impl.h"

struct exchange *exchange_new(struct server *s, struct conn *c, struct MHD_Connection *mhd,
			      const char *url, const char *method)
{
	struct exchange *x = mem_zalloc(sizeof *x);

	x->server = s;
	x->conn = c;
	x->mhd = mhd;
	x->begun_ms = env_ticks_ms(s->opt.env);
	x->method = mem_dupz(method);
	x->path = mem_dupz(url);
	buf_init(&x->body, s->opt.max_body_bytes);
	x->next = s->exchanges;
	if (x->next)
		x->next->prev = x;
	s->exchanges = x;
	return x;
}

void exchange_free(struct exchange *x)
{
	if (x->next)
		x->next->prev = x->prev;
	if (x->prev)
		x->prev->next = x->next;
	else
		x->server->exchanges = x->next;
	if (x->response)
		MHD_destroy_response(x->response);
	for (size_t i = 0; i < x->n_set; i++) {
		free(x->set[i].name);
		free(x->set[i].value);
	}
	buf_release(&x->body);
	free(x->method);
	free(x->path);
	free(x);
}

/* ---- what the server itself refuses ---- */

struct head_size {
	size_t bytes;
	unsigned lines;
};

static enum MHD_Result add_line(void *cls, enum MHD_ValueKind kind, const char *name,
				const char *value)
{
	struct head_size *size = cls;

	(void)kind;
	size->lines++;
	size->bytes += strlen(name) + (value ? strlen(value) : 0) + 4; /* ": " CR LF */
	return MHD_YES;
}

static void refuse(struct exchange *x, int status, const char *why)
{
	exchange_answer(x, status, "application/json", span_cstr(why));
}

void exchange_refuse_length(struct exchange *x)
{
	refuse(x, 413, "{\"error\":\"too_large\",\"message\":\"the body is too large\"}\n");
}

static bool brings_body(struct span method)
{
	return span_is(method, "POST") || span_is(method, "PUT") || span_is(method, "PATCH");
}

static void check_length(struct exchange *x)
{
	struct span length = exchange_header(x, "Content-Length");
	struct span coding = exchange_header(x, "Transfer-Encoding");
	struct err ignored = ERR_INIT;

	x->expected_bytes = -1;
	if (coding.data && length.data) { /* RFC 9112, 6.1: how requests are smuggled */
		refuse(x, 400,
		       "{\"error\":\"bad_request\",\"message\":\"both Content-Length and "
		       "Transfer-Encoding\"}\n");
		return;
	}
	if (coding.data)
		return;
	if (!length.data && brings_body(exchange_method(x))) {
		x->expected_bytes = 0;
		refuse(x, 411,
		       "{\"error\":\"length_required\",\"message\":\"neither Content-Length nor "
		       "chunks\"}\n");
		return;
	}
	/* libmicrohttpd has refused what is no number. */
	if (!length.data)
		x->expected_bytes = 0;
	else if (num_parse_i64(length, 0, INT64_MAX, &x->expected_bytes, &ignored) != 0)
		x->expected_bytes = INT64_MAX;
	if ((uint64_t)x->expected_bytes > x->server->opt.max_body_bytes)
		exchange_refuse_length(x);
}

void exchange_check_head(struct exchange *x)
{
	const struct server_options *opt = &x->server->opt;
	struct head_size size = {.bytes = strlen(x->path)};

	(void)MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, add_line,
					&size); /* their number */
	check_length(x);
	if (!x->response && (size.lines > opt->max_headers || size.bytes > opt->max_head_bytes))
		refuse(x, 431,
		       "{\"error\":\"head_too_large\",\"message\":\"too many or too long headers\"}\n");
}

/* ---- reading it ---- */

struct span exchange_method(const struct exchange *x)
{
	return span_cstr(x->method);
}

struct span exchange_path(const struct exchange *x)
{
	return span_cstr(x->path);
}

struct span exchange_header(const struct exchange *x, const char *name)
{
	return span_cstr(MHD_lookup_connection_value(x->mhd, MHD_HEADER_KIND, name));
}

struct span exchange_query(const struct exchange *x, const char *name)
{
	const char *value = NULL;
	size_t len = 0;

	if (MHD_lookup_connection_value_n(x->mhd, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value,
					  &len) != MHD_YES)
		return SPAN_NONE;
	return value ? span_of(value, len) : SPAN("");
}

struct names {
	bool (*fn)(void *ctx, const char *name);
	void *ctx;
};

static enum MHD_Result each_name(void *cls, enum MHD_ValueKind kind, const char *name,
				 const char *value)
{
	const struct names *n = cls;

	(void)kind;
	(void)value;
	return n->fn(n->ctx, name) ? MHD_YES : MHD_NO;
}

void exchange_query_names(const struct exchange *x, bool (*fn)(void *ctx, const char *name),
			  void *ctx)
{
	struct names n = {fn, ctx};

	(void)MHD_get_connection_values(x->mhd, MHD_GET_ARGUMENT_KIND, each_name, &n);
}

struct span exchange_body(const struct exchange *x)
{
	return buf_span(&x->body);
}

const char *exchange_peer(const struct exchange *x)
{
	return x->conn->peer;
}

/* ---- answering it ---- */

void exchange_set(struct exchange *x, const char *name, const char *value)
{
	assert(x->n_set < sizeof x->set / sizeof *x->set);
	x->set[x->n_set].name = mem_dupz(name);
	x->set[x->n_set++].value = mem_dupz(value);
}

static void add_header(struct MHD_Response *r, const char *name, const char *value)
{
	if (MHD_add_response_header(r, name, value) != MHD_YES)
		mem_exhausted(); /* names and values are ours and well-formed */
}

void exchange_answer(struct exchange *x, int status, const char *type, struct span body)
{
	assert(!x->response && x->state != EXCHANGE_SENT);
	x->status = status;
	x->response =
		MHD_create_response_from_buffer(body.len, (void *)body.data, MHD_RESPMEM_MUST_COPY);
	if (!x->response)
		mem_exhausted();
	if (type)
		add_header(x->response, "Content-Type", type);
	for (size_t i = 0; i < x->n_set; i++)
		add_header(x->response, x->set[i].name, x->set[i].value);
	if (x->server->quiesced)
		add_header(x->response, "Connection", "close");
	exchange_wake(x);
}
