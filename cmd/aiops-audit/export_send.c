#include "aiops-audit/export_send.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/secret.h"
#include "net/http.h"
#include "record/record.h"

enum { ANSWER_MAX = 16 << 20, CREDENTIAL_MAX = 8192 };

struct sender {
	struct cli *c;
	const struct export_options *o;
	struct http_client *http;
	struct buf authorization; /* a header line; empty: none */
	const volatile bool *stop;
	const struct batch *batch; /* that is being sent */
	int64_t *refused;
};

static void refuse(struct sender *s, int64_t seq, struct span words)
{
	(*s->refused)++;
	msg(s->c, MSG_ERROR, NULL, "seq %lld was refused: %.*s", (long long)seq,
	    (int)(words.len < 300 ? words.len : 300), words.data ? words.data : "");
}

/* One element of the answer to a bulk request. */
static int look_at_item(struct sender *s, struct value v, int64_t seq, struct err *e)
{
	struct value item = value_member(v, SPAN("index"));
	struct value status = value_member(item, SPAN("status"));
	struct value reason = value_member(value_member(item, SPAN("error")), SPAN("reason"));

	if (status.type != VALUE_NUMBER)
		return err_set(e, EX_REMOTE, "the answer does not say what became of seq %lld",
			       (long long)seq);
	if (status.number == 429 || status.number >= 500)
		return err_set(e, EX_TRYLATER, "seq %lld: answer %.0f", (long long)seq,
			       status.number);
	if (status.number >= 300)
		refuse(s, seq, reason.text);
	return 0;
}

/* Elasticsearch answers 200 and says of each element what became of it. */
static int look_at_items(struct sender *s, struct span body, size_t from, size_t to, struct err *e)
{
	static const char zeros[RECORD_PADDING];
	struct record *r = record_new(ANSWER_MAX);
	struct buf text = BUF_INIT(ANSWER_MAX + RECORD_PADDING);
	struct value_iter it;
	enum reject_code why;
	int rc = 0;

	buf_add_span(&text, body);
	buf_add(&text, zeros, sizeof zeros);
	if (record_parse(r, text.data, body.len, &why, e) != 0) {
		rc = err_prefix(e, "the answer to a bulk request");
		e->code = EX_REMOTE;
		goto out;
	}
	it = value_iter(record_get(r, "items"));
	for (size_t i = from; rc == 0 && i < to; i++) {
		struct value v = {.type = VALUE_NONE};

		(void)value_next(&it, NULL, &v); /* none left: v says nothing */
		rc = look_at_item(s, v, s->batch->pieces[i].seq, e);
	}
out:
	record_free(r);
	buf_release(&text);
	return rc;
}

static int judge(struct sender *s, const struct http_answer *a, size_t from, size_t to,
		 struct err *e)
{
	/* Loki takes rows without a word; a page is some other server's. */
	if (s->batch->to == EXPORT_LOKI && a->status >= 200 && a->status < 300 && a->body.len)
		return err_set(e, EX_REMOTE, "answer %d with a text is not Loki's", a->status);
	if (a->status >= 200 && a->status < 300)
		return s->batch->to == EXPORT_ELASTICSEARCH ? look_at_items(s, a->body, from, to, e)
							    : 0;
	if (a->status == 429 || a->status >= 500)
		return err_set(e, EX_TRYLATER, "answer %d, also after trying again", a->status);
	return err_set(e, EX_REMOTE, "answer %d: %.*s", a->status,
		       (int)(a->body.len < 300 ? a->body.len : 300),
		       a->body.data ? a->body.data : "");
}

/* Whether the answer may mean these rows and not all of them. */
static bool is_about_rows(int status)
{
	return status == 400 || status == 413 || status == 422;
}

static int post(struct sender *s, size_t from, size_t to, int *status, struct err *e)
{
	const char *headers[3] = {NULL};
	struct buf body = BUF_INIT((size_t)1 << 30), type = BUF_INIT(200);
	struct http_call *call;
	struct http_answer answer;
	int rc;

	buf_addf(&type, "Content-Type: %s", batch_content_type(s->batch->to));
	headers[0] = buf_cstr(&type);
	headers[1] = s->authorization.len ? buf_cstr(&s->authorization) : NULL;
	batch_body(s->batch, from, to, &body);
	rc = http_perform(s->http,
			  &(struct http_request){
				  .method = "POST",
				  .url = s->o->url,
				  .headers = headers,
				  .body = buf_span(&body),
				  .max_body_bytes = ANSWER_MAX,
				  .deadline_ms = s->o->timeout_ms,
				  .flags = s->authorization.len ? HTTP_SECRET : 0,
			  },
			  &http_retry_default, &call, &answer, e);
	*status = rc == 0 ? answer.status : 0;
	if (rc == 0)
		rc = judge(s, &answer, from, to, e);
	http_call_free(call);
	buf_release(&body);
	buf_release(&type);
	return rc;
}

/* Halves instead of recursion: ends holds where the parts that are still to be sent end. */
int sender_send(struct sender *s, const struct batch *batch, int64_t *refused, struct err *e)
{
	size_t ends[64], n = 1, from = 0;

	s->batch = batch;
	s->refused = refused;
	ends[0] = batch->n;
	while (n > 0) {
		size_t to = ends[n - 1];
		struct err refusal = ERR_INIT;
		int status;

		if (from == to) {
			n--;
			continue;
		}
		if (post(s, from, to, &status, &refusal) == 0) {
			from = to;
		} else if (!is_about_rows(status)) {
			*e = refusal;
			return -1;
		} else if (to - from > 1) {
			ends[n++] = from + (to - from) / 2;
		} else {
			refuse(s, s->batch->pieces[from].seq, span_cstr(refusal.text));
			from = to;
		}
	}
	return 0;
}

/* ---- setting up ---- */

static bool is_stopped(void *ctx)
{
	return *((struct sender *)ctx)->stop;
}

int sender_new(struct cli *c, const struct export_options *o, const volatile bool *stop,
	       struct sender **out, struct err *e)
{
	struct sender *s = mem_zalloc(sizeof *s);
	int rc;

	s->c = c;
	s->o = o;
	s->stop = stop;
	buf_init(&s->authorization, CREDENTIAL_MAX);
	rc = http_read_authorization(o->token_file, o->basic_file, &s->authorization, e);
	if (rc == 0)
		rc = http_client_new(&(struct http_options){.user_agent = "aiops-audit",
							    .ca_file = o->ca_file,
							    .stopped = is_stopped,
							    .ctx = s,
							    .env = cli_env(c)},
				     &s->http, e);
	if (rc == 0)
		*out = s;
	else
		sender_free(s);
	return rc;
}

void sender_free(struct sender *s)
{
	if (!s)
		return;
	http_client_free(s->http);
	secret_release(&s->authorization);
	free(s);
}
