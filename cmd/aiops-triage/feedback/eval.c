/*
 * The evaluation: verdicts are read, counted and measured.
 */
#include "aiops-triage/feedback/eval.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-triage/feedback/book.h"
#include "aiops-triage/feedback/feedback.h"
#include "aiops-triage/feedback/memory.h"
#include "base/map.h"
#include "base/mem.h"

#define FOLDS 5

static char *keep(struct span s)
{
	return mem_dup(s.data ? s.data : "", s.len);
}

static int add(void *ctx, const struct thought *t, const struct verdict *v, struct err *e)
{
	struct eval *x = ctx;

	(void)e;
	mem_grow(x->items, x->cap, x->n + 1);
	x->items[x->n++] = (struct judged){
		.incident = keep(t->incident),
		.component = keep(t->component),
		.fault = keep(t->fault),
		.text = keep(t->text),
		.cause = keep(v->cause),
		.actual = keep(v->fault),
		.answered = span_is(t->decision, "answer"),
		.agreed = v->agreed,
		.helped = v->helped,
		.confidence = t->confidence,
		.raw = t->raw,
		.at_ms = v->at_ms,
	};
	return 0;
}

static void eval_release(struct eval *x)
{
	for (size_t i = 0; i < x->n; i++) {
		free(x->items[i].incident);
		free(x->items[i].component);
		free(x->items[i].fault);
		free(x->items[i].text);
		free(x->items[i].cause);
		free(x->items[i].actual);
	}
	free(x->items);
}

/* ---- measuring ---- */

static size_t class_number(struct map *m, const char *name)
{
	bool added;
	struct map_entry *en = map_put(m, span_cstr(name), &added);

	if (added)
		en->value.num = (int64_t)m->live - 1;
	return (size_t)en->value.num;
}

static void measure_classes(struct eval *x)
{
	size_t *actual = mem_array(NULL, x->n + 1, sizeof *actual);
	size_t *said = mem_array(NULL, x->n + 1, sizeof *said);
	size_t n = 0, right = 0;
	struct map names;

	map_init(&names);
	for (size_t i = 0; i < x->n; i++) {
		const struct judged *j = &x->items[i];

		if (!j->answered || !j->actual[0])
			continue;
		actual[n] = class_number(&names, j->actual);
		said[n] = class_number(&names, j->fault);
		right += actual[n] == said[n];
		n++;
	}
	x->classes = share_of(right, n);
	x->macro_f1 = measure_macro_f1(actual, said, n, names.live);
	map_release(&names);
	free(actual);
	free(said);
}

/* Outcomes of answers by raw confidence, but for those of one fold (FOLDS: of none); or only
 * those. Neighbours in time go to different folds. */
static size_t outcomes_of(const struct eval *x, size_t fold, bool only, struct outcome *out)
{
	size_t n = 0, answers = 0;

	for (size_t i = 0; i < x->n; i++) {
		const struct judged *j = &x->items[i];

		if (!j->answered)
			continue;
		if ((answers++ % FOLDS == fold) == only)
			out[n++] =
				(struct outcome){.score = j->raw, .right = j->agreed, .weight = 1};
	}
	return n;
}

/* Each outcome is given the confidence of a calibration that has not seen it. */
static void measure_folds(struct eval *x)
{
	struct outcome *fit = mem_array(NULL, x->n + 1, sizeof *fit);
	struct outcome *held = mem_array(NULL, x->n + 1, sizeof *held);
	size_t n = 0;

	for (size_t fold = 0; fold < FOLDS && x->fitted.method != CALIBRATION_NONE; fold++) {
		struct calibration c;
		size_t k = outcomes_of(x, fold, false, fit);
		size_t m = outcomes_of(x, fold, true, held + n);

		if (!k)
			continue;
		calibration_fit_as(&c, x->fitted.method, fit, k);
		for (size_t i = n; i < n + m; i++)
			held[i].score = calibration_apply(&c, held[i].score);
		n += m;
	}
	x->folded = n > 0;
	measure_outcomes(&x->folds, held, n);
	free(fit);
	free(held);
}

static void measure_all(struct eval *x)
{
	struct outcome *o = mem_array(NULL, x->n + 1, sizeof *o);
	size_t n = 0, helped = 0;

	for (size_t i = 0; i < x->n; i++) {
		const struct judged *j = &x->items[i];

		helped += j->answered && j->helped;
		if (j->answered)
			o[n++] = (struct outcome){
				.score = j->confidence, .right = j->agreed, .weight = 1};
	}
	measure_outcomes(&x->all, o, n);
	x->helped = share_of(helped, x->n);
	free(o);
	measure_classes(x);
	measure_folds(x);
}

/* ---- the command ---- */

static int read_store(struct eval *x, struct book *b, int64_t since_ms, struct err *e)
{
	x->until_ms = book_now_ms(b);
	x->since_ms = x->until_ms - since_ms;
	if (memory_judged(b->store, x->since_ms, add, x, e) != 0 ||
	    memory_count(b->store, x->since_ms, &x->made, &x->answered, e) != 0 ||
	    memory_calibrate(b->store, x->until_ms, &x->fitted, e) != 0)
		return -1;
	return memory_wrong_in_a_row(b->store, &x->wrong_in_a_row, e);
}

static void print(struct cli *c, const struct eval *x, const struct book *b)
{
	const struct eval_options *o = cli_options(c);
	struct buf out = BUF_INIT(16u << 20);

	if (o->format == EVAL_TABLE) {
		eval_write_table(x, &out);
	} else {
		eval_write_json(x, &out);
		if (x->wrong_in_a_row >= WRONG_IN_A_ROW) {
			feedback_write_warning(b, x->wrong_in_a_row, &out);
			buf_add_char(&out, '\n');
		}
	}
	out_write(c, buf_span(&out));
	buf_release(&out);
}

int eval_run(struct cli *c)
{
	const struct eval_options *o = cli_options(c);
	struct err e = ERR_INIT;
	struct eval x = {0};
	struct book b = {0};
	int code = EX_DONE;

	if (book_open(&b, c, &e) == 0 && read_store(&x, &b, o->since_ms, &e) == 0) {
		measure_all(&x);
		print(c, &x, &b);
		if (cli_common(c)->exit_status && x.wrong_in_a_row >= WRONG_IN_A_ROW)
			code = EX_FOUND;
	} else {
		code = msg_err(c, NULL, &e);
	}
	book_close(&b);
	eval_release(&x);
	return code;
}
