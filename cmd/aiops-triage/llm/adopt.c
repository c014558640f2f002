/*
 * Evidence is checked, confidence is ours.
 */
#include "aiops-triage/llm/adopt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/explain/confidence.h"
#include "base/mem.h"

#define QUOTE_LEAST 8
/* What confidence is left where the model sees another component first; another fault; a component
 * that the rules did not name. */
#define KEPT_OTHER_PLACE 0.7
#define KEPT_OTHER_FAULT 0.8
#define KEPT_UNNAMED     0.5

/* ---- evidence ---- */

/* Where the bytes stand in the record: the whole text that holds them; SPAN_NONE if nowhere. */
static struct span text_with(const struct sources *s, struct span record_id, struct span part)
{
	const struct item *it = context_find(s->context, record_id);
	const char *at;

	if (!it)
		return evidence_verify(s, record_id, part) ? part : SPAN_NONE;
	for (int i = 0; i < ITEM_FIELDS; i++)
		if (i != ITEM_ID && it->fields[i].len &&
		    (at = span_find(it->fields[i], part)) != NULL)
			return quote_around(it->fields[i], span_of(at, part.len));
	return SPAN_NONE;
}

/* The longest part between placeholders, without spaces at its ends. */
static struct span longest_constant(struct span quote)
{
	struct span best = SPAN_NONE;
	size_t from = 0;

	for (size_t i = 0; i <= quote.len; i++) {
		const char *end;
		struct span part;

		if (i < quote.len && quote.data[i] != '<')
			continue;
		part = span_trim(span_of(quote.data + from, i - from));
		if (part.len > best.len)
			best = part;
		if (i == quote.len)
			break;
		end = memchr(quote.data + i, '>', quote.len - i);
		from = end ? (size_t)(end - quote.data) + 1 : i + 1;
		i = from - 1;
	}
	return best;
}

/* What stands before ": ", or before a colon at the end; SPAN_NONE without either. */
static struct span before_colon(struct span s)
{
	const char *colon = span_find(s, SPAN(": "));

	if (!colon && s.len && s.data[s.len - 1] == ':')
		colon = s.data + s.len - 1;
	return colon ? span_of(s.data, (size_t)(colon - s.data)) : SPAN_NONE;
}

/* "NAME: text" of an alert: either may be what was quoted. */
static bool verify(const struct sources *s, const struct prompt_item *item, struct span quote,
		   const struct pseudonyms *names, struct answer *a, struct evidence *out)
{
	struct buf plain = BUF_INIT(8192);
	struct span part, text = SPAN_NONE;

	quote = span_trim(quote);
	if (quote.len < QUOTE_LEAST || !span_find(span_cstr(item->shown), quote))
		return false;
	part = longest_constant(quote);
	pseudonyms_show(names, part.len >= QUOTE_LEAST ? part : quote, &plain);
	part = buf_span(&plain);
	if (part.len >= QUOTE_LEAST)
		text = text_with(s, item->record_id, part);
	if (!text.len && part.len >= QUOTE_LEAST) {
		/* the colon that stands between an alert's name and its words is ours */
		struct span name = before_colon(part);

		if (name.len >= QUOTE_LEAST)
			text = text_with(s, item->record_id, name);
	}
	if (text.len) {
		struct buf kept = BUF_INIT(8192);

		buf_add_span(&kept, text);
		*out = (struct evidence){.kind = item->kind,
					 .record_id = item->record_id,
					 .quote = answer_keep(a, &kept),
					 .signal = SIZE_MAX};
		buf_release(&kept);
	}
	buf_release(&plain);
	/* the one check that all evidence passes */
	return text.len && evidence_verify(s, out->record_id, out->quote);
}

static void take_evidence(struct answer *a, const struct proposed *from,
			  const struct prompt *prompt, const struct sources *s,
			  const struct pseudonyms *names, struct hypothesis *to, size_t *rejected)
{
	for (size_t i = 0; i < from->n_evidence; i++) {
		struct evidence ev;

		if (!verify(s, &prompt->items[from->evidence[i].item], from->evidence[i].quote,
			    names, a, &ev))
			++*rejected;
		else if (to->n_evidence < HYPOTHESIS_EVIDENCE)
			to->evidence[to->n_evidence++] = ev;
	}
}

/* ---- confidence ---- */

static const struct hypothesis *offline_of(const struct adoption *o, struct span component)
{
	for (size_t i = 0; i < o->n_offline; i++)
		if (span_eq(o->offline[i].component, component))
			return &o->offline[i];
	return NULL;
}

static double confidence_in(const struct adoption *o, const struct hypothesis *h)
{
	const struct hypothesis *same = offline_of(o, h->component);
	double c, top = o->n_offline ? o->offline[0].confidence : 0;

	c = same ? same->confidence : KEPT_UNNAMED * top;
	if (same && same->fault != h->fault)
		c *= KEPT_OTHER_FAULT;
	if (same != &o->offline[0])
		c = KEPT_OTHER_PLACE * fmin(c, top);
	if (o->rejected)
		c *= (double)h->n_evidence / (double)(h->n_evidence + o->rejected);
	return fmin(c, CONFIDENCE_MAX);
}

/* ---- all of it ---- */

static struct span shown_text(struct answer *a, const struct pseudonyms *names, struct span text)
{
	struct buf b = BUF_INIT(8192);
	struct span kept;

	pseudonyms_show(names, text, &b);
	kept = answer_keep(a, &b);
	buf_release(&b);
	return kept;
}

void adopt_hypotheses(struct answer *a, const struct hypothesis *h, size_t n, bool enough,
		      struct adoption *o)
{
	o->n_offline = a->n_hypotheses;
	memcpy(o->offline, a->hypotheses, sizeof o->offline);
	o->agrees = o->n_offline && span_eq(o->offline[0].component, h[0].component);
	memset(a->hypotheses, 0, sizeof a->hypotheses);
	memcpy(a->hypotheses, h, n * sizeof *h);
	a->n_hypotheses = n;
	for (size_t i = 0; i < n; i++)
		a->hypotheses[i].confidence = confidence_in(o, &h[i]);
	a->confidence = a->hypotheses[0].confidence;
	a->rejected += o->rejected;
	/* where it is, without what it is, is borne out only as the rules saw it */
	a->abstained = a->abstained || !enough ||
		       confidence_abstains(a->confidence, a->hypotheses[0].fault != NO_CLASS,
					   o->agrees && o->offline[0].fault == NO_CLASS);
	if (a->hypotheses[0].fault != NO_CLASS)
		a->first_action = a->signatures->items[a->hypotheses[0].fault].first_action;
}

int adopt(struct answer *a, const struct proposal *p, const struct prompt *prompt,
	  const struct prompt_source *source, const struct pseudonyms *names, struct adoption *out,
	  struct err *e)
{
	const struct sources s = {.context = source->context, .incident = source->incident};
	struct hypothesis taken[HYPOTHESES_MAX] = {0};
	struct adoption o = {0};
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct hypothesis h = {.by = BY_LLM,
				       .component = prompt->real[p->hypotheses[i].component],
				       .fault = p->hypotheses[i].fault};

		take_evidence(a, &p->hypotheses[i], prompt, &s, names, &h, &o.rejected);
		if (!h.n_evidence)
			continue;
		h.text = shown_text(a, names, p->hypotheses[i].text);
		taken[n++] = h;
	}
	if (!n)
		return err_set(e, EX_BADDATA, "no quote stands in the record that it names");
	adopt_hypotheses(a, taken, n, p->enough, &o);
	*out = o;
	return 0;
}
