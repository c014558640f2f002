/*
 * A cause is stored beside the hypothesis, and the audit log told, in one transaction.
 */
#include "aiops-triage/feedback/feedback.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/feedback/agree.h"
#include "aiops-triage/feedback/memory.h"
#include "aiops-triage/knowledge/knowledge.h"
#include "base/mem.h"
#include "record/record.h"

#define CAUSE_MAX_BYTES 1000

struct feedback {
	struct cli *cli;
	const struct feedback_options *options;
	struct book book;
	struct knowledge knowledge;
	struct record *candidates; /* parser; owns the guesses' texts */
	char *line;
	struct guess guesses[HYPOTHESES_MAX];
	size_t n_guesses;
	struct thought thought;
	struct verdict verdict;
};

static bool is_class(void *ctx, struct span word)
{
	const struct feedback *f = ctx;

	for (size_t i = 0; i < f->knowledge.signatures.n; i++)
		if (span_eq(f->knowledge.signatures.items[i].id, word))
			return true;
	/* a class that was thought of once, whatever signatures there are now */
	for (size_t i = 0; i < f->n_guesses; i++)
		if (word.len && span_eq(f->guesses[i].fault, word) && !span_is(word, "unknown"))
			return true;
	return false;
}

/* The stored list: {"candidates":[...]} */
static int read_guesses(struct feedback *f, struct err *e)
{
	struct buf wrapped = BUF_INIT(1u << 20);
	struct value_iter it;
	enum reject_code why;
	struct value v;
	int rc;

	buf_add_cstr(&wrapped, "{\"candidates\":");
	buf_add_span(&wrapped, f->thought.candidates);
	buf_add_char(&wrapped, '}');
	(void)buf_room(&wrapped, RECORD_PADDING); /* readable bytes behind it */
	f->candidates = record_new(1u << 20);
	f->line = mem_zalloc(wrapped.len + RECORD_PADDING);
	for (size_t i = 0; i < wrapped.len; i++)
		f->line[i] = wrapped.data[i];
	rc = record_parse(f->candidates, f->line, wrapped.len, &why, e);
	buf_release(&wrapped);
	if (rc != 0)
		return err_prefix(e, "the stored hypotheses");
	it = value_iter(record_get(f->candidates, "candidates"));
	while (f->n_guesses < HYPOTHESES_MAX && value_next(&it, NULL, &v))
		f->guesses[f->n_guesses++] = (struct guess){
			.component = value_member(v, SPAN("component")).text,
			.fault = value_member(v, SPAN("fault")).text,
		};
	return 0;
}

static int judge(struct feedback *f, struct err *e)
{
	const struct feedback_options *o = f->options;
	struct span text = span_trim(span_cstr(o->cause));
	struct true_cause c = cause_read(text, f->guesses, f->n_guesses, is_class, f);
	bool readable = c.component.len || c.fault.len;

	if (!readable && o->helpful == HELPFUL_AUTO)
		return err_set(e, EX_BADUSAGE,
			       "'%.100s' names no class and no component that was thought of: say "
			       "--helpful yes or no",
			       o->cause);
	f->verdict = (struct verdict){
		.cause = text,
		.component = c.component,
		.fault = c.fault,
		.agreed = readable ? f->n_guesses && cause_agrees(&c, &f->guesses[0])
				   : o->helpful == HELPFUL_YES,
		.helped = o->helpful == HELPFUL_AUTO ? cause_helped(&c, f->guesses, f->n_guesses)
						     : o->helpful == HELPFUL_YES,
		.actor = f->book.actor,
		.at_ms = book_now_ms(&f->book),
	};
	return 0;
}

static void write_note(const struct feedback *f, struct buf *out)
{
	const struct verdict *v = &f->verdict;
	struct jsonw w = book_note_begin(&f->book, out, "feedback", f->thought.incident, v->cause,
					 v->agreed ? SPAN("the hypothesis was right")
						   : SPAN("the hypothesis was wrong"));

	jsonw_object_end(&w);
	jsonw_key(&w, "feedback");
	jsonw_object(&w);
	jsonw_member(&w, "cause", v->cause);
	jsonw_member_bool(&w, "agreed", v->agreed);
	jsonw_member_bool(&w, "helpful", v->helped);
	jsonw_member_opt(&w, "component", v->component);
	jsonw_member_opt(&w, "class", v->fault);
	jsonw_key(&w, "hypothesis");
	jsonw_object(&w);
	jsonw_member(&w, "decision", f->thought.decision);
	jsonw_member(&w, "component", f->thought.component);
	jsonw_member(&w, "fault", f->thought.fault);
	jsonw_member(&w, "text", f->thought.text);
	jsonw_member_double(&w, "confidence", round(f->thought.confidence * 1000) / 1000);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

void feedback_write_warning(const struct book *b, int64_t n, struct buf *out)
{
	struct buf title = BUF_INIT(200);
	struct jsonw w;

	buf_addf(&title,
		 "the last %lld answers were wrong: do not rely on hypotheses until it is "
		 "known why",
		 (long long)n);
	w = book_note_begin(b, out, "wrong_in_a_row", SPAN_NONE, SPAN("wrong_in_a_row"),
			    buf_span(&title));
	jsonw_member(&w, "severity", SPAN("high"));
	jsonw_member_i64(&w, "answers", n);
	book_note_end(&w);
	buf_release(&title);
}

static int append_line(struct feedback *f, struct buf *note, struct buf *lines, struct err *e)
{
	int rc = book_append(&f->book, buf_span(note), lines, e);

	buf_add_char(lines, '\n');
	buf_clear(note);
	return rc;
}

/* In one transaction: the verdict, the note of it, and the warning if it is due. */
static int store_verdict(struct feedback *f, struct buf *lines, struct err *e)
{
	struct buf note = BUF_INIT(BOOK_NOTE_BYTES);
	int64_t wrong = 0;
	int rc;

	write_note(f, &note);
	rc = store_begin(f->book.store, e);
	if (rc == 0)
		rc = memory_judge(f->book.store, f->thought.incident, &f->verdict, e);
	if (rc == 0)
		rc = append_line(f, &note, lines, e);
	if (rc == 0)
		rc = memory_wrong_in_a_row(f->book.store, &wrong, e);
	if (rc == 0 && wrong >= WRONG_IN_A_ROW && !f->verdict.agreed) {
		feedback_write_warning(&f->book, wrong, &note);
		rc = append_line(f, &note, lines, e);
	}
	if (rc == 0)
		rc = store_commit(f->book.store, e);
	else
		store_rollback(f->book.store);
	buf_release(&note);
	return rc;
}

/* The columns are borrowed from a statement that goes on: keep them. */
static int find_thought(struct feedback *f, struct span incident, struct buf *kept, struct err *e)
{
	struct thought t;
	struct span *const parts[] = {&t.incident, &t.decision,    &t.component, &t.fault,
				      &t.text,     &t.calibration, &t.candidates};
	int rc = memory_find(f->book.store, incident, &t, e);

	if (rc == 0)
		return err_set(e, EX_UNREADABLE,
			       "no hypothesis of '%.64s' is stored: run explain with --db",
			       incident.data);
	if (rc < 0)
		return -1;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t at = kept->len;

		buf_add_span(kept, *parts[i]);
		*parts[i] = span_of(NULL, kept->len - at); /* moved below: kept may grow */
	}
	for (size_t i = 0, at = 0; i < sizeof parts / sizeof *parts; at += parts[i++]->len)
		parts[i]->data = kept->data ? kept->data + at : "";
	t.severity = t.words = SPAN_NONE;
	f->thought = t;
	return buf_overflowed(kept) ? err_set(e, EX_BADDATA, "the stored hypothesis is too long")
				    : 0;
}

static int run(struct feedback *f, struct buf *kept, struct buf *lines, struct err *e)
{
	size_t n;
	char *const *words = cli_operands(f->cli, &n);

	if (n != 1 || !f->options->cause || !span_trim(span_cstr(f->options->cause)).len)
		return err_set(e, EX_BADUSAGE, "feedback needs one incident's id and its --cause");
	if (span_cstr(f->options->cause).len > CAUSE_MAX_BYTES)
		return err_set(e, EX_BADUSAGE, "--cause is longer than %d bytes", CAUSE_MAX_BYTES);
	if (knowledge_signatures(&f->knowledge, f->options->signatures, e) != 0 ||
	    book_open(&f->book, f->cli, e) != 0 ||
	    find_thought(f, span_cstr(words[0]), kept, e) != 0 || read_guesses(f, e) != 0 ||
	    judge(f, e) != 0)
		return -1;
	return store_verdict(f, lines, e);
}

int feedback_run(struct cli *c)
{
	struct feedback f = {.cli = c, .options = cli_options(c)};
	struct buf kept = BUF_INIT(1u << 20), lines = BUF_INIT(8 * BOOK_NOTE_BYTES);
	struct err e = ERR_INIT;
	int code = EX_DONE;

	knowledge_init(&f.knowledge);
	if (run(&f, &kept, &lines, &e) == 0)
		out_write(c, buf_span(&lines));
	else
		code = msg_err(c, NULL, &e);
	book_close(&f.book);
	record_free(f.candidates);
	free(f.line);
	knowledge_release(&f.knowledge);
	buf_release(&kept);
	buf_release(&lines);
	return code;
}
