/*
 * Proposals of this run.
 */
#include "aiops-triage/llm/recall.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The spans of items are of texts. */
struct recalled {
	struct digest key;
	struct hypothesis items[HYPOTHESES_MAX];
	size_t n;
	struct span runbook;
	bool enough;
	char *texts[1 + HYPOTHESES_MAX * (2 + 2 * HYPOTHESIS_EVIDENCE)]; /* owned */
	size_t n_texts;
};

static void recalled_free(struct recalled *one)
{
	if (!one)
		return;
	for (size_t i = 0; i < one->n_texts; i++)
		free(one->texts[i]);
	free(one);
}

void recall_init(struct recall *r)
{
	map_init(&r->by_incident);
}

void recall_release(struct recall *r)
{
	for (struct map_entry *en = map_next(&r->by_incident, NULL); en;
	     en = map_next(&r->by_incident, en))
		recalled_free(en->value.ptr);
	map_release(&r->by_incident);
}

struct digest recall_key(const struct answer *a)
{
	struct buf key = BUF_INIT(64u << 10);
	struct digest d;
	struct span whole;

	buf_addf(&key, "%d", (int)a->severity);
	for (size_t i = 0; i < a->n_hypotheses; i++) {
		buf_add_char(&key, '\n');
		buf_add_span(&key, answer_class(a, a->hypotheses[i].fault));
		buf_add_char(&key, ' ');
		buf_add_span(&key, a->hypotheses[i].component);
	}
	whole = buf_span(&key);
	d = digest_of(&whole, 1);
	buf_release(&key);
	return d;
}

static struct span keep(struct recalled *one, struct span s)
{
	char *copy = mem_dup(s.data ? s.data : "", s.len);

	one->texts[one->n_texts++] = copy;
	return span_of(copy, s.len);
}

void recall_keep(struct recall *r, const struct incident *inc, const struct digest *key,
		 const struct answer *a, const struct proposal *p)
{
	struct recalled *one = mem_zalloc(sizeof *one);
	struct map_entry *en;

	if (r->by_incident.live >= RECALL_MAX) {
		recall_release(r);
		recall_init(r);
	}
	*one = (struct recalled){.key = *key, .n = a->n_hypotheses, .enough = p->enough};
	one->runbook = p->runbook.len ? keep(one, p->runbook) : SPAN_NONE;
	for (size_t i = 0; i < one->n; i++) {
		struct hypothesis *h = &one->items[i];

		*h = a->hypotheses[i];
		h->component = keep(one, h->component);
		h->text = keep(one, h->text);
		for (size_t k = 0; k < h->n_evidence; k++) {
			h->evidence[k].record_id = keep(one, h->evidence[k].record_id);
			h->evidence[k].quote = keep(one, h->evidence[k].quote);
		}
	}
	en = map_put(&r->by_incident, inc->id, NULL);
	recalled_free(en->value.ptr);
	en->value.ptr = one;
}

/* The quotes that still stand. */
static struct hypothesis still_borne_out(const struct hypothesis *kept, const struct sources *s)
{
	struct hypothesis h = *kept;

	h.n_evidence = 0;
	for (size_t i = 0; i < kept->n_evidence; i++)
		if (evidence_verify(s, kept->evidence[i].record_id, kept->evidence[i].quote))
			h.evidence[h.n_evidence++] = kept->evidence[i];
	return h;
}

bool recall_adopt(const struct recall *r, const struct digest *key, struct answer *a,
		  const struct prompt_source *source, struct adoption *out, struct span *runbook)
{
	const struct sources s = {.context = source->context, .incident = source->incident};
	const struct map_entry *en = map_get(&r->by_incident, source->incident->id);
	const struct recalled *one = en ? en->value.ptr : NULL;
	struct hypothesis h[HYPOTHESES_MAX] = {0};
	size_t n = 0;

	if (!one || memcmp(one->key.bytes, key->bytes, sizeof key->bytes) != 0)
		return false;
	for (size_t i = 0; i < one->n; i++) {
		h[n] = still_borne_out(&one->items[i], &s);
		n += h[n].n_evidence > 0;
	}
	if (!n)
		return false;
	*out = (struct adoption){0};
	adopt_hypotheses(a, h, n, one->enough, out);
	*runbook = one->runbook;
	return true;
}
