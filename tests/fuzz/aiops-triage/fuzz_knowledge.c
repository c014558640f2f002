/*
 * What people write down for triage: signatures, weights, kinds of metrics, queries, runbooks, each
 * given the same document.
 *
 * Held: what is accepted stands within its bounds and is found again; what is not says why.
 */
#include "aiops-triage/evidence/kinds.h"
#include "aiops-triage/evidence/weights.h"
#include "aiops-triage/gather/query.h"
#include "aiops-triage/knowledge/runbooks.h"
#include "aiops-triage/knowledge/signature.h"

#include "../fuzz.h"

static void check_signatures(struct span text)
{
	struct clue clue = {.kind = KIND_LOG, .body = text, .name = SPAN("db_connections")};
	struct hit hits[HITS_PER_RECORD];
	struct err e = ERR_INIT;
	struct signatures s;

	signatures_init(&s);
	if (signatures_add(&s, text, &e) == 0) {
		FUZZ_CHECK(s.n == 1 && s.items[0].id.len > 0 && s.n_signals > 0);
		for (size_t i = 0; i < s.n_signals; i++) {
			const struct signal *x = &s.signals[i];

			FUZZ_CHECK(x->signature == 0 && x->weight > 0);
			FUZZ_CHECK(x->weight <= SIGNAL_MAX_WEIGHT && x->n_words <= SIGNAL_WORDS);
		}
		for (int kind = KIND_ALERT; kind <= KIND_CHANGE; kind++) {
			size_t n;

			clue.kind = (enum kind)kind;
			n = signatures_match(&s, &clue, hits);
			FUZZ_CHECK(n <= HITS_PER_RECORD);
			for (size_t i = 0; i < n; i++)
				FUZZ_CHECK(hits[i].signal < s.n_signals);
		}
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	signatures_release(&s);
}

static void check_weights(struct span text)
{
	struct err e = ERR_INIT;
	struct weights w;
	double sum = 0;

	if (weights_parse(&w, text, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
		return;
	}
	for (int i = 0; i < SOURCES; i++) {
		FUZZ_CHECK(w.of[i] >= 0 && w.of[i] <= WEIGHT_MAX);
		sum += w.of[i];
	}
	FUZZ_CHECK(sum > 0);
}

static void check_kinds(struct span text)
{
	const struct label labels[] = {{SPAN("quantile"), SPAN("0.99")},
				       {SPAN("source"), SPAN("a")},
				       {SPAN("target"), SPAN("b")}};
	struct err e = ERR_INIT;
	struct metric_kinds ks;

	kinds_init(&ks);
	if (kinds_parse(&ks, text, &e) == 0) {
		const struct metric_kind *k = kinds_find(&ks, SPAN("http_latency_seconds_p99"));
		double p = kinds_statistic(&ks, SPAN("http_latency_p99"), labels, 3);

		FUZZ_CHECK(!k || (k >= ks.items && k < ks.items + ks.n));
		FUZZ_CHECK(p >= 0 && p <= 100);
		(void)kinds_call(&ks, labels, 3);
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	kinds_release(&ks);
}

static void check_queries(struct span text)
{
	struct err e = ERR_INIT;
	struct queries qs;

	queries_init(&qs);
	if (queries_add(&qs, text, &e) == 0) {
		const struct query *q = &qs.items[0];

		FUZZ_CHECK(qs.n == 1 && q->id.len > 0 && q->deadline_ms > 0);
		FUZZ_CHECK((q->endpoint.len > 0) != (q->n_argv > 0));
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	queries_release(&qs);
}

static void check_runbooks(struct span text)
{
	struct err e = ERR_INIT;
	struct runbooks rs;

	runbooks_init(&rs);
	if (runbooks_add(&rs, text, &e) == 0)
		FUZZ_CHECK(runbooks_find(&rs, rs.items[0].id) == &rs.items[0]);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	runbooks_release(&rs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	check_signatures(text);
	check_weights(text);
	check_kinds(text);
	check_queries(text);
	check_runbooks(text);
	return 0;
}
