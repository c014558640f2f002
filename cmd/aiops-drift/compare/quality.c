/* Model quality from prediction records: see quality.h. */
#include "aiops-drift/compare/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define UNNAMED "unnamed" /* a model that its records do not name */

/* Where the observations of a record go. */
struct target {
	struct quality *q;
	const struct record *r;
	enum window_id window;
	struct span model;
	struct err *e;
	enum observed result;
	struct waiting *other; /* the half that was joined; model may be its */
	char *copy;            /* of the model of a half that waits, which may be given up */
};

void quality_init(struct quality *q, struct features *fs, const char *positive,
		  const struct late_options *o)
{
	*q = (struct quality){.features = fs, .positive = positive};
	for (int w = 0; w < WINDOWS; w++)
		late_init(&q->late[w], o);
	map_init(&q->models);
}

void quality_release(struct quality *q)
{
	for (int w = 0; w < WINDOWS; w++)
		late_release(&q->late[w]);
	for (struct map_entry *en = map_next(&q->models, NULL); en; en = map_next(&q->models, en))
		free(en->value.ptr);
	map_release(&q->models);
}

static struct coverage *coverage_of(struct quality *q, struct span model)
{
	struct map_entry *en = map_put(&q->models, model, NULL);

	if (!en->value.ptr)
		en->value.ptr = mem_zalloc(WINDOWS * sizeof(struct coverage));
	return en->value.ptr;
}

struct coverage quality_coverage(const struct quality *q, struct span model, enum window_id window)
{
	struct map_entry *en = map_get(&q->models, model);

	return en ? ((const struct coverage *)en->value.ptr)[window] : (struct coverage){0, 0};
}

bool quality_is_labelled(const char *metric)
{
	static const char *const names[] = {"accuracy", "precision", "mae", "ndcg",
					    "human_approval_rate"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(metric, names[i]) == 0)
			return true;
	}
	return false;
}

bool quality_is_variance(const char *metric)
{
	return strcmp(metric, "prediction_variance") == 0;
}

static void put(struct target *t, const char *metric, double value)
{
	struct place place = {.base = span_cstr(metric), .n = 1};
	struct observation o = {.what = isfinite(value) ? SEEN_NUMBER : SEEN_MISSING};
	struct features *fs = t->q->features;
	struct err ignored = ERR_INIT;
	struct feature *feature;
	struct instant at;

	if (t->result != OBSERVED_TAKEN)
		return;
	place.labels[0] = (struct label){SPAN("model"), t->model};
	feature = features_at(fs, &place, t->e);
	if (!feature) {
		t->result = OBSERVED_REFUSED;
		return;
	}
	o.number = isfinite(value) ? value + 0.0 : 0;
	if (features_put(fs, feature, &o, t->window, t->e) < 0) {
		t->result = OBSERVED_STOP;
		return;
	}
	fs->now = NULL; /* what is remembered is of records that the features read themselves */
	features_share(fs, feature, t->r);
	if (record_timestamp(t->r, &at, &ignored) == 0)
		window_note(&feature->windows[t->window], at);
}

static double number_at(const struct record *r, const char *path)
{
	struct value v = record_get(r, path);

	return v.type == VALUE_NUMBER ? v.number : NAN;
}

static void put_proxies(struct target *t, const struct answer *prediction)
{
	struct value confidence = record_get(t->r, "confidence");
	struct value clicked = record_get(t->r, "clicked");
	double perplexity = number_at(t->r, "perplexity"),
	       logprob = number_at(t->r, "mean_logprob");

	if (confidence.type != VALUE_NONE)
		put(t, "confidence", number_at(t->r, "confidence"));
	if (prediction->type == ANSWER_CLASS ||
	    (prediction->type == ANSWER_NUMBER && t->q->positive))
		put(t, "positive_rate", answer_positive(prediction, t->q->positive));
	else if (prediction->type == ANSWER_NUMBER)
		put(t, "prediction_variance", prediction->number);
	if (clicked.type == VALUE_BOOL)
		put(t, "click_through_rate", clicked.boolean);
	else if (clicked.type == VALUE_NUMBER)
		put(t, "click_through_rate", clicked.number > 0);
	if (isfinite(perplexity))
		put(t, "perplexity", perplexity);
	else if (isfinite(logprob))
		put(t, "perplexity", exp(-logprob));
}

static void score(struct target *t, const struct answer *prediction, const struct answer *label)
{
	const char *word = t->q->positive;
	bool numbers = prediction->type == ANSWER_NUMBER && label->type == ANSWER_NUMBER;

	if (prediction->type == ANSWER_RANKING && label->type == ANSWER_RANKING) {
		put(t, "ndcg", answer_ndcg(prediction, label));
	} else if (numbers && !word) {
		put(t, "mae", fabs(prediction->number - label->number));
	} else if (numbers || (prediction->type == ANSWER_CLASS && label->type == ANSWER_CLASS)) {
		bool same =
			numbers ? answer_positive(prediction, word) == answer_positive(label, word)
				: answer_same(prediction, label);

		put(t, "accuracy", same);
		if (answer_positive(prediction, word))
			put(t, "precision", answer_positive(label, word));
	} else {
		t->q->mismatched++;
	}
}

/* One half has come; what the other half is, if it is there, it is scored with. */
static void join(struct target *t, struct span id, struct answer *answer, bool is_label)
{
	struct err ignored = ERR_INIT;
	struct waiting *other;
	struct instant at = {0, 0};

	if (record_timestamp(t->r, &at, &ignored) < 0)
		at.ns = t->q->late[t->window].newest_at; /* as new as the newest */
	if (!late_join(&t->q->late[t->window], id, t->model, is_label, at.ns, answer, &other))
		return;
	t->other = other;
	/* a label may not name the model: the prediction's counts */
	if (is_label)
		t->model = span_cstr(other->model);
	coverage_of(t->q, t->model)[t->window].labelled++;
	score(t, is_label ? &other->answer : answer, is_label ? answer : &other->answer);
}

static void observe_answers(struct target *t, struct answer *prediction, struct answer *label)
{
	struct span id = record_text(t->r, "request_id");
	double rating = number_at(t->r, "rating");

	const struct waiting *known = id.len ? late_find(&t->q->late[t->window], id) : NULL;

	if (known && !record_text(t->r, "model").len)
		t->model = span_cstr(t->copy = mem_dupz(known->model));
	if (isfinite(rating))
		put(t, "human_approval_rate", rating >= APPROVING_RATING);
	put_proxies(t, prediction);
	if (prediction->type != ANSWER_NONE)
		coverage_of(t->q, t->model)[t->window].predictions++;
	if (prediction->type != ANSWER_NONE && label->type != ANSWER_NONE) {
		coverage_of(t->q, t->model)[t->window].labelled++;
		score(t, prediction, label);
	} else if (id.len && prediction->type != ANSWER_NONE) {
		join(t, id, prediction, false);
	} else if (id.len && label->type != ANSWER_NONE) {
		join(t, id, label, true);
	}
}

enum observed quality_observe(struct quality *q, const struct record *r, enum window_id window,
			      struct err *e)
{
	struct target t = {q, r, window, record_text(r, "model"), e, OBSERVED_TAKEN, NULL, NULL};
	struct answer prediction = answer_of(record_get(r, "prediction"));
	struct answer label = answer_of(record_get(r, "label"));

	if (t.model.len == 0)
		t.model = SPAN(UNNAMED);
	observe_answers(&t, &prediction, &label);
	answer_release(&prediction);
	answer_release(&label);
	waiting_free(t.other);
	free(t.copy);
	return t.result;
}
