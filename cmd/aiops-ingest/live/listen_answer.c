/*
 * Answers are JSON for machines with a sentence for people in it.
 */
#include "aiops-ingest/live/listen_impl.h"
#include "record/jsonw.h"

enum { ANSWER_MAX = 64 << 10 };

static const char json_type[] = "application/json";

static void send(struct exchange *x, int status, struct buf *json)
{
	buf_add_char(json, '\n');
	exchange_answer(x, status, json_type, buf_span(json));
	buf_release(json);
}

void answer_error(struct exchange *x, int status, const char *error, const char *message)
{
	struct buf json = BUF_INIT(ANSWER_MAX);
	struct jsonw w = jsonw_to(&json);

	jsonw_object(&w);
	jsonw_member(&w, "error", span_cstr(error));
	jsonw_member(&w, "message", span_cstr(message));
	jsonw_object_end(&w);
	send(x, status, &json);
}

void answer_later(struct exchange *x, const char *message)
{
	exchange_set(x, "Retry-After", "1");
	answer_error(x, 503, "try_later", message);
}

static void add_rejects(struct jsonw *w, const struct delivery *d)
{
	jsonw_key(w, "rejects");
	jsonw_array(w);
	for (size_t i = 0; i < d->n_rejects; i++) {
		jsonw_object(w);
		jsonw_member_i64(w, "line", d->rejects[i].line);
		jsonw_member(w, "code", span_cstr(d->rejects[i].code));
		jsonw_member(w, "message", span_cstr(d->rejects[i].message));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

void answer_delivery(struct exchange *x, int status, const struct delivery *d, const char *error)
{
	struct buf json = BUF_INIT(ANSWER_MAX);
	struct jsonw w = jsonw_to(&json);

	jsonw_object(&w);
	if (error) {
		jsonw_member(&w, "error", SPAN("rejected"));
		jsonw_member(&w, "message", span_cstr(error));
	}
	jsonw_member_i64(&w, "accepted", error ? 0 : d->records);
	jsonw_member_i64(&w, "rejected", d->rejected);
	if (d->n_rejects > 0)
		add_rejects(&w, d);
	jsonw_object_end(&w);
	send(x, status, &json);
}

void answer_replay(struct exchange *x)
{
	exchange_answer(x, 200, json_type,
			SPAN("{\"accepted\":0,\"rejected\":0,\"replay\":true}\n"));
}
