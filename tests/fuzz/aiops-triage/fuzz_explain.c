/*
 * Lines of records, incidents among them, answered by the rules.
 *
 * Held: an answer is one JSON object with confidences from 0 to 1 that says the same when it is
 * asked for again; each piece of evidence stands in the record that it names; nothing that a
 * terminal acts on is shown.
 */
#include "aiops-triage/explain/decide.h"

#include "../fuzz.h"
#include "aiops-triage/explain/render.h"
#include "record/event.h"

static const char connections[] =
	"version: 1\nid: connections\ntitle: Connections\n"
	"text: \"{component} is out of connections\"\nsignals:\n"
	"  - {alert: \"connections exhausted\", weight: 5}\n"
	"  - {log: slots are reserved, weight: 5}\n  - {metric: \"db_*\", weight: 1}\n"
	"first_action: {text: count sessions, effect: read}\n";
static const char deploy[] =
	"version: 1\nid: deploy\ntitle: Deploy\ntext: \"{component} was changed\"\nsignals:\n"
	"  - {change: deploy, weight: 2}\n  - {label: {env: prod}, weight: 1}\n"
	"first_action: {text: compare, effect: read}\n";
static const char weights[] =
	"version: 1\nweights: {alerts: 1, metrics: 1.5, graph: 2, logs: 1, traces: 1.5, "
	"changes: 0.35, signatures: 0.55, past: 0.35}\n";
static const char kinds[] =
	"version: 1\nkinds:\n  - {id: latency, class: external, harm: rise, words: [latency]}\n";

static struct knowledge known;
static struct telemetry_limits limits = {200, 1 << 20, 1 << 20};

static void start(void)
{
	struct err e = ERR_INIT;

	if (known.signatures.n)
		return;
	signatures_init(&known.signatures);
	history_init(&known.history);
	runbooks_init(&known.runbooks);
	FUZZ_CHECK(signatures_add(&known.signatures, SPAN(connections), &e) == 0);
	FUZZ_CHECK(signatures_add(&known.signatures, SPAN(deploy), &e) == 0);
	FUZZ_CHECK(weights_parse(&known.weights, SPAN(weights), &e) == 0);
}

static void check_shown(const struct answer *a, const struct incident *inc)
{
	struct buf out = BUF_INIT(1u << 22);

	render(a, inc, &out);
	for (size_t i = 0; i < out.len; i++) {
		unsigned char c = (unsigned char)out.data[i];

		FUZZ_CHECK((c >= ' ' && c != 0x7f) || c == '\n');
	}
	buf_release(&out);
}

static void check_answer(const struct answer *a, struct telemetry *t, const struct incident *inc)
{
	struct sources sources = {&t->context, inc};

	FUZZ_CHECK(a->confidence >= 0 && a->confidence <= 1);
	FUZZ_CHECK(a->n_hypotheses <= HYPOTHESES_MAX);
	for (size_t i = 0; i < a->n_hypotheses; i++) {
		const struct hypothesis *h = &a->hypotheses[i];

		FUZZ_CHECK(h->confidence >= 0 && h->confidence <= 1);
		FUZZ_CHECK(h->fault == NO_CLASS || h->fault < known.signatures.n);
		FUZZ_CHECK(h->n_evidence <= HYPOTHESIS_EVIDENCE);
		for (size_t k = 0; k < h->n_evidence; k++)
			if (!h->evidence[k].series && !h->evidence[k].span)
				FUZZ_CHECK(evidence_verify(&sources, h->evidence[k].record_id,
							   h->evidence[k].quote));
	}
}

static void check_object(struct span object)
{
	static struct record *parser;
	struct err e = ERR_INIT;
	enum reject_code why;
	char *copy = fuzz_copy(object, RECORD_PADDING);

	parser = parser ? parser : record_new(1u << 22);
	FUZZ_CHECK(record_parse(parser, copy, object.len, &why, &e) == 0);
	free(copy);
}

static void answer_it(struct telemetry *t, const struct record *r)
{
	struct buf first = BUF_INIT(1u << 22), second = BUF_INIT(1u << 22);
	struct err e = ERR_INIT;
	struct incident inc;

	incident_read(&inc, r);
	for (int i = 0; i < 2; i++) {
		struct answer a = {.n_hypotheses = 0};

		FUZZ_CHECK(decide(&a, &known, t, &inc, -1, &e) == 0);
		check_answer(&a, t, &inc);
		answer_write(&a, i ? &second : &first);
		check_shown(&a, &inc);
		answer_release(&a);
	}
	FUZZ_CHECK(span_eq(buf_span(&first), buf_span(&second)));
	check_object(buf_span(&first));
	incident_release(&inc);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct record *r = record_new(1u << 20);
	struct telemetry t;
	struct err e = ERR_INIT;

	start();
	telemetry_init(&t, &limits);
	FUZZ_CHECK(kinds_parse(&t.kinds, SPAN(kinds), &e) == 0 || *e.text);
	while (in.left) {
		struct span line = fuzz_until(&in, '\n');
		char *copy = fuzz_copy(line, RECORD_PADDING);
		struct err no = ERR_INIT;
		enum reject_code why;

		if (record_parse(r, copy, line.len, &why, &no) == 0) {
			if (record_kind(r) == KIND_INCIDENT)
				answer_it(&t, r);
			else
				telemetry_add(&t, r);
		}
		free(copy);
	}
	telemetry_release(&t);
	record_free(r);
	return 0;
}
