/*
 * One call: reserved and told of before, settled and told of after.
 */
#include <string.h>

#include "aiops-triage/llm/llm_impl.h"
#include "aiops-triage/llm/suspicion.h"
#include "aiops-triage/llm/tokens.h"
#include "store/breaker_rows.h"

#define BODY_MAX_BYTES (2u << 20)
/* An endpoint that counts more than so many times the reservation is not believed. */
#define COUNT_MOST 10

/* Five failures in a row open it, for 30 s doubling to 10 min; one trial then. */
static struct breaker_policy usual_policy(void)
{
	struct breaker_policy p = breaker_calls;

	p.window_ms = 60000;
	p.consecutive_failures = 5;
	p.failure_ratio = 2;
	p.slow_ratio = 2;
	return p;
}

/* A call on its way. */
struct pending {
	int64_t id, reserved, estimated; /* estimated: of the prompt, with a ratio of 1 */
	struct breaker_ticket ticket;
	struct breaker_key key;
	struct buf body;
};

/* ---- before ---- */

static void write_budget(const struct consultation *c, struct jsonw *w)
{
	const struct ledger_limits *l = &c->llm->options->limits;
	const struct {
		const char *key;
		int64_t spent, limit;
	} rows[] = {{"incident", c->spent.incident, l->incident},
		    {"day", c->spent.day, l->day},
		    {"steps", c->spent.steps, l->steps}};

	jsonw_key(w, "budget");
	jsonw_object(w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		jsonw_key(w, rows[i].key);
		jsonw_object(w);
		jsonw_member_i64(w, "spent", rows[i].spent);
		jsonw_member_i64(w, "limit", rows[i].limit);
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
}

static void write_suspicion(unsigned flags, struct jsonw *w)
{
	jsonw_key(w, "suspicion");
	jsonw_array(w);
	for (unsigned f = 1; f <= SUSPICION_SHELL; f <<= 1)
		if (flags & f)
			jsonw_cstr(w, suspicion_name(f));
	jsonw_array_end(w);
}

/* Members that both notes have. */
static struct jsonw begin_note(const struct consultation *c, const struct pending *p,
			       const char *event, struct span title, struct buf *out)
{
	struct buf about = BUF_INIT(200);
	struct jsonw w;

	buf_addf(&about, "%s %lld", event, (long long)p->id);
	w = book_note_begin(c->llm->book, out, event, c->source->incident->id, buf_span(&about),
			    title);
	jsonw_member_i64(&w, "call", p->id);
	jsonw_member(&w, "endpoint", buf_span(&c->llm->origin));
	jsonw_member(&w, "model", span_cstr(c->llm->options->model));
	buf_release(&about);
	return w;
}

static int note_request(struct consultation *c, const struct pending *p, struct err *e)
{
	struct buf note = BUF_INIT(BOOK_NOTE_BYTES);
	struct jsonw w = begin_note(c, p, "llm_request", SPAN("a language model is asked"), &note);
	struct span body = buf_span(&p->body);
	struct digest d = digest_of(&body, 1);
	char hex[DIGEST_HEX + 1];
	int rc;

	digest_hex(&d, hex);
	jsonw_member(&w, "format", span_cstr(rung_name(c->rung)));
	jsonw_member(&w, "prompt_sha256", span_cstr(hex));
	jsonw_member_i64(&w, "tokens_reserved", p->reserved);
	write_budget(c, &w);
	pseudonyms_write(c->names, &w);
	write_suspicion(c->prompt.suspicion, &w);
	book_note_end(&w);
	rc = book_append(c->llm->book, buf_span(&note), NULL, e);
	buf_release(&note);
	return rc;
}

/* In the transaction. 1 it may be made, 0 the consultation has ended, -1 error. */
static int admit(struct consultation *c, struct pending *p, struct err *e)
{
	struct store *s = c->llm->book->store;
	struct span incident = c->source->incident->id;
	struct breaker_policy policy = usual_policy();
	int64_t now = book_now_ms(c->llm->book), retry_ms;
	const char *refused;
	int rc;

	if (ledger_spent(s, incident, now, &c->spent, e) != 0)
		return -1;
	refused = ledger_refuses(&c->llm->options->limits, &c->spent, p->reserved);
	if (refused) {
		consultation_end(c, LLM_OVER_BUDGET, "the %s budget does not carry %lld tokens",
				 refused, (long long)p->reserved);
		return 0;
	}
	rc = breaker_row_admit(s, &p->key, &policy, SPAN_NONE, now, &p->ticket, &retry_ms, e);
	if (rc == 0)
		consultation_end(c, LLM_BREAKER, "the endpoint failed too often lately");
	if (rc <= 0)
		return rc;
	if (ledger_reserve(s, incident, span_cstr(c->llm->options->model), p->reserved, now, &p->id,
			   e) != 0 ||
	    note_request(c, p, e) != 0)
		return -1;
	return 1;
}

static int reserve(struct consultation *c, struct pending *p, struct err *e)
{
	struct store *s = c->llm->book->store;
	int rc = store_begin(s, e) == 0 ? admit(c, p, e) : -1;

	if (rc < 0) {
		store_rollback(s);
		return -1;
	}
	return store_commit(s, e) == 0 ? rc : -1;
}

/* The body, and that nothing stands in it that must not go out. 1, or 0: ended. */
static int prepare(struct consultation *c, struct pending *p)
{
	struct request r = {.prompt = &c->prompt,
			    .model = c->llm->options->model,
			    .rung = c->rung,
			    .max_tokens = c->max_tokens,
			    .completion_tokens = c->completion_tokens,
			    .answered = buf_span(&c->answered),
			    .wrong = buf_span(&c->wrong)};
	struct err why = ERR_INIT;

	request_write(&r, &p->body);
	if (buf_overflowed(&p->body)) {
		consultation_end(c, LLM_UNSAFE, "the prompt is too long");
		return 0;
	}
	if (pseudonyms_check(c->names, buf_span(&p->body), &why) != 0) {
		consultation_end(c, LLM_UNSAFE, "%s", why.text);
		return 0;
	}
	p->estimated = tokens_estimate(buf_span(&p->body), 1);
	p->reserved = tokens_estimate(buf_span(&p->body), c->habit.ratio) + c->max_tokens;
	p->key = (struct breaker_key){.scope = SPAN("model"), .name = buf_span(&c->llm->origin)};
	return 1;
}

/* ---- after ---- */

static int note_answer(struct consultation *c, const struct pending *p, int64_t tokens,
		       const char *outcome, struct err *e)
{
	struct buf note = BUF_INIT(BOOK_NOTE_BYTES);
	struct jsonw w = begin_note(c, p, "llm_answer", SPAN("a language model was asked"), &note);
	int rc;

	jsonw_member(&w, "outcome", span_cstr(outcome));
	jsonw_member_i64(&w, "tokens", tokens);
	write_budget(c, &w);
	book_note_end(&w);
	rc = book_append(c->llm->book, buf_span(&note), NULL, e);
	buf_release(&note);
	return rc;
}

/* What the call says about the endpoint, and what it cost. */
struct settlement {
	enum breaker_end end;
	bool for_good; /* one such answer opens the breaker */
	int64_t tokens;
	bool learned; /* the form works; the ratio is known */
	const char *outcome;
};

static int write_settlement(struct consultation *c, const struct pending *p,
			    const struct settlement *t, struct err *e)
{
	struct store *s = c->llm->book->store;
	struct breaker_policy policy = usual_policy();
	int64_t now = book_now_ms(c->llm->book);

	if (t->for_good)
		policy.consecutive_failures = 1;
	if (ledger_settle(s, p->id, t->tokens, e) != 0 ||
	    breaker_row_settle(s, &p->key, &policy, SPAN_NONE, &p->ticket, t->end, now, NULL, e) !=
		    0 ||
	    (t->learned && ledger_remember(s, buf_span(&c->llm->origin),
					   span_cstr(c->llm->options->model), &c->habit, e) != 0) ||
	    ledger_spent(s, c->source->incident->id, now, &c->spent, e) != 0)
		return -1;
	return note_answer(c, p, t->tokens, t->outcome, e);
}

static int settle(struct consultation *c, const struct pending *p, const struct settlement *t,
		  struct err *e)
{
	struct store *s = c->llm->book->store;

	c->tokens += t->tokens;
	if (store_begin(s, e) != 0)
		return -1;
	if (write_settlement(c, p, t, e) != 0) {
		store_rollback(s);
		return -1;
	}
	return store_commit(s, e);
}

/* No answer came: the time may be over, or trying again may help. */
static struct call_result no_answer(struct consultation *c, const struct pending *p,
				    const struct err *why, struct settlement *t)
{
	*t = (struct settlement){.end = BREAKER_END_FAILED, .tokens = p->reserved};
	if (why->code == EX_TRYLATER && consultation_left_ms(c) <= 0) {
		t->outcome = "late";
		consultation_end(c, LLM_LATE, "no answer within %lld ms",
				 (long long)c->llm->options->deadline_ms);
		return (struct call_result){.end = CALL_OVER};
	}
	if (why->code == EX_TRYLATER) {
		t->outcome = "no connection";
		consultation_end(c, LLM_UNAVAILABLE, "no answer came");
		return (struct call_result){.end = CALL_RETRY};
	}
	t->outcome = "unusable";
	if (why->code == EX_POLICY || why->code == EX_BADUSAGE) {
		t->tokens = 0; /* it was never sent */
		t->end = BREAKER_END_NOT_MADE;
	}
	consultation_end(c, LLM_UNAVAILABLE, "%.150s", why->text);
	return (struct call_result){.end = CALL_OVER};
}

static struct call_result refused(struct consultation *c, const struct http_answer *a,
				  struct settlement *t)
{
	bool quota = error_is_quota(a->body);

	if (a->status == 400 || a->status == 422) {
		*t = (struct settlement){.end = BREAKER_END_SUCCEEDED, .outcome = "not taken"};
		consultation_end(c, LLM_REFUSED, "the endpoint does not take the request (%d)",
				 a->status);
		return (struct call_result){.end = CALL_BAD,
					    .wants_newer = error_wants_completion_tokens(a->body)};
	}
	if (a->status == 429 && !quota) {
		*t = (struct settlement){.end = BREAKER_END_NOT_MADE, .outcome = "rate limit"};
		consultation_end(c, LLM_UNAVAILABLE, "rate limit");
		return (struct call_result){.end = CALL_RETRY, .wait_ms = a->retry_after_ms};
	}
	if (a->status == 408 || a->status == 409 || a->status == 425 || a->status >= 500) {
		*t = (struct settlement){.end = BREAKER_END_FAILED, .outcome = "server error"};
		consultation_end(c, LLM_UNAVAILABLE, "the endpoint answers %d", a->status);
		return (struct call_result){.end = CALL_RETRY, .wait_ms = a->retry_after_ms};
	}
	*t = (struct settlement){.end = BREAKER_END_FAILED,
				 .for_good = quota || a->status == 401 || a->status == 403,
				 .outcome = quota ? "quota" : "refused"};
	consultation_end(c, LLM_REFUSED,
			 quota ? "the quota is used up (%d)" : "the endpoint answers %d",
			 a->status);
	return (struct call_result){.end = CALL_OVER};
}

/* Status 200: what is in it? */
static struct call_result answered(struct consultation *c, const struct pending *p,
				   const struct http_answer *a, struct settlement *t)
{
	struct call_result r = {.end = CALL_UNUSABLE};
	struct err why = ERR_INIT;

	*t = (struct settlement){
		.end = BREAKER_END_SUCCEEDED, .tokens = p->reserved, .outcome = "answered"};
	if (reply_read(a->body, c->reply_parser, &c->reply_keeper, &r.reply, &why) != 0) {
		t->end = BREAKER_END_FAILED;
		t->outcome = "unusable";
		consultation_end(c, LLM_INVALID, "no reply of a chat endpoint");
		return r;
	}
	if (r.reply.tokens > 0 && r.reply.tokens <= COUNT_MOST * p->reserved)
		t->tokens = r.reply.tokens;
	c->habit.rung = c->rung;
	c->habit.ratio = tokens_learn(c->habit.ratio, p->estimated, r.reply.prompt_tokens);
	t->learned = true;
	if (span_is(r.reply.finish, "length") && !span_trim(r.reply.content).len) {
		r.end = CALL_MORE_ROOM;
		consultation_end(c, LLM_INVALID, "it used up its limit without an answer");
	} else if (span_is(r.reply.finish, "length")) {
		consultation_end(c, LLM_INVALID, "the answer was cut off");
	} else if (r.reply.refused || span_is(r.reply.finish, "content_filter")) {
		consultation_end(c, LLM_INVALID, "the model declined");
	} else if (r.reply.called_tool) {
		consultation_end(c, LLM_INVALID, "the model called a tool");
	} else if (!span_trim(r.reply.content).len) {
		consultation_end(c, LLM_INVALID, "the answer is empty");
	} else {
		r.end = CALL_CONTENT;
	}
	return r;
}

/* ---- the call ---- */

static int perform(struct consultation *c, const struct pending *p, struct http_call **call,
		   struct http_answer *out, struct err *why)
{
	const char *headers[] = {"Content-Type: application/json", "Accept: application/json", NULL,
				 NULL};
	struct http_request q = {.method = "POST",
				 .url = buf_cstr(&c->llm->url),
				 .headers = headers,
				 .body = buf_span(&p->body),
				 .max_body_bytes = REPLY_MAX_BYTES,
				 .deadline_ms = consultation_left_ms(c)};

	if (c->llm->authorization.len) {
		headers[2] = buf_cstr(&c->llm->authorization);
		q.flags = HTTP_SECRET;
	}
	c->calls++;
	return http_perform(c->llm->http, &q, NULL, call, out, why);
}

struct call_result call_make(struct consultation *c, struct err *e)
{
	struct call_result r = {.end = CALL_OVER};
	struct pending p = {.body = BUF_INIT(BODY_MAX_BYTES)};
	struct http_answer a = {0};
	struct http_call *call = NULL;
	struct settlement t = {0};
	struct err why = ERR_INIT;
	int rc = prepare(c, &p);

	if (rc > 0)
		rc = reserve(c, &p, e);
	if (rc > 0) {
		if (perform(c, &p, &call, &a, &why) != 0)
			r = no_answer(c, &p, &why, &t);
		else if (a.status == 200)
			r = answered(c, &p, &a, &t);
		else
			r = refused(c, &a, &t);
		rc = settle(c, &p, &t, e);
	}
	if (rc < 0)
		r.end = CALL_ERROR;
	http_call_free(call);
	buf_release(&p.body);
	return r;
}
