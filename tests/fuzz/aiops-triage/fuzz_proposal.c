/*
 * What a language model answers: the endpoint's body, and in it the proposal.
 *
 * Held: nothing passes that is not of the closed sets, and no sentence with control or hidden
 * characters; what is refused is said in words that quote nothing of it.
 */
#include "aiops-triage/llm/proposal.h"

#include "../fuzz.h"
#include "aiops-triage/llm/request.h"
#include "aiops-triage/llm/suspicion.h"

static char db[] = "db", api[] = "<HOST#1>", shown[] = "slots are reserved";
static struct signatures faults;
static struct prompt prompt = {
	.items = {{{"a", 1}, KIND_ALERT, shown}, {{"b", 1}, KIND_LOG, shown}},
	.n_items = 2,
	.components = {db, api},
	.n_components = 2,
	.runbooks = {{"restart-service", 15}},
	.n_runbooks = 1,
	.signatures = &faults,
};

static const char fault[] = "version: 1\nid: connections\ntitle: C\ntext: \"{component} is out\"\n"
			    "signals:\n  - {alert: exhausted, weight: 5}\n"
			    "first_action: {text: count sessions, effect: read}\n";

static void check(const struct proposal *p)
{
	FUZZ_CHECK(p->n >= 1 && p->n <= HYPOTHESES_MAX);
	FUZZ_CHECK(!p->runbook.data || span_eq(p->runbook, prompt.runbooks[0]));
	for (size_t i = 0; i < p->n; i++) {
		const struct proposed *h = &p->hypotheses[i];

		FUZZ_CHECK(h->component < prompt.n_components);
		FUZZ_CHECK(h->fault == NO_CLASS || h->fault < faults.n);
		FUZZ_CHECK(h->text.len > 0 && h->text.len <= SENTENCE_BYTES);
		FUZZ_CHECK(suspicion_of(h->text) == 0);
		for (size_t k = 0; k < h->text.len; k++)
			FUZZ_CHECK((unsigned char)h->text.data[k] >= ' ' &&
				   h->text.data[k] != 0x7f);
		FUZZ_CHECK(h->n_evidence <= PROPOSED_EVIDENCE);
		for (size_t k = 0; k < h->n_evidence; k++)
			FUZZ_CHECK(h->evidence[k].item < prompt.n_items);
	}
}

static void check_objects(struct span text)
{
	struct span object;
	size_t from = 0, before = 0;

	while ((object = object_next(text, &from)).data) {
		FUZZ_CHECK(object.len >= 2 && object.data[0] == '{');
		FUZZ_CHECK(object.data[object.len - 1] == '}');
		FUZZ_CHECK(object.data >= text.data &&
			   object.data + object.len <= text.data + text.len);
		FUZZ_CHECK(from > before && from <= text.len);
		before = from;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record *parser;
	struct span text = {(const char *)data, size};
	struct buf keeper = BUF_INIT(1u << 20), body = BUF_INIT(1u << 20);
	struct err e = ERR_INIT, e2 = ERR_INIT;
	struct proposal p = {.n = 0};
	struct reply reply;

	if (!parser) {
		parser = record_new(1u << 20);
		signatures_init(&faults);
		FUZZ_CHECK(signatures_add(&faults, SPAN(fault), &e) == 0);
	}
	if (proposal_read(text, &prompt, parser, &keeper, &p, &e) == 0)
		check(&p);
	else
		FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
	check_objects(text);
	(void)error_is_quota(text);
	(void)error_wants_completion_tokens(text);
	if (reply_read(text, parser, &body, &reply, &e2) != 0)
		FUZZ_CHECK(e2.code == EX_BADDATA && *e2.text);
	else
		FUZZ_CHECK(reply.tokens >= -1 && reply.prompt_tokens >= -1);
	buf_release(&body);
	buf_release(&keeper);
	return 0;
}
