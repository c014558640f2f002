/*
 * One consultation, as the files of llm/ share it. Private to them.
 */
#ifndef AIOPS_TRIAGE_LLM_IMPL_H
#define AIOPS_TRIAGE_LLM_IMPL_H

#include "aiops-triage/llm/adopt.h"
#include "aiops-triage/llm/llm.h"
#include "aiops-triage/llm/proposal.h"
#include "aiops-triage/llm/pseudonym.h"
#include "aiops-triage/llm/recall.h"
#include "aiops-triage/llm/request.h"
#include "net/http.h"

#define ANSWER_TOKENS 1200 /* that an answer may have */

struct llm {
	const struct llm_options *options;
	struct book *book;
	struct http_client *http;
	struct buf url, origin, authorization;
	struct recall recall;
	struct llm_counts counts;
};

/* How it ended; "off" is for answers that were given without asking. */
enum llm_status {
	LLM_USED,
	LLM_LATE,        /* the deadline passed */
	LLM_INVALID,     /* no answer that the schema and the records bear out */
	LLM_OVER_BUDGET, /* of tokens or calls */
	LLM_UNAVAILABLE, /* no connection, a failing server, a rate limit that outlasts the deadline
			  */
	LLM_REFUSED,     /* key, quota, or a request that the endpoint does not take */
	LLM_BREAKER,     /* it failed too often lately */
	LLM_UNSAFE,      /* the last look before sending found a secret: nothing was sent */
};

struct consultation {
	struct llm *llm;
	const struct prompt_source *source;
	struct pseudonyms *names;
	struct prompt prompt;
	struct ledger_habit habit;
	int64_t began_ticks;
	/* the next call */
	enum llm_rung rung;
	bool completion_tokens;
	int64_t max_tokens;
	struct buf wrong;    /* what was wrong with the last answer; empty: no repair */
	struct buf answered; /* that answer, cut */
	/* what came of it */
	enum llm_status status;
	char reason[200]; /* words of our own; empty if used */
	int64_t tokens, calls;
	struct ledger_spent spent;
	struct proposal proposal;
	struct record *reply_parser, *proposal_parser;
	struct buf reply_keeper, proposal_keeper;
	struct adoption adoption;
	struct span runbook; /* that it proposed; SPAN_NONE: none */
	bool recalled;       /* it was not asked again */
};

/* Milliseconds until the deadline; 0 and less: it has passed. */
int64_t consultation_left_ms(const struct consultation *c);
/* Sets status and reason. */
void consultation_end(struct consultation *c, enum llm_status s, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* What one call brought. */
enum call_end {
	CALL_CONTENT,   /* c->reply_parser holds it, *reply says where */
	CALL_OVER,      /* the consultation has ended: status and reason are set */
	CALL_BAD,       /* 400: another way of asking may help; *wants_newer says which */
	CALL_RETRY,     /* after *wait_ms, if that is still in time */
	CALL_MORE_ROOM, /* it thought until its limit and said nothing */
	CALL_UNUSABLE,  /* status 200, and nothing in it; reason is set */
	CALL_ERROR,     /* the store */
};
struct call_result {
	enum call_end end;
	struct reply reply;
	bool wants_newer;
	int64_t wait_ms;
};

/* Reserves, asks, settles; each step of it is in the audit log. */
struct call_result call_make(struct consultation *c, struct err *e);

/* Asks until there is a proposal or an end: retries, other forms, one repair. -1: the store. */
NODISCARD int talk(struct consultation *c, struct err *e);

#endif
