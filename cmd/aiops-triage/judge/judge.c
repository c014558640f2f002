/*
 * The parts behind the rules, one after the other.
 */
#include "aiops-triage/judge/judge.h"

#include <stdlib.h>

#include "aiops-triage/classify/model.h"
#include "aiops-triage/classify/text.h"
#include "aiops-triage/feedback/book.h"
#include "aiops-triage/feedback/memory.h"
#include "aiops-triage/judge/remember.h"
#include "aiops-triage/llm/llm.h"
#include "base/mem.h"

/* A learned class is said from this share on; below it the kind of fault stays unknown. */
#define LEARNED_LEAST 0.5
/* From this share on it makes an answer of what was a place to look. */
#define LEARNED_ANSWERS 0.8

struct judge {
	struct cli *cli;
	const struct judge_options *options;
	const struct knowledge *knowledge;
	bool learned; /* there is a model */
	struct model model;
	bool keeping; /* there is a store */
	struct book book;
	struct calibration calibration;
	struct remember remember;
	struct llm_options llm_options;
	struct llm *llm;
	int64_t learned_classes, remembered;
};

/* ---- opening ---- */

static int open_store(struct judge *j, struct err *e)
{
	/* A filter without a store stays pure: it is opened only where it is named, or where
	 * budgets must be kept. */
	if (!cli_common(j->cli)->db && !j->options->llm_url)
		return 0;
	if (book_open(&j->book, j->cli, e) != 0)
		return -1;
	j->keeping = true;
	return memory_calibrate(j->book.store, book_now_ms(&j->book), &j->calibration, e);
}

static int open_llm(struct judge *j, struct err *e)
{
	const struct judge_options *o = j->options;

	if (!o->llm_url) {
		if (cli_is_given(j->cli, "llm-model") || cli_is_given(j->cli, "llm-key-file"))
			return err_set(e, EX_BADUSAGE,
				       "--llm-model and --llm-key-file need --llm-url");
		return 0;
	}
	j->llm_options = (struct llm_options){
		.url = o->llm_url,
		.model = o->llm_model,
		.key_file = o->llm_key_file,
		.ca_file = o->llm_ca_file,
		.deadline_ms = o->llm_deadline_ms,
		.limits = {.call = o->token_budget_call,
			   .incident = o->token_budget,
			   .day = o->token_budget_day,
			   .steps = o->step_budget},
	};
	j->llm = llm_open(j->cli, &j->llm_options, &j->book, e);
	return j->llm ? 0 : -1;
}

struct judge *judge_open(struct cli *c, const struct judge_options *o, const struct knowledge *k,
			 struct err *e)
{
	struct judge *j = mem_zalloc(sizeof *j);

	*j = (struct judge){.cli = c, .options = o, .knowledge = k};
	model_init(&j->model);
	remember_init(&j->remember);
	if (!(o->ready_above >= READY_LEAST && o->ready_above <= 1))
		err_set(e, EX_BADUSAGE, "--ready-above must be from 0.95 to 1");
	else if ((!o->model || model_load(&j->model, o->model, e) == 0) && open_store(j, e) == 0 &&
		 open_llm(j, e) == 0) {
		j->learned = o->model != NULL;
		return j;
	}
	judge_close(j);
	return NULL;
}

void judge_close(struct judge *j)
{
	if (!j)
		return;
	llm_close(j->llm);
	remember_release(&j->remember);
	book_close(&j->book);
	model_release(&j->model);
	free(j);
}

/* ---- learned ---- */

static size_t signature_of(const struct signatures *s, struct span id)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_eq(s->items[i].id, id))
			return i;
	return NO_CLASS;
}

/* The signature's sentence, and that it was learned. */
static struct span learned_sentence(struct answer *a, const struct hypothesis *h)
{
	struct span text = a->signatures->items[h->fault].text, mark = SPAN("{component}");
	const char *at = span_find(text, mark);
	size_t before = at ? (size_t)(at - text.data) : text.len;
	struct buf b = BUF_INIT(16u << 10);
	struct span kept;

	buf_add(&b, text.data, before);
	if (at) {
		buf_add_span(&b, h->component);
		buf_add(&b, at + mark.len, text.len - before - mark.len);
	}
	buf_add_cstr(&b, "; no rule says so, its words are like those of such incidents");
	kept = answer_keep(a, &b);
	buf_release(&b);
	return kept;
}

/* The rules abstained since they did not know the fault: a class that is likely enough ends that.
 */
static void put_learned(struct answer *a, struct hypothesis *h, size_t fault, double score)
{
	h->fault = fault;
	h->by = BY_LEARNED;
	h->text = learned_sentence(a, h);
	a->first_action = a->signatures->items[fault].first_action;
	if (score >= LEARNED_ANSWERS && a->confidence >= CONFIDENCE_FLOOR)
		a->abstained = false;
}

/* Rules first: what they know stays. A class that no signature describes is no class here. */
static void learn_class(struct judge *j, struct answer *a, struct span text)
{
	struct said s = model_say(&j->model, MODEL_CLASS, text);
	size_t fault = signature_of(a->signatures, s.label);

	if (!s.familiar || s.score < LEARNED_LEAST || fault == NO_CLASS)
		return;
	if (a->fault == NO_CLASS) {
		a->fault = fault;
		a->fault_score = s.score;
		a->fault_by = BY_LEARNED;
		j->learned_classes++;
	}
	if (a->n_hypotheses && a->hypotheses[0].fault == NO_CLASS)
		put_learned(a, &a->hypotheses[0], fault, s.score);
}

static void learn_severity(struct judge *j, struct answer *a, struct span text)
{
	struct said s = model_say(&j->model, MODEL_SEVERITY, text);

	if (a->severity != SEVERITY_UNKNOWN || !s.familiar || s.score < LEARNED_LEAST)
		return;
	a->severity = severity_from_name(s.label);
	a->severity_score = s.score;
	a->severity_by = BY_LEARNED;
}

static void learn(struct judge *j, struct answer *a, const struct incident *inc)
{
	struct buf text = BUF_INIT(BAG_TEXT_BYTES);

	text_of_answer(a, inc, &text);
	learn_class(j, a, buf_span(&text));
	learn_severity(j, a, buf_span(&text));
	buf_release(&text);
}

/* ---- calibrated ---- */

static void calibrate(const struct judge *j, struct answer *a)
{
	a->raw_confidence = a->confidence;
	a->calibration = j->calibration.method;
	if (a->calibration == CALIBRATION_NONE)
		return;
	for (size_t i = 0; i < a->n_hypotheses; i++)
		a->hypotheses[i].confidence =
			calibration_apply(&j->calibration, a->hypotheses[i].confidence);
	/* nothing was thought of: nothing can be right */
	a->confidence = a->n_hypotheses ? a->hypotheses[0].confidence : 0;
}

/* ---- all of it ---- */

static int ask(struct judge *j, struct answer *a, const struct context *c,
	       const struct incident *inc, struct err *e)
{
	const struct prompt_source s = {.answer = a,
					.knowledge = j->knowledge,
					.context = c,
					.incident = inc,
					.env = cli_env(j->cli)};

	/* without a hypothesis there is nothing to weigh, without an id no budget */
	if (!a->n_hypotheses || !inc->id.len)
		return 0;
	return llm_consult(j->llm, a, &s, e);
}

int judge_answer(struct judge *j, struct answer *a, const struct context *c,
		 const struct incident *inc, struct err *e)
{
	a->ready_above = j->options->ready_above;
	if (j->learned)
		learn(j, a, inc);
	if (j->llm && ask(j, a, c, inc, e) != 0)
		return -1;
	calibrate(j, a);
	if (!j->keeping)
		return 0;
	remember_answer(&j->remember, a, inc, book_now_ms(&j->book));
	j->remembered++;
	return remember_is_full(&j->remember) ? judge_save(j, e) : 0;
}

int judge_save(struct judge *j, struct err *e)
{
	return j->keeping ? remember_write(&j->remember, &j->book, e) : 0;
}

bool judge_over_budget(const struct judge *j)
{
	return j->llm && llm_counted(j->llm)->over_budget > 0;
}

void judge_stats(const struct judge *j, struct buf *json)
{
	buf_addf(json, ",\"learned_classes\":%lld,\"remembered\":%lld",
		 (long long)j->learned_classes, (long long)j->remembered);
	if (j->llm) {
		const struct llm_counts *n = llm_counted(j->llm);

		buf_addf(json,
			 ",\"llm_asked\":%lld,\"llm_used\":%lld,\"llm_calls\":%lld"
			 ",\"llm_tokens\":%lld,\"llm_over_budget\":%lld",
			 (long long)n->asked, (long long)n->used, (long long)n->calls,
			 (long long)n->tokens, (long long)n->over_budget);
	}
}
