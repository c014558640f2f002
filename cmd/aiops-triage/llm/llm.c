/*
 * Asking the language model, from the rules' answer to what is written beside it.
 */
#include "aiops-triage/llm/llm.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/llm/llm_impl.h"
#include "aiops-triage/llm/tokens.h"
#include "base/mem.h"
#include "base/secret.h"
#include "text/redact.h"

#define SHOWN_ANSWER 2000 /* bytes of an answer that was not used */

static const char *status_name(enum llm_status s)
{
	static const char *const names[] = {"used",        "late",    "invalid",      "over_budget",
					    "unavailable", "refused", "breaker_open", "unsafe"};

	return names[s];
}

int64_t consultation_left_ms(const struct consultation *c)
{
	return c->began_ticks + c->llm->options->deadline_ms - env_ticks_ms(c->llm->book->env);
}

void consultation_end(struct consultation *c, enum llm_status s, const char *fmt, ...)
{
	char reason[sizeof c->reason];
	va_list args;

	c->status = s;
	va_start(args, fmt);
	(void)vsnprintf(reason, sizeof reason, fmt, args); /* cut if it is long */
	va_end(args);
	memcpy(c->reason, reason, sizeof reason);
}

/* ---- the endpoint ---- */

static const char path[] = "/chat/completions";

static void write_url(struct llm *m)
{
	struct span url = span_cstr(m->options->url);
	size_t n = sizeof path - 1;

	while (url.len && url.data[url.len - 1] == '/')
		url.len--;
	buf_add_span(&m->url, url);
	if (url.len < n || memcmp(url.data + url.len - n, path, n) != 0)
		buf_add_cstr(&m->url, path);
}

struct llm *llm_open(struct cli *c, const struct llm_options *o, struct book *b, struct err *e)
{
	struct llm *m = mem_zalloc(sizeof *m);
	struct http_options http = {.user_agent = "aiops-triage/" AIOPS_VERSION,
				    .ca_file = o->ca_file,
				    .env = cli_env(c)};

	*m = (struct llm){.options = o,
			  .book = b,
			  .url = BUF_INIT(8192),
			  .origin = BUF_INIT(1024),
			  .authorization = BUF_INIT(8192)};
	recall_init(&m->recall);
	write_url(m);
	if (!o->model || !o->model[0])
		err_set(e, EX_BADUSAGE, "--llm-url needs the name of a model, --llm-model");
	else if (http_origin(buf_cstr(&m->url), &m->origin, e) == 0 &&
		 http_client_new(&http, &m->http, e) == 0 &&
		 http_read_authorization(o->key_file, NULL, &m->authorization, e) == 0)
		return m;
	llm_close(m);
	return NULL;
}

void llm_close(struct llm *m)
{
	if (!m)
		return;
	http_client_free(m->http);
	buf_release(&m->url);
	buf_release(&m->origin);
	secret_release(&m->authorization);
	recall_release(&m->recall);
	free(m);
}

const struct llm_counts *llm_counted(const struct llm *m)
{
	return &m->counts;
}

/* ---- a consultation ---- */

static void consultation_init(struct consultation *c, struct llm *m, const struct prompt_source *s)
{
	*c = (struct consultation){.llm = m,
				   .source = s,
				   .names = pseudonyms_new(m->book->env),
				   .began_ticks = env_ticks_ms(m->book->env),
				   .max_tokens = ANSWER_TOKENS,
				   .wrong = BUF_INIT(4096),
				   .answered = BUF_INIT(8192),
				   .reply_parser = record_new(REPLY_MAX_BYTES),
				   .proposal_parser = record_new(REPLY_MAX_BYTES),
				   .reply_keeper = BUF_INIT(REPLY_MAX_BYTES + 4096),
				   .proposal_keeper = BUF_INIT(REPLY_MAX_BYTES + 4096)};
}

static void consultation_release(struct consultation *c)
{
	prompt_release(&c->prompt);
	pseudonyms_free(c->names);
	record_free(c->reply_parser);
	record_free(c->proposal_parser);
	buf_release(&c->wrong);
	buf_release(&c->answered);
	buf_release(&c->reply_keeper);
	buf_release(&c->proposal_keeper);
}

/* Less of what is least worth, until a call's budget carries it: past incidents, templates, alerts.
 * What does not fit even so is refused when it is reserved. */
static void fit_prompt(struct consultation *c)
{
	static const struct prompt_size sizes[] = {{3, 24, 24}, {0, 24, 24}, {0, 10, 24},
						   {0, 4, 12},  {0, 2, 6},   {0, 0, 3}};
	int64_t room = c->llm->options->limits.call - c->max_tokens;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct buf schema = BUF_INIT(PROMPT_MAX_BYTES);
		int64_t tokens;

		prompt_release(&c->prompt);
		prompt_build(&c->prompt, c->source, c->names, &sizes[i]);
		prompt_schema(&c->prompt, &schema);
		/* quotation marks are escaped on the way: a tenth more */
		tokens = tokens_estimate(buf_span(&c->prompt.user), c->habit.ratio) +
			 tokens_estimate(buf_span(&c->prompt.system), c->habit.ratio) +
			 tokens_estimate(buf_span(&schema), c->habit.ratio);
		buf_release(&schema);
		if (tokens + tokens / 5 <= room)
			return;
	}
}

static int ask(struct consultation *c, struct answer *a, struct err *e)
{
	struct digest key = recall_key(a);
	struct err why = ERR_INIT;

	fit_prompt(c);
	if (talk(c, e) != 0)
		return -1;
	if (c->status != LLM_USED)
		return 0;
	if (adopt(a, &c->proposal, &c->prompt, c->source, c->names, &c->adoption, &why) != 0) {
		consultation_end(c, LLM_INVALID, "%.150s", why.text);
		return 0;
	}
	c->runbook = c->proposal.runbook;
	recall_keep(&c->llm->recall, c->source->incident, &key, a, &c->proposal);
	return 0;
}

static int consult(struct consultation *c, struct answer *a, struct err *e)
{
	struct digest key = recall_key(a);

	if (ledger_habit(c->llm->book->store, buf_span(&c->llm->origin),
			 span_cstr(c->llm->options->model), &c->habit, e) != 0)
		return -1;
	c->rung = c->habit.rung;
	c->recalled = recall_adopt(&c->llm->recall, &key, a, c->source, &c->adoption, &c->runbook);
	return c->recalled ? 0 : ask(c, a, e);
}

/* ---- what is written beside the answer ---- */

/* What it said all the same: secrets taken out, cut, marked by the status. */
static void write_unused(const struct consultation *c, struct jsonw *w)
{
	struct buf clean = BUF_INIT(16u << 10);

	if (!c->answered.len)
		return;
	(void)text_redact_plain(cut_text(buf_span(&c->answered), SHOWN_ANSWER), &clean);
	jsonw_member(w, "answer", buf_span(&clean));
	buf_release(&clean);
}

static void write_used(const struct consultation *c, const struct answer *a, struct jsonw *w)
{
	if (c->recalled)
		jsonw_member_bool(w, "recalled", true);
	jsonw_member_bool(w, "agrees", c->adoption.agrees);
	jsonw_member_i64(w, "evidence_rejected", (int64_t)c->adoption.rejected);
	jsonw_key(w, "runbook");
	if (c->runbook.len)
		jsonw_string(w, c->runbook);
	else
		jsonw_null(w);
	jsonw_key(w, "offline");
	answer_write_hypotheses(w, a, c->adoption.offline, c->adoption.n_offline);
}

/* Appends the JSON of the answer's key llm. */
static void write_told(const struct consultation *c, const struct answer *a, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "status", span_cstr(status_name(c->status)));
	jsonw_member_i64(&w, "tokens", c->tokens);
	jsonw_member_i64(&w, "calls", c->calls);
	jsonw_member(&w, "model", span_cstr(c->llm->options->model));
	jsonw_member(&w, "format", span_cstr(rung_name(c->rung)));
	if (c->status == LLM_USED) {
		write_used(c, a, &w);
	} else {
		jsonw_member(&w, "reason", span_cstr(c->reason));
		write_unused(c, &w);
	}
	jsonw_object_end(&w);
}

/* ---- all of it ---- */

int llm_consult(struct llm *m, struct answer *a, const struct prompt_source *s, struct err *e)
{
	struct buf json = BUF_INIT(1u << 20);
	struct consultation c;
	int rc;

	consultation_init(&c, m, s);
	rc = consult(&c, a, e);
	if (rc == 0) {
		m->counts.asked += !c.recalled;
		m->counts.used += c.status == LLM_USED;
		m->counts.over_budget += c.status == LLM_OVER_BUDGET;
		m->counts.calls += c.calls;
		m->counts.tokens += c.tokens;
		write_told(&c, a, &json);
		a->llm = answer_keep(a, &json);
	}
	consultation_release(&c);
	buf_release(&json);
	return rc;
}
