/*
 * From one call to the next: waiting, other forms of asking, one repair.
 */
#include <poll.h>

#include "aiops-triage/llm/llm_impl.h"
#include "base/digest.h"

#define RETRIES        2
#define ANSWERED_BYTES 4000

static const struct backoff backoff = {.base_ms = 500, .cap_ms = 8000};

/* What was tried already. */
struct tried {
	int retries;
	bool newer, more_room, repair;
};

/* True if there is time: then it was waited for. */
static bool wait_for(struct consultation *c, struct tried *t, int64_t wanted_ms)
{
	uint64_t random;
	int64_t ms;

	if (t->retries++ >= RETRIES)
		return false;
	env_random(c->llm->book->env, (uint8_t *)&random, sizeof random);
	ms = backoff_ms(&backoff, t->retries, random);
	ms = wanted_ms > ms ? wanted_ms : ms;
	if (ms >= consultation_left_ms(c)) {
		consultation_end(c, c->status, "%s",
				 c->reason); /* as it stands: there is no time */
		return false;
	}
	(void)poll(NULL, 0, (int)ms); /* a signal ends the wait early, and so the next try comes
					 sooner */
	return true;
}

/* True if asking in another way may help. */
static bool other_form(struct consultation *c, struct tried *t, bool newer)
{
	if (newer && !t->newer) {
		t->newer = c->completion_tokens = true;
		return true;
	}
	if (c->rung >= RUNG_TEXT)
		return false;
	c->rung++;
	return true;
}

/* True if the answer can be used; else what is wrong is in c->wrong, for a repair. */
static bool check(struct consultation *c, const struct reply *reply)
{
	struct err why = ERR_INIT;

	buf_clear(&c->wrong);
	buf_clear(&c->answered);
	buf_add_span(&c->answered, cut_text(reply->content, ANSWERED_BYTES));
	if (proposal_read(reply->content, &c->prompt, c->proposal_parser, &c->proposal_keeper,
			  &c->proposal, &why) == 0)
		return true;
	buf_add_cstr(&c->wrong, why.text);
	consultation_end(c, LLM_INVALID, "%.150s", why.text);
	return false;
}

/* True: ask again. */
static bool go_on(struct consultation *c, struct tried *t, const struct call_result *r)
{
	switch (r->end) {
	case CALL_RETRY:
		return wait_for(c, t, r->wait_ms);
	case CALL_BAD:
		return other_form(c, t, r->wants_newer);
	case CALL_MORE_ROOM:
		c->max_tokens *= 2;
		return !t->more_room && (t->more_room = true);
	case CALL_CONTENT:
		if (check(c, &r->reply)) {
			c->status = LLM_USED;
			c->reason[0] = 0;
			return false;
		}
		return !t->repair && (t->repair = true);
	default:
		return false;
	}
}

int talk(struct consultation *c, struct err *e)
{
	struct tried t = {0};
	struct call_result r;
	enum llm_status was;

	do {
		if (consultation_left_ms(c) <= 0) {
			consultation_end(c, LLM_LATE, "no usable answer within %lld ms",
					 (long long)c->llm->options->deadline_ms);
			return 0;
		}
		was = c->status;
		r = call_make(c, e);
		if (r.end == CALL_ERROR)
			return -1;
	} while (go_on(c, &t, &r));
	/* a repair that the budget did not carry: the answer was not usable */
	if (t.repair && c->status == LLM_OVER_BUDGET && was == LLM_INVALID)
		consultation_end(c, LLM_INVALID, "%.150s", buf_cstr(&c->wrong));
	return 0;
}
