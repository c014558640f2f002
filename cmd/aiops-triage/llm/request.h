/*
 * One call of POST {base}/chat/completions (the interface of OpenAI, Ollama, llama.cpp and
 * vLLM): its body, and what comes back.
 */
#ifndef AIOPS_TRIAGE_REQUEST_H
#define AIOPS_TRIAGE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-triage/llm/ledger.h"
#include "aiops-triage/llm/prompt.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/record.h"

#define REPLY_MAX_BYTES (1u << 20)

struct request {
	const struct prompt *prompt;
	const char *model;
	enum llm_rung rung;
	int64_t max_tokens;
	bool completion_tokens;      /* the newer name of the limit */
	struct span answered, wrong; /* a repair: what it said, and what is wrong with that */
};
void request_write(const struct request *r, struct buf *out);

/* What an endpoint's answer of status 200 holds. Spans are borrowed from the record. */
struct reply {
	struct span content;
	struct span finish; /* stop, length, content_filter */
	bool refused;       /* the model declined */
	bool called_tool;
	int64_t tokens, prompt_tokens; /* -1: not told */
};
/* body as it came; keeper holds it. Errors: EX_BADDATA (no JSON, no choice). */
NODISCARD int reply_read(struct span body, struct record *parser, struct buf *keeper,
			 struct reply *out, struct err *e);

/* Kinds of refusal by the body of an error, which may be anything. */
bool error_is_quota(struct span body);                /* insufficient_quota, billing */
bool error_wants_completion_tokens(struct span body); /* max_completion_tokens is the name */

/* The next run of balanced braces in a text at or behind *from, which moves on; SPAN_NONE: none. */
struct span object_next(struct span text, size_t *from);

#endif
