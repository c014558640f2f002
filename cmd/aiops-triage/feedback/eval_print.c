/*
 * The evaluation for programmes and for people.
 */
#include <math.h>

#include "aiops-triage/explain/confidence.h"
#include "aiops-triage/feedback/eval.h"
#include "aiops-triage/feedback/feedback.h"
#include "base/instant.h"
#include "record/event.h"
#include "record/jsonw.h"

/* Disagreements that are listed; the newest. */
#define REVIEWED 50

static struct instant time_of(int64_t ms)
{
	return (struct instant){.ns = ms * NS_PER_MS, .fraction = 3};
}

/* Calls each for the newest disagreements, the newest first. */
static void disagreements(const struct eval *v, void (*each)(void *ctx, const struct judged *j),
			  void *ctx)
{
	size_t told = 0;

	for (size_t i = v->n; i-- > 0 && told < REVIEWED;)
		if (v->items[i].answered && !v->items[i].agreed) {
			each(ctx, &v->items[i]);
			told++;
		}
}

/* ---- JSON ---- */

static void write_disagreement(void *ctx, const struct judged *j)
{
	struct jsonw *w = ctx;

	jsonw_object(w);
	jsonw_member(w, "incident", span_cstr(j->incident));
	jsonw_member_time(w, "judged_at", time_of(j->at_ms));
	jsonw_member(w, "component", span_cstr(j->component));
	jsonw_member(w, "fault", span_cstr(j->fault));
	jsonw_member(w, "text", span_cstr(j->text));
	jsonw_member_double(w, "confidence", j->confidence);
	jsonw_member(w, "cause", span_cstr(j->cause));
	jsonw_member_bool(w, "helpful", j->helped);
	jsonw_object_end(w);
}

static void write_share(struct jsonw *w, const char *key, const struct share *s)
{
	jsonw_key(w, key);
	jsonw_object(w);
	share_write(w, s);
	jsonw_object_end(w);
}

static void write_calibration(struct jsonw *w, const struct eval *v)
{
	jsonw_key(w, "calibration");
	jsonw_object(w);
	jsonw_member(w, "method", span_cstr(calibration_name(v->fitted.method)));
	jsonw_member_i64(w, "outcomes", (int64_t)v->fitted.n);
	jsonw_member_i64(w, "needed", CALIBRATE_MIN);
	if (v->folded) {
		jsonw_member_double(w, "brier_out_of_fold", round(v->folds.brier * 1e4) / 1e4);
		jsonw_member_double(w, "ece_out_of_fold", round(v->folds.ece * 1e4) / 1e4);
	}
	jsonw_object_end(w);
}

static void write_head(struct jsonw *w, const struct eval *v)
{
	char id[EVENT_ID_LEN + 1], when[INSTANT_TEXT];
	size_t n = instant_text(time_of(v->until_ms), when);

	event_id(id, SPAN("summary"), SPAN("aiops-triage"), SPAN("eval"), SPAN_NONE,
		 span_of(when, n));
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", SPAN("summary"));
	jsonw_member(w, "id", span_cstr(id));
	jsonw_member_time(w, "timestamp", time_of(v->until_ms));
	jsonw_member(w, "source", SPAN("aiops-triage"));
}

void eval_write_json(const struct eval *v, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	write_head(&w, v);
	jsonw_key(&w, "eval");
	jsonw_object(&w);
	jsonw_member_time(&w, "since", time_of(v->since_ms));
	jsonw_member_i64(&w, "triaged", v->made);
	jsonw_member_i64(&w, "answered", v->answered);
	jsonw_member_i64(&w, "judged", (int64_t)v->n);
	measure_write(&w, &v->all);
	write_share(&w, "helpful", &v->helped);
	write_share(&w, "accuracy", &v->classes);
	jsonw_member_double(&w, "macro_f1",
			    isfinite(v->macro_f1) ? round(v->macro_f1 * 1e4) / 1e4 : v->macro_f1);
	write_calibration(&w, v);
	jsonw_member_i64(&w, "wrong_in_a_row", v->wrong_in_a_row);
	jsonw_key(&w, "disagreements");
	jsonw_array(&w);
	disagreements(v, write_disagreement, &w);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

/* ---- the table ---- */

enum { NAME_COLUMNS = 26 };

static void add_share(struct buf *out, const char *name, const struct share *s)
{
	buf_addf(out, "%-*s", NAME_COLUMNS, name);
	if (s->n)
		buf_addf(out, "%5.1f %%  %zu of %zu, 95 %% interval %.1f to %.1f %%\n",
			 100 * s->rate, s->k, s->n, 100 * s->low, 100 * s->high);
	else
		buf_add_cstr(out, "    -    nothing was judged\n");
}

static void add_number(struct buf *out, const char *name, double x, const char *behind)
{
	buf_addf(out, "%-*s", NAME_COLUMNS, name);
	if (isfinite(x))
		buf_addf(out, "%5.3f    %s\n", x, behind);
	else
		buf_add_cstr(out, "    -\n");
}

static void add_bins(const struct eval *v, struct buf *out)
{
	buf_add_cstr(out, "\nCONFIDENCE      N   SAID  RIGHT  95 % INTERVAL\n");
	for (size_t i = 0; i < MEASURE_BINS; i++) {
		const struct measure_bin *b = &v->all.bins[i];

		if (b->right.n)
			buf_addf(out, "%.1f to %.1f %6zu   %.2f   %.2f  %.2f to %.2f\n",
				 (double)i / MEASURE_BINS, (double)(i + 1) / MEASURE_BINS,
				 b->right.n, b->confidence, b->right.rate, b->right.low,
				 b->right.high);
	}
	buf_add_cstr(out, "\nCOVERAGE  CONFIDENCE FROM      N  RIGHT  95 % INTERVAL\n");
	for (size_t i = 0; i < v->all.n_cover; i++) {
		const struct measure_cover *c = &v->all.cover[i];

		buf_addf(out, "%6.0f %% %16.2f %6zu   %.2f  %.2f to %.2f\n", 100 * c->coverage,
			 c->threshold, c->right.n, c->right.rate, c->right.low, c->right.high);
	}
}

static void add_disagreement(void *ctx, const struct judged *j)
{
	struct buf *out = ctx;

	buf_add_cstr(out, "  ");
	term_line(out, span_cstr(j->incident));
	buf_addf(out, "  said (%.2f) ", j->confidence);
	term_line(out, span_cstr(j->text));
	buf_add_cstr(out, "\n    was ");
	term_line(out, span_cstr(j->cause));
	buf_add_cstr(out, j->helped ? " (helpful all the same)\n" : "\n");
}

static void add_calibration(const struct eval *v, struct buf *out)
{
	if (v->fitted.method == CALIBRATION_NONE) {
		buf_addf(out, "%-*s%5s    %zu outcomes of the %d that it takes\n", NAME_COLUMNS,
			 "calibration", "none", v->fitted.n, CALIBRATE_MIN);
		return;
	}
	buf_addf(out, "%-*s%s, from %zu outcomes", NAME_COLUMNS, "calibration",
		 calibration_name(v->fitted.method), v->fitted.n);
	if (v->folded)
		buf_addf(out, "; out of fold Brier %.3f, ECE %.3f", v->folds.brier, v->folds.ece);
	buf_add_char(out, '\n');
}

void eval_write_table(const struct eval *v, struct buf *out)
{
	buf_add_cstr(out, "from ");
	instant_add(out, time_of(v->since_ms));
	buf_add_cstr(out, " to ");
	instant_add(out, time_of(v->until_ms));
	buf_addf(out, "\n%lld triaged, %lld answered, %zu judged\n\n", (long long)v->made,
		 (long long)v->answered, v->n);
	add_share(out, "agreement", &v->all.right);
	add_share(out, "helpful", &v->helped);
	add_share(out, "class right", &v->classes);
	add_number(out, "class macro-F1", v->macro_f1, "mean over the classes");
	add_number(out, "Brier score", v->all.brier, "0 is perfect");
	add_number(out, "  of the base rate", v->all.brier_base,
		   "what always saying the agreement gives");
	add_number(out, "calibration error", v->all.ece, "ECE over ten tenths");
	add_calibration(v, out);
	if (v->all.right.n)
		add_bins(v, out);
	if (v->all.right.n > v->all.right.k) {
		buf_add_cstr(out, "\nDISAGREEMENTS TO REVIEW\n");
		disagreements(v, add_disagreement, out);
	}
	if (v->wrong_in_a_row >= WRONG_IN_A_ROW)
		buf_addf(out, "\nWARNING: the last %lld answers were wrong\n",
			 (long long)v->wrong_in_a_row);
}
