/*
 * The answer for a person to read.
 */
#include "aiops-triage/explain/render.h"

#include "cli/cli.h"

enum { LABEL_COLUMNS = 14, ID_SHOWN = 12 };

/* Foreign text: one line, nothing that a terminal would act on. */
static void add_text(struct buf *out, struct span s)
{
	struct buf line = BUF_INIT(128u << 10);

	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		buf_add_char(&line, c == '\n' || c == '\t' || c == '\r' ? ' ' : c);
	}
	term_safe(out, buf_span(&line));
	buf_release(&line);
}

/* A label in its column; an empty one continues. */
static void begin(struct buf *out, const char *label)
{
	buf_addf(out, "  %-*s", LABEL_COLUMNS, label);
}

static void line(struct buf *out, const char *label, struct span text)
{
	begin(out, label);
	add_text(out, text);
	buf_add_char(out, '\n');
}

static const char *confidence_words(const struct answer *a)
{
	if (a->calibration == CALIBRATION_NONE)
		return "uncalibrated: more is better supported, no frequency";
	return a->confidence >= CERTAIN_FROM ? "a frequency, from feedback"
					     : "a frequency, from feedback: not certain";
}

static void render_head(const struct answer *a, const struct incident *inc, struct buf *out)
{
	add_text(out, inc->id.len ? inc->id : SPAN("incident without an id"));
	if (inc->title.len) {
		buf_add_cstr(out, "  ");
		add_text(out, inc->title);
	}
	buf_add_char(out, '\n');
	begin(out, "began");
	if (inc->dated)
		instant_add(out, instant_from_ns(inc->starts_ns));
	else
		buf_add_cstr(out, "unknown");
	buf_addf(out, ", severity %s, %zu alert%s\n", severity_name(a->severity),
		 inc->n_members + inc->omitted, inc->n_members + inc->omitted == 1 ? "" : "s");
	begin(out, "type");
	buf_add_span(out, answer_class(a, a->fault));
	if (a->fault != NO_CLASS)
		buf_addf(out, " (%s), score %.2f", a->signatures->items[a->fault].title.data,
			 a->fault_score);
	buf_add_char(out, '\n');
	begin(out, "decision");
	buf_addf(out, "%s, confidence %.2f (%s)\n",
		 a->abstained ? "abstain: the evidence does not carry an answer" : "answer",
		 a->confidence, confidence_words(a));
}

static void render_evidence(const struct evidence *ev, struct buf *out)
{
	begin(out, "");
	buf_addf(out, "    %s ", kind_name(ev->kind));
	add_text(out,
		 cut_text(ev->record_id,
			  ev->kind == KIND_ALERT && span_starts(ev->record_id, "INC-") ? 64
										       : ID_SHOWN));
	buf_add_cstr(out, ": \"");
	add_text(out, ev->quote);
	buf_add_cstr(out, "\"\n");
}

static void render_hypotheses(const struct answer *a, struct buf *out)
{
	for (size_t i = 0; i < a->n_hypotheses; i++) {
		const struct hypothesis *h = &a->hypotheses[i];

		begin(out, i ? "" : a->abstained ? "candidates" : "hypotheses");
		buf_addf(out, "%zu. ", i + 1);
		add_text(out, h->text);
		buf_addf(out, " (%.2f)\n", h->confidence);
		for (size_t k = 0; k < h->n_evidence; k++)
			render_evidence(&h->evidence[k], out);
	}
	if (!a->n_hypotheses)
		line(out, "hypotheses", SPAN("none"));
}

static void render_texts(const char *label, const struct texts *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++)
		line(out, i ? "" : label, t->items[i]);
}

static void render_advice(const struct answer *a, struct buf *out)
{
	size_t fault = a->n_hypotheses ? a->hypotheses[0].fault : NO_CLASS;

	if (a->first_action.len)
		line(out, "first look", a->first_action);
	if (fault == NO_CLASS)
		return;
	render_texts("look also", &a->signatures->items[fault].investigate, out);
	render_texts("often", &a->signatures->items[fault].causes, out);
}

static void render_similar(const struct answer *a, struct buf *out)
{
	for (size_t i = 0; i < a->n_similar; i++) {
		const struct neighbour *s = &a->similar[i];

		begin(out, i ? "" : "similar");
		add_text(out, past_text(s->past, PAST_ID));
		buf_addf(out, " (%.2f) ", s->score);
		add_text(out, past_text(s->past, PAST_TITLE));
		buf_add_char(out, '\n');
		if (past_text(s->past, PAST_WORKED).len) {
			begin(out, "");
			buf_add_cstr(out, "    worked: ");
			add_text(out, past_text(s->past, PAST_WORKED));
			buf_add_char(out, '\n');
		}
	}
}

static void render_runbook(const struct answer *a, struct buf *out)
{
	if (!a->runbook) {
		line(out, "runbook", SPAN("none"));
		return;
	}
	begin(out, "runbook");
	add_text(out, a->runbook->id);
	buf_add_cstr(out, ": ");
	add_text(out, a->runbook->name);
	buf_addf(out, "\n");
	begin(out, "");
	buf_addf(out, "    automation: %s; ", answer_automation(a));
	add_text(out, a->runbook_why);
	buf_add_char(out, '\n');
	for (size_t i = 0; i < a->n_parameters; i++) {
		begin(out, "");
		buf_add_cstr(out, "    ");
		add_text(out, a->parameters[i].name);
		buf_add_cstr(out, " = ");
		add_text(out, a->parameters[i].value);
		buf_add_char(out, '\n');
	}
}

void render(const struct answer *a, const struct incident *inc, struct buf *out)
{
	render_head(a, inc, out);
	render_hypotheses(a, out);
	render_advice(a, out);
	render_similar(a, out);
	render_runbook(a, out);
	for (size_t i = 0; i < a->n_unknown; i++)
		line(out, i ? "" : "not known", a->unknown[i]);
	if (a->rejected)
		buf_addf(out, "  %-*s%zu claim%s about records that the records do not bear out\n",
			 LABEL_COLUMNS, "rejected", a->rejected, a->rejected == 1 ? "" : "s");
}
