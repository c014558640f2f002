/* The verdict and its reason: see verdict.h. */
#include "aiops-drift/compare/verdict.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

const char *verdict_name(enum verdict_kind kind)
{
	static const char *const names[] = {"insufficient", "no_drift", "drift"};

	return names[kind];
}

void verdict_adjust(enum adjustment how, const struct analysis *a, struct verdict *v, size_t n)
{
	double *p = mem_array(NULL, 2 * n + 1, sizeof *p),
	       *q = mem_array(NULL, 2 * n + 1, sizeof *q);
	size_t tests = 0;

	for (size_t i = 0; i < n; i++) {
		if (a[i].values_usable)
			p[tests++] = a[i].values_p;
		if (a[i].missing_usable)
			p[tests++] = a[i].missing_p;
	}
	p_adjust(how, p, tests, q);
	tests = 0;
	for (size_t i = 0; i < n; i++) {
		v[i].values_q = a[i].values_usable ? q[tests++] : NAN;
		v[i].missing_q = a[i].missing_usable ? q[tests++] : NAN;
	}
	free(p);
	free(q);
}

static bool values_material(const struct analysis *a)
{
	const struct lower_ends *l = &a->lower;

	/* comparisons with NAN are false: what has no value opens no gate */
	return a->both && (l->d >= GATE_D || l->psi >= GATE_PSI || l->js_distance2 >= GATE_JS ||
			   l->g >= GATE_G || l->v >= GATE_V);
}

static void decide_default(const struct analysis *a, double alpha, struct verdict *v)
{
	bool values = a->values_usable && v->values_q <= alpha,
	     missing = a->missing_usable && v->missing_q <= alpha;

	v->values_moved = values && values_material(a);
	v->missing_moved = missing && a->lower.missing >= GATE_MISSING;
	v->significant = values || missing;
	v->material = v->significant ? v->values_moved || v->missing_moved : values_material(a);
	v->kind = v->values_moved || v->missing_moved ? VERDICT_DRIFT : VERDICT_NO_DRIFT;
	if (!a->values_usable && !a->missing_usable)
		v->kind = VERDICT_INSUFFICIENT;
}

#define SIMPLE_P   0.05
#define SIMPLE_PSI 0.2
#define SIMPLE_JS  0.1

static void decide_simple(const struct analysis *a, struct verdict *v)
{
	double js = a->type == ANALYSIS_NUMBER ? a->js_common50 : a->js;

	v->significant = a->both && a->values_p < SIMPLE_P;
	v->material = a->both && (a->psi.psi > SIMPLE_PSI || js > SIMPLE_JS);
	v->values_moved = v->significant || v->material;
	v->missing_moved = false;
	v->kind = !a->both          ? VERDICT_INSUFFICIENT
		  : v->values_moved ? VERDICT_DRIFT
				    : VERDICT_NO_DRIFT;
}

void verdict_decide(const struct analysis *a, enum rule rule, double alpha, struct verdict *v)
{
	if (rule == RULE_SIMPLE)
		decide_simple(a, v);
	else
		decide_default(a, alpha, v);
}

static void why_insufficient(const struct analysis *a, double alpha, struct buf *out)
{
	const struct {
		uint64_t n, missing;
		const char *name;
	} side[] = {
		{a->ref_n, a->ref_missing, "reference"},
		{a->cur_n, a->cur_missing, "current"},
	};
	const char *noun = a->type == ANALYSIS_NUMBER ? "number" : "value";

	for (int i = 0; i < 2; i++) {
		if (side[i].n == 0) {
			buf_addf(out, "no %s in the %s window (%llu missing)", noun, side[i].name,
				 (unsigned long long)side[i].missing);
			return;
		}
	}
	buf_addf(out,
		 "%llu reference and %llu current values are too few: "
		 "no difference could be significant at %g",
		 (unsigned long long)a->ref_n, (unsigned long long)a->cur_n, alpha);
}

/* Four digits, or as many as it takes to tell them apart (epochs, counters). */
static void add_means(const struct analysis *a, struct buf *out)
{
	struct buf from = BUF_INIT(64), to = BUF_INIT(64);

	for (int digits = 4; digits <= 16; digits += 4) {
		buf_clear(&from);
		buf_clear(&to);
		buf_addf(&from, "%.*g", digits, a->ref.mean);
		buf_addf(&to, "%.*g", digits, a->cur.mean);
		if (!span_eq(buf_span(&from), buf_span(&to)))
			break;
	}
	buf_addf(out, "mean %s to %s", buf_cstr(&from), buf_cstr(&to));
	buf_release(&from);
	buf_release(&to);
}

static void why_numbers(const struct analysis *a, struct buf *out)
{
	const char *way = a->ks.d_plus > a->ks.d_minus ? "up" : "down";

	if (a->ks.d_plus > 0 && a->ks.d_minus > 0 &&
	    fmin(a->ks.d_plus, a->ks.d_minus) > 0.5 * a->ks.d)
		buf_add_cstr(out, "the values changed their spread");
	else
		buf_addf(out, "the values moved %s", way);
	buf_add_cstr(out, ": ");
	add_means(a, out);
	buf_addf(out, ", D %.3g at %.10g, PSI %.3g", a->ks.d, a->ks.at, a->psi.psi);
}

#define NAMED_BYTES 80 /* of a category in a sentence */

static void add_category(struct buf *out, struct span text)
{
	buf_add_char(out, '\'');
	buf_add(out, text.data,
		utf8_valid_prefix(
			span_of(text.data, text.len < NAMED_BYTES ? text.len : NAMED_BYTES)));
	buf_add_cstr(out, text.len > NAMED_BYTES ? "...'" : "'");
}

static void add_listed(struct buf *out, const char *word, const struct listed *items, size_t n)
{
	if (n == 0)
		return;
	buf_addf(out, ", %zu %s (", n, word);
	add_category(out, items[0].text);
	buf_add_cstr(out, n > 1 ? ", ...)" : ")");
}

static void why_categories(const struct analysis *a, struct buf *out)
{
	const struct category_analysis *k = a->category;

	buf_add_cstr(out, "the shares of the categories changed");
	if (k->farthest.data) {
		buf_add_cstr(out, ", most of all ");
		add_category(out, k->farthest);
		buf_addf(out, " by %.3g", k->h.linf);
	}
	buf_addf(out, ": Cramer's V %.3g, total variation %.3g", k->h.chi2.v, k->h.tvd);
	add_listed(out, "new", k->fresh, k->n_fresh);
	add_listed(out, "vanished", k->gone, k->n_gone);
}

static void why_values(const struct analysis *a, double alpha, const struct verdict *v,
		       struct buf *out)
{
	if (a->type == ANALYSIS_NUMBER)
		why_numbers(a, out);
	else
		why_categories(a, out);
	buf_addf(out, "; more than chance (q %.2g <= %g) and large enough to matter", v->values_q,
		 alpha);
}

static void why_missing(const struct analysis *a, double alpha, const struct verdict *v,
			struct buf *out)
{
	buf_addf(out, "the share of missing values changed by %+.3g (q %.2g <= %g)",
		 a->missing_change, v->missing_q, alpha);
}

static void why_default(const struct analysis *a, double alpha, const struct verdict *v,
			struct buf *out)
{
	if (v->kind == VERDICT_DRIFT) {
		if (v->values_moved)
			why_values(a, alpha, v, out);
		if (v->values_moved && v->missing_moved)
			buf_add_cstr(out, "; ");
		if (v->missing_moved)
			why_missing(a, alpha, v, out);
	} else if (v->significant) {
		buf_addf(out,
			 "a real change but a small one: q %.2g <= %g, "
			 "yet no effect surely reaches its gate",
			 fmin(a->values_usable ? v->values_q : 1,
			      a->missing_usable ? v->missing_q : 1),
			 alpha);
	} else if (!a->values_usable) {
		buf_addf(out,
			 "the share of missing values changed no more than "
			 "chance allows (q %.2g > %g); "
			 "the values are too few to test",
			 v->missing_q, alpha);
	} else if (a->type != ANALYSIS_NUMBER) {
		buf_addf(out, "no change beyond chance: Cramer's V %.3g, q %.2g > %g",
			 a->category->h.chi2.v, v->values_q, alpha);
	} else {
		buf_addf(out,
			 "no change beyond chance: D %.3g, q %.2g > %g; "
			 "these sizes show a D from about %.2g",
			 a->ks.d, v->values_q, alpha, detectable_d(a, alpha));
	}
}

static void why_simple(const struct analysis *a, struct buf *out)
{
	bool numbers = a->type == ANALYSIS_NUMBER;

	buf_addf(out, "%s p %.2g (drift below %g), PSI %.3g (above %g), JS%s %.3g (above %g)",
		 numbers ? "KS" : "chi-squared", a->values_p, SIMPLE_P, a->psi.psi, SIMPLE_PSI,
		 numbers ? " of 50 common bins" : "", numbers ? a->js_common50 : a->js, SIMPLE_JS);
}

void verdict_why(const struct analysis *a, enum rule rule, double alpha, const struct verdict *v,
		 struct buf *out)
{
	if (v->kind == VERDICT_INSUFFICIENT)
		why_insufficient(a, alpha, out);
	else if (rule == RULE_SIMPLE)
		why_simple(a, out);
	else
		why_default(a, alpha, v, out);
}
