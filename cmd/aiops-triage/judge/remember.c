/*
 * Answers on their way into the store.
 */
#include "aiops-triage/judge/remember.h"

#include <stdlib.h>

#include "aiops-triage/classify/text.h"
#include "aiops-triage/feedback/memory.h"
#include "base/mem.h"
#include "record/jsonw.h"
#include "text/redact.h"

/* One answer; the parts stand one behind the other in text. */
struct waiting {
	struct buf text;
	size_t ends[7]; /* of incident, decision, severity, component, fault, sentence, candidates;
			   then come the words */
	double confidence, raw;
	enum calibration_method calibration;
	int64_t at_ms;
};

void remember_init(struct remember *r)
{
	*r = (struct remember){0};
	map_init(&r->by_incident);
}

static void forget_all(struct remember *r)
{
	for (size_t i = 0; i < r->n; i++)
		buf_release(&r->items[i].text);
	r->n = 0;
	map_clear(&r->by_incident);
}

void remember_release(struct remember *r)
{
	forget_all(r);
	free(r->items);
	map_release(&r->by_incident);
}

static void write_candidates(const struct answer *a, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_array(&w);
	for (size_t i = 0; i < a->n_hypotheses; i++) {
		jsonw_object(&w);
		jsonw_member(&w, "component", a->hypotheses[i].component);
		jsonw_member(&w, "fault", answer_class(a, a->hypotheses[i].fault));
		jsonw_object_end(&w);
	}
	jsonw_array_end(&w);
}

/* Secrets are not stored. */
static void add_clean(struct buf *out, struct span text)
{
	(void)text_redact_plain(text, out); /* how many there were is of no use here */
}

static void fill(struct waiting *w, const struct answer *a, const struct incident *inc)
{
	const struct hypothesis *h = a->n_hypotheses ? &a->hypotheses[0] : NULL;
	struct buf words = BUF_INIT(64u << 10);
	size_t part = 0;

	buf_add_span(&w->text, inc->id);
	w->ends[part++] = w->text.len;
	buf_add_cstr(&w->text, a->abstained ? "abstain" : "answer");
	w->ends[part++] = w->text.len;
	buf_add_cstr(&w->text, severity_name(a->severity));
	w->ends[part++] = w->text.len;
	if (h)
		add_clean(&w->text, h->component);
	w->ends[part++] = w->text.len;
	if (h)
		buf_add_span(&w->text, answer_class(a, h->fault));
	w->ends[part++] = w->text.len;
	if (h)
		add_clean(&w->text, h->text);
	w->ends[part++] = w->text.len;
	write_candidates(a, &w->text);
	w->ends[part++] = w->text.len;
	text_of_answer(a, inc, &words);
	add_clean(&w->text, cut_text(buf_span(&words), MEMORY_WORDS_BYTES));
	buf_release(&words);
}

void remember_answer(struct remember *r, const struct answer *a, const struct incident *inc,
		     int64_t now_ms)
{
	struct map_entry *en;
	struct waiting *w;
	bool added;

	if (!inc->id.len)
		return;
	en = map_put(&r->by_incident, inc->id, &added);
	if (added) {
		mem_grow(r->items, r->cap, r->n + 1);
		r->items[r->n] = (struct waiting){.text = BUF_INIT(1u << 20)};
		en->value.num = (int64_t)++r->n;
	}
	w = &r->items[en->value.num - 1];
	buf_clear(&w->text);
	fill(w, a, inc);
	w->confidence = a->confidence;
	w->raw = a->raw_confidence;
	w->calibration = a->calibration;
	w->at_ms = now_ms;
}

bool remember_is_full(const struct remember *r)
{
	return r->n >= REMEMBER_WAITING;
}

static int write_one(const struct waiting *w, struct book *b, struct err *e)
{
	struct span parts[8];
	size_t from = 0;

	for (size_t i = 0; i < 8; i++) {
		size_t end = i < 7 ? w->ends[i] : w->text.len;

		parts[i] = span_of(w->text.data + from, end - from);
		from = end;
	}
	return memory_put(
		b->store,
		&(struct thought){.incident = parts[0],
				  .at_ms = w->at_ms,
				  .decision = parts[1],
				  .severity = parts[2],
				  .component = parts[3],
				  .fault = parts[4],
				  .text = parts[5],
				  .confidence = w->confidence,
				  .raw = w->raw,
				  .calibration = span_cstr(calibration_name(w->calibration)),
				  .candidates = parts[6],
				  .words = parts[7]},
		e);
}

int remember_write(struct remember *r, struct book *b, struct err *e)
{
	int rc;

	if (!r->n)
		return 0;
	rc = store_begin(b->store, e);
	for (size_t i = 0; rc == 0 && i < r->n; i++)
		if (!buf_overflowed(&r->items[i].text))
			rc = write_one(&r->items[i], b, e);
	if (rc == 0)
		rc = store_commit(b->store, e);
	else
		store_rollback(b->store);
	if (rc == 0)
		forget_all(r);
	return rc;
}
