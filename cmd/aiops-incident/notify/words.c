/*
 * The words of a message.
 */
#include "aiops-incident/notify/news.h"

#include <math.h>

#include "base/num.h"
#include "base/utf8.h"
#include "record/jsonw.h"

enum { SUBJECT_MAX = 200, LINE_MAX_BYTES = 1000, TEXT_MAX = 64 << 10 };
/* Below this a hypothesis is not told as certain, however it was calibrated. */
#define CERTAIN 0.8

/* Foreign text on one line, cut at a character. */
static void add_line(struct buf *out, struct span s, size_t max)
{
	size_t n = s.len > max ? utf8_valid_prefix(span_of(s.data, max)) : s.len;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s.data[i];

		buf_add_char(out, c < 0x20 || c == 0x7F ? ' ' : (char)c);
	}
}

static void add_duration(struct buf *out, const char *words, int64_t ms)
{
	if (ms < 0)
		return;
	buf_add_cstr(out, words);
	num_add_duration_ms(out, ms < 1000 ? ms : ms / 1000 * 1000);
}

static int64_t lasted_ms(const struct news *n)
{
	return n->starts_ns < 0 || n->at_ns < n->starts_ns ? -1
							   : (n->at_ns - n->starts_ns) / NS_PER_MS;
}

/* What happened, in a few words; the title follows. */
static void add_headline(struct buf *out, const struct news *n)
{
	switch (n->event) {
	case EVENT_RAISED:
		buf_addf(out, "worse (%s before): ", severity_sev(n->told_severity));
		break;
	case EVENT_UPDATED:
		buf_addf(out, "%s: ", status_name(n->status));
		break;
	case EVENT_ESCALATED:
		buf_add_cstr(out, "escalated: ");
		break;
	case EVENT_REOPENED:
		buf_add_cstr(out, "again: ");
		break;
	case EVENT_RESOLVED:
		if (n->merged_into.len) {
			buf_addf(out, "is part of %.*s: ", (int)n->merged_into.len,
				 n->merged_into.data);
			break;
		}
		buf_add_cstr(out, n->status == STATUS_FALSE_POSITIVE ? "false alarm" : "resolved");
		add_duration(out, " after ", lasted_ms(n));
		buf_add_cstr(out, ": ");
		break;
	case EVENT_PENDING:
		buf_add_cstr(out, "approval needed for ");
		add_line(out, n->runbook, LINE_MAX_BYTES);
		buf_add_cstr(out, ": ");
		break;
	case EVENT_RUN_DONE:
		add_line(out, n->runbook, LINE_MAX_BYTES);
		buf_add_cstr(out, n->verified ? " verified" : " done, not verified");
		add_duration(out, " after ", n->elapsed_ms);
		buf_add_cstr(out, ": ");
		break;
	case EVENT_RUN_FAILED:
		add_line(out, n->runbook, LINE_MAX_BYTES);
		buf_addf(out, " %.*s: ", (int)n->status_word.len, n->status_word.data);
		break;
	case EVENT_NEEDS_PERSON:
		add_line(out, n->runbook, LINE_MAX_BYTES);
		buf_add_cstr(out, " needs a person: ");
		break;
	case EVENT_ACKNOWLEDGED:
		add_line(out, n->actor, LINE_MAX_BYTES);
		buf_add_cstr(out, " is on it: ");
		break;
	case EVENT_TEST:
		buf_add_cstr(out, "test, nothing is wrong: ");
		break;
	case EVENT_OPENED:
	case EVENT_DIGEST:
	case EVENTS:
		break;
	}
}

void news_subject(const struct news *n, struct buf *out)
{
	struct buf line = BUF_INIT(TEXT_MAX);

	buf_addf(&line, "[%s] ", severity_sev(n->severity));
	add_headline(&line, n);
	add_line(&line, n->title.len ? n->title : n->incident, LINE_MAX_BYTES);
	add_line(out, buf_span(&line), SUBJECT_MAX);
	buf_release(&line);
}

static void line(struct buf *out, const char *name, struct span s)
{
	if (!s.len)
		return;
	buf_addf(out, "%s: ", name);
	add_line(out, s, LINE_MAX_BYTES);
	buf_add_char(out, '\n');
}

static void add_hypothesis(struct buf *out, const struct news *n)
{
	if (!n->hypothesis.len)
		return;
	buf_add_cstr(out, "hypothesis: ");
	add_line(out, n->hypothesis, LINE_MAX_BYTES);
	if (!isnan(n->confidence)) {
		buf_addf(out, " (confidence %.2f%s", n->confidence,
			 n->calibrated ? "" : ", uncalibrated");
		buf_add_cstr(out,
			     n->calibrated && n->confidence >= CERTAIN ? ")" : "; not certain)");
	}
	buf_add_char(out, '\n');
}

static void add_next(struct buf *out, const struct news *n)
{
	const char *verb = "ack";
	struct span id = n->incident;

	switch (n->event) {
	case EVENT_PENDING:
		buf_addf(out, "next: aiops-runbook approve %.*s\n", (int)n->run.len, n->run.data);
		return;
	case EVENT_RUN_FAILED:
	case EVENT_NEEDS_PERSON:
		buf_addf(out, "next: aiops-runbook status %.*s\n", (int)n->run.len, n->run.data);
		return;
	case EVENT_RESOLVED:
		verb = "review";
		id = n->merged_into.len ? n->merged_into : id;
		break;
	case EVENT_RUN_DONE:
	case EVENT_UPDATED:
		verb = "show";
		break;
	default:
		break;
	}
	buf_addf(out, "next: aiops-incident %s %.*s\n", verb, (int)id.len, id.data);
}

static void add_services(struct buf *out, const struct news *n)
{
	if (n->n_services == 0)
		return;
	buf_add_cstr(out, n->n_services == 1 ? "service: " : "services: ");
	for (size_t i = 0; i < n->n_services; i++) {
		buf_add_cstr(out, i ? ", " : "");
		add_line(out, n->services[i], 100);
	}
	buf_add_char(out, '\n');
}

void news_text(const struct news *n, struct buf *out)
{
	bool over = n->event == EVENT_RESOLVED;

	news_subject(n, out);
	buf_add_char(out, '\n');
	line(out, "said", n->text);
	add_services(out, n);
	if (!over) {
		line(out, "first suspect", n->component);
		add_hypothesis(out, n);
		line(out, "first action", n->first_action);
		line(out, "similar before", n->similar);
		line(out, "what worked then", n->worked);
		if (n->novel)
			buf_add_cstr(out, "no runbook fits: a person must look\n");
		else if (n->run.len == 0)
			line(out, "runbook", n->runbook);
	}
	if (n->event != EVENT_RUN_DONE) /* the headline has it */
		line(out, "reason", n->reason);
	line(out, "incident", n->incident);
	add_next(out, n);
}

void news_json(const struct news *n, struct span subject, struct span text, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "event", span_cstr(event_names[n->event]));
	jsonw_member(&w, "subject", subject);
	jsonw_member(&w, "text", text);
	jsonw_member_opt(&w, "incident", n->incident);
	jsonw_member_opt(&w, "title", n->title);
	jsonw_member(&w, "severity", span_cstr(severity_name(n->severity)));
	jsonw_member(&w, "sev", span_cstr(severity_sev(n->severity)));
	jsonw_member_opt(&w, "status", n->status_word);
	jsonw_member_opt(&w, "type", n->type);
	jsonw_key(&w, "services");
	jsonw_array(&w);
	for (size_t i = 0; i < n->n_services; i++)
		jsonw_string(&w, n->services[i]);
	jsonw_array_end(&w);
	jsonw_member_opt(&w, "component", n->component);
	jsonw_member_opt(&w, "hypothesis", n->hypothesis);
	if (!isnan(n->confidence))
		jsonw_member_double(&w, "confidence", n->confidence);
	jsonw_member_opt(&w, "first_action", n->first_action);
	jsonw_member_opt(&w, "similar", n->similar);
	jsonw_member_opt(&w, "worked", n->worked);
	jsonw_member_opt(&w, "runbook", n->runbook);
	jsonw_member_opt(&w, "run", n->run);
	jsonw_member_opt(&w, "reason", n->reason);
	if (n->elapsed_ms >= 0)
		jsonw_member_i64(&w, "elapsed_ms", n->elapsed_ms);
	jsonw_member_time(&w, "timestamp", instant_from_ns(n->at_ns < 0 ? 0 : n->at_ns));
	jsonw_object_end(&w);
}
