/*
 * The answer, and its JSON.
 */
#include "aiops-triage/explain/answer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "aiops-triage/explain/confidence.h"
#include "base/mem.h"
#include "record/jsonw.h"

void answer_release(struct answer *a)
{
	for (size_t i = 0; i < a->n_texts; i++)
		free(a->texts[i]);
	free(a->texts);
	free(a->parameters);
	*a = (struct answer){0};
}

struct span answer_keep(struct answer *a, struct buf *text)
{
	size_t len = text->len;

	mem_grow(a->texts, a->texts_cap, a->n_texts + 1);
	a->texts[a->n_texts] = buf_take(text);
	return span_of(a->texts[a->n_texts++], len);
}

void answer_unknown(struct answer *a, const char *fmt, ...)
{
	struct buf b = BUF_INIT(512);
	char line[400];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof line, fmt, args); /* cut if it is long */
	va_end(args);
	buf_add_cstr(&b, line);
	if (a->n_unknown < UNKNOWN_MAX)
		a->unknown[a->n_unknown++] = answer_keep(a, &b);
	buf_release(&b);
}

/* Where only the place is known, a person looks first. */
static bool may_act(const struct answer *a)
{
	return a->runbook && a->runbook->ai_executable && a->n_hypotheses &&
	       a->hypotheses[0].fault != NO_CLASS;
}

const char *answer_automation(const struct answer *a)
{
	return automation_word(&(struct trust){
		.abstained = a->abstained,
		.ai_executable = may_act(a),
		.calibration = a->calibration,
		.confidence = a->confidence,
		.ready_above = a->ready_above,
	});
}

struct span answer_class(const struct answer *a, size_t fault)
{
	return fault == NO_CLASS ? SPAN("unknown") : a->signatures->items[fault].id;
}

/* Scores are printed with three digits: more would say more than they mean. */
static void member_score(struct jsonw *w, const char *key, double score)
{
	jsonw_member_double(w, key, round(score * 1000) / 1000);
}

static void open_member(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_object(w);
}

static void write_evidence(struct jsonw *w, const struct evidence *ev)
{
	jsonw_object(w);
	jsonw_member(w, "record_id", ev->record_id);
	jsonw_member(w, "kind", span_cstr(kind_name(ev->kind)));
	jsonw_member(w, "quote", ev->quote);
	if (ev->series) {
		jsonw_member_double(w, "value", ev->value);
		jsonw_member_double(w, "normal", ev->normal);
	}
	jsonw_object_end(w);
}

/* The rules go without saying. */
static void write_by(struct jsonw *w, enum said_by by)
{
	if (by != BY_RULES)
		jsonw_member(w, "by", by == BY_LEARNED ? SPAN("learned") : SPAN("llm"));
}

static void write_hypothesis(struct jsonw *w, const struct answer *a, const struct hypothesis *h)
{
	jsonw_object(w);
	jsonw_member(w, "component", h->component);
	jsonw_member(w, "fault", answer_class(a, h->fault));
	write_by(w, h->by);
	jsonw_member(w, "text", h->text);
	member_score(w, "confidence", h->confidence);
	jsonw_key(w, "evidence");
	jsonw_array(w);
	for (size_t i = 0; i < h->n_evidence; i++)
		write_evidence(w, &h->evidence[i]);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

void answer_write_hypotheses(struct jsonw *w, const struct answer *a, const struct hypothesis *h,
			     size_t n)
{
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		write_hypothesis(w, a, &h[i]);
	jsonw_array_end(w);
}

static void write_first_action(struct jsonw *w, const struct answer *a)
{
	if (!a->first_action.len) {
		jsonw_key(w, "first_action");
		jsonw_null(w);
		return;
	}
	open_member(w, "first_action");
	jsonw_member(w, "text", a->first_action);
	jsonw_member(w, "effect", SPAN("read"));
	jsonw_object_end(w);
}

static void write_similar(struct jsonw *w, const struct answer *a)
{
	jsonw_key(w, "similar");
	jsonw_array(w);
	for (size_t i = 0; i < a->n_similar; i++) {
		const struct neighbour *s = &a->similar[i];

		jsonw_object(w);
		jsonw_member(w, "id", past_text(s->past, PAST_ID));
		jsonw_member(w, "title", past_text(s->past, PAST_TITLE));
		member_score(w, "score", s->score);
		jsonw_member(w, "worked", past_text(s->past, PAST_WORKED));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void write_runbook(struct jsonw *w, const struct answer *a)
{
	if (!a->runbook) {
		jsonw_key(w, "runbook");
		jsonw_null(w);
		return;
	}
	open_member(w, "runbook");
	jsonw_member(w, "id", a->runbook->id);
	jsonw_member(w, "digest", span_cstr(a->runbook->digest));
	open_member(w, "parameters");
	for (size_t i = 0; i < a->n_parameters; i++) {
		jsonw_key_span(w, a->parameters[i].name);
		jsonw_string(w, a->parameters[i].value);
	}
	jsonw_object_end(w);
	jsonw_member(w, "why", a->runbook_why);
	jsonw_member(w, "automation", span_cstr(answer_automation(a)));
	jsonw_object_end(w);
}

static void write_rest(struct jsonw *w, const struct answer *a)
{
	jsonw_key(w, "unknown");
	jsonw_array(w);
	for (size_t i = 0; i < a->n_unknown; i++)
		jsonw_string(w, a->unknown[i]);
	jsonw_array_end(w);
	jsonw_key(w, "index_age_s");
	if (a->index_age_s < 0)
		jsonw_null(w);
	else
		jsonw_i64(w, a->index_age_s);
	jsonw_member_i64(w, "evidence_rejected", (int64_t)a->rejected);
	jsonw_key(w, "sources");
	jsonw_array(w);
	for (size_t i = 0; i < SOURCES; i++)
		if (a->heard[i])
			jsonw_string(w, span_cstr(evidence_sources[i].name));
	jsonw_array_end(w);
	jsonw_key(w, "llm");
	jsonw_raw(w, a->llm.len ? a->llm : SPAN("{\"status\":\"off\",\"tokens\":0}"));
}

/* Of what was not calibrated nothing is said: it never is. */
static void write_certain(struct jsonw *w, const struct answer *a)
{
	if (a->calibration == CALIBRATION_NONE)
		return;
	member_score(w, "raw_confidence", a->raw_confidence);
	jsonw_member_bool(w, "certain", !a->abstained && a->confidence >= CERTAIN_FROM);
}

void answer_write(const struct answer *a, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	open_member(&w, "type");
	jsonw_member(&w, "class", answer_class(a, a->fault));
	member_score(&w, "score", a->fault_score);
	write_by(&w, a->fault_by);
	jsonw_object_end(&w);
	open_member(&w, "severity");
	jsonw_member(&w, "value", span_cstr(severity_name(a->severity)));
	member_score(&w, "score", a->severity_score);
	write_by(&w, a->severity_by);
	jsonw_object_end(&w);
	member_score(&w, "confidence", a->confidence);
	jsonw_member(&w, "calibration", span_cstr(calibration_name(a->calibration)));
	write_certain(&w, a);
	jsonw_member(&w, "decision", a->abstained ? SPAN("abstain") : SPAN("answer"));
	jsonw_key(&w, "hypotheses");
	answer_write_hypotheses(&w, a, a->hypotheses, a->n_hypotheses);
	write_first_action(&w, a);
	write_similar(&w, a);
	write_runbook(&w, a);
	write_rest(&w, a);
	jsonw_object_end(&w);
}
