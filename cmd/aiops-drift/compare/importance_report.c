/* Records of importance: see importance_report.h. */
#include "aiops-drift/compare/importance_report.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-drift/compare/report.h"
#include "aiops-drift/compare/table.h"
#include "base/mem.h"
#include "stats/normal.h"

bool moved_known(const struct moved *m)
{
	return !isnan(m->ref.value) && !isnan(m->cur.value);
}

void moved_decide(struct moved *m, double alpha)
{
	double z = fmax(0, normal_upper_quantile(alpha)),
	       change = fabs(m->cur.scaled - m->ref.scaled);
	double least = fmax(0, change - z * hypot(m->ref.error, m->cur.error));

	if (!moved_known(m)) {
		m->at_least = NAN;
		return;
	}
	/* what is left on the scale of the test, brought back in the same proportion */
	m->at_least = change > 0 ? fabs(m->cur.value - m->ref.value) * least / change : 0;
	m->significant = m->q <= alpha;
	m->material = m->at_least >= (m->binary ? GATE_AUC : GATE_RHO);
	m->drift = m->significant && m->material;
}

struct span moved_heading(void)
{
	return SPAN("VERDICT       REFERENCE   CURRENT         Q  FEATURE\n");
}

static const char *verdict_word(const struct moved *m)
{
	return !moved_known(m) ? "insufficient" : m->drift ? "drift" : "no_drift";
}

static void why(const struct moved *m, const char *target, double alpha, struct buf *out)
{
	const char *name = m->binary ? "AUC" : "Spearman's rho";

	if (!moved_known(m)) {
		buf_addf(out, "too few pairs with the target, or no spread: %zu and %zu", m->ref.n,
			 m->cur.n);
		return;
	}
	buf_addf(out, "%s with '%s' went from %.3g to %.3g: ", name, target, m->ref.value,
		 m->cur.value);
	if (m->drift)
		buf_addf(out, "more than chance (q %.2g <= %g), and by %.2g at least", m->q, alpha,
			 m->at_least);
	else if (m->significant)
		buf_addf(out, "more than chance, but it may be too little to matter");
	else
		buf_addf(out, "no more than chance (q %.2g > %g)", m->q, alpha);
}

static void write_moved(struct jsonw *w, const struct moved *m, const char *target, double alpha)
{
	struct buf text = BUF_INIT(WHY_MAX);

	why(m, target, alpha, &text);
	jsonw_key(w, "drift");
	jsonw_object(w);
	jsonw_member(w, "feature", span_cstr(m->feature));
	jsonw_member(w, "target", span_cstr(target));
	jsonw_member(w, "relation", m->binary ? SPAN("auc") : SPAN("spearman"));
	jsonw_key(w, "drift_detected");
	if (moved_known(m))
		jsonw_bool(w, m->drift);
	else
		jsonw_null(w);
	jsonw_member(w, "verdict", span_cstr(verdict_word(m)));
	jsonw_member_bool(w, "significant", m->significant);
	jsonw_member_bool(w, "material", m->material);
	jsonw_member(w, "why", buf_span(&text));
	jsonw_member_double(w, "reference_relation", m->ref.value);
	jsonw_member_double(w, "current_relation", m->cur.value);
	jsonw_member_double(w, "change", m->cur.value - m->ref.value);
	jsonw_member_double(w, "change_at_least", m->at_least);
	jsonw_member_double(w, "pvalue", moved_known(m) ? m->p : NAN);
	jsonw_member_double(w, "qvalue", m->q);
	jsonw_member_i64(w, "reference_n", (int64_t)m->ref.n);
	jsonw_member_i64(w, "current_n", (int64_t)m->cur.n);
	jsonw_member_i64(w, "reference_incomplete", (int64_t)m->incomplete[0]);
	jsonw_member_i64(w, "current_incomplete", (int64_t)m->incomplete[1]);
	jsonw_object_end(w);
	buf_release(&text);
}

static void add_cell(struct buf *out, double d)
{
	if (isfinite(d))
		buf_addf(out, " %9.3g", d);
	else
		buf_addf(out, " %9s", "-");
}

void moved_write(const struct moved *m, const char *target, double alpha, struct instant at,
		 bool for_people, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	if (for_people) {
		buf_addf(out, "%-13s", verdict_word(m));
		add_cell(out, m->ref.value);
		add_cell(out, m->cur.value);
		add_cell(out, m->q);
		buf_add_cstr(out, "  ");
		add_clipped(out, span_cstr(m->feature), 0);
		buf_add_char(out, '\n');
		return;
	}
	jsonw_object(&w);
	report_head(&w, "drift", "importance", at, at, span_cstr(m->feature));
	write_moved(&w, m, target, alpha);
	jsonw_object_end(&w);
}

/* ---- two lists ---- */

struct place_of {
	const char *id;
	double ref, cur;           /* importances; 0 where the list does not name it */
	size_t ref_rank, cur_rank; /* from 1; 0: not named */
};

static int by_gain(const void *a, const void *b)
{
	const struct ranked_item *x = a, *y = b;

	if (x->gain != y->gain)
		return x->gain > y->gain ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* The list in descending order of importance, its items borrowed. */
static struct answer ordered(const struct answer *list)
{
	struct answer a = {.type = ANSWER_RANKING, .n = list->n};

	a.items = mem_array(NULL, list->n + 1, sizeof *a.items);
	if (list->n)
		memcpy(a.items, list->items, list->n * sizeof *a.items);
	qsort(a.items, a.n, sizeof *a.items, by_gain);
	return a;
}

static size_t rank_in(const struct answer *a, const char *id, double *gain)
{
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->items[i].id, id) == 0) {
			*gain = a->items[i].gain;
			return i + 1;
		}
	}
	*gain = 0;
	return 0;
}

static void write_place(struct jsonw *w, const struct place_of *p)
{
	jsonw_object(w);
	jsonw_member(w, "feature", span_cstr(p->id));
	jsonw_member_double(w, "reference", p->ref);
	jsonw_member_double(w, "current", p->cur);
	jsonw_member_double(w, "change", p->cur - p->ref);
	jsonw_member_i64(w, "reference_rank", (int64_t)p->ref_rank);
	jsonw_member_i64(w, "current_rank", (int64_t)p->cur_rank);
	jsonw_object_end(w);
}

static void add_place(struct jsonw *w, const struct place_of *p, bool for_people)
{
	if (!for_people) {
		write_place(w, p);
		return;
	}
	buf_addf(w->out, "%9.3g %9.3g %9.3g %9zu %9zu  ", p->ref, p->cur, p->cur - p->ref,
		 p->ref_rank, p->cur_rank);
	add_clipped(w->out, span_cstr(p->id), 0);
	buf_add_char(w->out, '\n');
}

/* The features of the reference in its order, then those that only the other names. */
static void add_places(struct jsonw *w, const struct answer *ref, const struct answer *cur,
		       bool for_people)
{
	struct place_of p;
	double gain;

	for (size_t i = 0; i < ref->n; i++) {
		p = (struct place_of){
			.id = ref->items[i].id, .ref = ref->items[i].gain, .ref_rank = i + 1};
		p.cur_rank = rank_in(cur, p.id, &p.cur);
		add_place(w, &p, for_people);
	}
	for (size_t i = 0; i < cur->n; i++) {
		if (rank_in(ref, cur->items[i].id, &gain) > 0)
			continue;
		p = (struct place_of){
			.id = cur->items[i].id, .cur = cur->items[i].gain, .cur_rank = i + 1};
		add_place(w, &p, for_people);
	}
}

static void write_lists(struct jsonw *w, const struct answer *ref, const struct answer *cur,
			double ndcg, struct instant at)
{
	struct buf text = BUF_INIT(WHY_MAX);

	if (isnan(ndcg))
		buf_add_cstr(&text, "no importances in one of the windows");
	else
		buf_addf(&text, "the order of importance %s: NDCG %.4g, %s %g",
			 ndcg < GATE_NDCG ? "shifted" : "holds", ndcg,
			 ndcg < GATE_NDCG ? "below" : "at least", GATE_NDCG);
	jsonw_object(w);
	report_head(w, "drift", "importance", at, at, SPAN("feature_importance"));
	jsonw_key(w, "drift");
	jsonw_object(w);
	jsonw_member(w, "feature", SPAN("feature_importance"));
	jsonw_key(w, "drift_detected");
	if (isnan(ndcg))
		jsonw_null(w);
	else
		jsonw_bool(w, ndcg < GATE_NDCG);
	jsonw_member(w, "why", buf_span(&text));
	jsonw_member_double(w, "ndcg", ndcg);
	jsonw_key(w, "features");
	jsonw_array(w);
	add_places(w, ref, cur, false);
	jsonw_array_end(w);
	jsonw_object_end(w);
	jsonw_object_end(w);
	buf_release(&text);
}

int lists_write(const struct answer *ref, const struct answer *cur, struct instant at,
		bool for_people, struct buf *out)
{
	struct answer r = ordered(ref), c = ordered(cur);
	double ndcg = r.n && c.n ? answer_ndcg(&c, &r) : NAN;
	struct jsonw w = jsonw_to(out);

	if (for_people) {
		buf_addf(out, "%9s %9s %9s %9s %9s  FEATURE\n", "REFERENCE", "CURRENT", "CHANGE",
			 "REF RANK", "RANK");
		add_places(&w, &r, &c, true);
		if (isnan(ndcg))
			buf_add_cstr(out, "NDCG -: no importances in one of the windows\n");
		else
			buf_addf(out, "NDCG %.4g: the order %s\n", ndcg,
				 ndcg < GATE_NDCG ? "shifted" : "holds");
	} else {
		write_lists(&w, &r, &c, ndcg, at);
	}
	free(r.items);
	free(c.items);
	return ndcg < GATE_NDCG ? 1 : 0;
}
