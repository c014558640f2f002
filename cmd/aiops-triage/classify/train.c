/*
 * Labelled records in, a model and what it is worth out.
 */
#include "aiops-triage/classify/train.h"

#include <math.h>

#include "aiops-triage/classify/course.h"
#include "aiops-triage/classify/text.h"
#include "aiops-triage/feedback/book.h"
#include "aiops-triage/feedback/memory.h"
#include "base/file.h"
#include "cli/filter.h"
#include "record/event.h"
#include "record/jsonw.h"

struct train {
	struct cli *cli;
	const struct train_options *options;
	struct model model;
	struct course courses[MODEL_TASKS];
	struct buf text;
	int64_t unlabelled, from_feedback;
};

/* ---- labels ---- */

/* A word that the file can hold. */
static bool label_ok(struct span label)
{
	if (!label.len || label.len > MODEL_LABEL_BYTES)
		return false;
	for (size_t i = 0; i < label.len; i++)
		if ((unsigned char)label.data[i] <= ' ' || label.data[i] == 0x7F)
			return false;
	return true;
}

/* Any word for a severity becomes one of ours. */
static struct span severity_of(struct span word)
{
	enum severity s = severity_from_word(word, NULL);

	return s == SEVERITY_UNKNOWN ? SPAN_NONE : span_cstr(severity_name(s));
}

static bool add(struct train *t, enum model_task task, struct span label, struct span group)
{
	return course_add(&t->courses[task], &t->model.lexicon, buf_span(&t->text), label, group);
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct train *t = ctx;
	const struct train_options *o = t->options;
	struct span class = record_text(r, o->class_path), group = record_text(r, o->group_path);
	struct span severity = severity_of(record_text(r, o->severity_path));
	bool room = true;

	(void)e;
	if (!class.len && !severity.len) {
		t->unlabelled++;
		return 0;
	}
	if (class.len && !label_ok(class)) {
		filter_reject(f, REJECT_SCHEMA, "%s is no class: at most %d bytes without spaces",
			      o->class_path, MODEL_LABEL_BYTES);
		return 0;
	}
	buf_clear(&t->text);
	text_of_record(r, &t->text);
	if (!group.len)
		group = buf_span(&t->text); /* equal texts are one */
	if (class.len)
		room = add(t, MODEL_CLASS, class, group);
	if (severity.len)
		room = add(t, MODEL_SEVERITY, severity, group) && room;
	if (!room)
		filter_reject(f, REJECT_SCHEMA, "too many examples or labels");
	return 0;
}

/* A verdict that names a class is a label for the words that were stored. */
static int on_verdict(void *ctx, const struct thought *th, const struct verdict *v, struct err *e)
{
	struct train *t = ctx;

	(void)e;
	if (!th->words.len || !label_ok(v->fault))
		return 0;
	buf_clear(&t->text);
	buf_add_span(&t->text, th->words);
	t->from_feedback += add(t, MODEL_CLASS, v->fault, th->incident);
	return 0;
}

static int read_feedback(struct train *t, struct err *e)
{
	struct book b = {0};
	int rc = book_open(&b, t->cli, e);

	if (rc == 0)
		rc = memory_judged(b.store, INT64_MIN, on_verdict, t, e);
	book_close(&b);
	return rc;
}

/* ---- what came of it ---- */

static void write_labels(struct jsonw *w, const struct course *c)
{
	jsonw_key(w, "labels");
	jsonw_object(w);
	for (struct map_entry *en = map_next(&c->labels, NULL); en; en = map_next(&c->labels, en)) {
		int64_t n = 0;

		for (size_t i = 0; i < c->examples.n; i++)
			n += c->examples.items[i].label == (size_t)en->value.num - 1;
		jsonw_key_span(w, span_of(en->key, en->key_len));
		jsonw_i64(w, n);
	}
	jsonw_object_end(w);
}

static void write_measure(struct jsonw *w, const char *key, const struct measure *m)
{
	jsonw_key(w, key);
	jsonw_object(w);
	measure_write(w, m);
	jsonw_object_end(w);
}

static void write_task(const struct train *t, enum model_task task, const struct course_result *r,
		       struct buf *out)
{
	const struct course *c = &t->courses[task];
	struct instant now = {.ns = env_now_ns(cli_env(t->cli)) / NS_PER_MS * NS_PER_MS,
			      .fraction = 3};
	char id[EVENT_ID_LEN + 1], when[INSTANT_TEXT];
	struct jsonw w = jsonw_to(out);

	event_id(id, SPAN("summary"), SPAN("aiops-triage"), span_cstr(model_task_name(task)),
		 SPAN("train"), span_of(when, instant_text(now, when)));
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("summary"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", now);
	jsonw_member(&w, "source", SPAN("aiops-triage"));
	jsonw_key(&w, "train");
	jsonw_object(&w);
	jsonw_member(&w, "task", span_cstr(model_task_name(task)));
	jsonw_member(&w, "method", span_cstr(linear_method_name(r->method)));
	jsonw_member_i64(&w, "examples", (int64_t)c->examples.n);
	jsonw_member_i64(&w, "groups", (int64_t)c->groups.live);
	jsonw_member_i64(&w, "folds", COURSE_FOLDS);
	write_labels(&w, c);
	jsonw_key(&w, "accuracy");
	jsonw_object(&w);
	share_write(&w, &r->accuracy);
	jsonw_object_end(&w);
	jsonw_member_double(&w, "macro_f1",
			    isfinite(r->macro_f1) ? round(r->macro_f1 * 1e4) / 1e4 : 0);
	jsonw_key(&w, "majority");
	jsonw_object(&w);
	share_write(&w, &r->majority);
	jsonw_member_double(&w, "macro_f1",
			    isfinite(r->majority_f1) ? round(r->majority_f1 * 1e4) / 1e4 : 0);
	jsonw_object_end(&w);
	write_measure(&w, "raw", &r->raw);
	write_measure(&w, calibration_name(t->model.parts[task].calibration.method),
		      &r->calibrated);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

static int write_model(const struct train *t, struct err *e)
{
	struct buf text = BUF_INIT(MODEL_MAX_BYTES);
	int rc;

	model_write(&t->model, &text);
	rc = buf_overflowed(&text)
		     ? err_set(e, EX_BADDATA, "the model would be longer than %u MiB",
			       MODEL_MAX_BYTES >> 20)
		     : file_write_atomic(t->options->output, buf_span(&text), 0644, e);
	buf_release(&text);
	return rc;
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct train *t = ctx;
	struct buf line = BUF_INIT(4u << 20);
	size_t examples = 0;

	if (t->options->feedback && read_feedback(t, e) != 0)
		return -1;
	for (int task = 0; task < MODEL_TASKS; task++) {
		struct course_result r = {0};

		examples += t->courses[task].examples.n;
		if (!t->courses[task].examples.n)
			continue;
		course_finish(&t->courses[task], t->model.lexicon.ids.live,
			      (enum linear_method)t->options->method, &t->model.parts[task], &r);
		buf_clear(&line);
		write_task(t, (enum model_task)task, &r, &line);
		filter_emit(f, buf_span(&line));
	}
	buf_release(&line);
	if (!examples)
		return err_set(e, EX_BADDATA, "no record has a label at %s or %s",
			       t->options->class_path, t->options->severity_path);
	return t->options->output ? write_model(t, e) : 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct train *t = ctx;

	buf_addf(json, ",\"unlabelled\":%lld,\"from_feedback\":%lld", (long long)t->unlabelled,
		 (long long)t->from_feedback);
}

int train_run(struct cli *c)
{
	static const struct filter_ops ops = {
		.record = on_record, .finish = on_finish, .stats = on_stats};
	struct train t = {.cli = c, .options = cli_options(c), .text = BUF_INIT(BAG_TEXT_BYTES)};
	int code;

	model_init(&t.model);
	for (int i = 0; i < MODEL_TASKS; i++)
		course_init(&t.courses[i]);
	code = filter_run(c, &ops, &t);
	for (int i = 0; i < MODEL_TASKS; i++)
		course_release(&t.courses[i]);
	model_release(&t.model);
	buf_release(&t.text);
	return code;
}
