/* The verdict and its reason: see verdict.h. */
#include "aiops-drift/verdict.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/adjust.h"

const char *verdict_name(enum verdict_kind kind)
{
	static const char *const names[] = {"insufficient", "no_drift", "drift"};

	return names[kind];
}

void verdict_adjust(const struct analysis *a, struct verdict *v, size_t n)
{
	double *p = mem_array(NULL, 2 * n + 1, sizeof *p),
	       *q = mem_array(NULL, 2 * n + 1, sizeof *q);
	size_t tests = 0;

	for (size_t i = 0; i < n; i++) {
		if (a[i].ks_usable)
			p[tests++] = a[i].ks_p.p;
		if (a[i].missing_usable)
			p[tests++] = a[i].missing_p;
	}
	p_adjust(ADJUST_BH, p, tests, q);
	tests = 0;
	for (size_t i = 0; i < n; i++) {
		v[i].ks_q = a[i].ks_usable ? q[tests++] : NAN;
		v[i].missing_q = a[i].missing_usable ? q[tests++] : NAN;
	}
	free(p);
	free(q);
}

static bool numbers_material(const struct analysis *a)
{
	return a->both && (a->ks.d >= GATE_D || a->psi.psi >= GATE_PSI + a->psi.null_mean ||
			   js_distance2(a->js_excess) >= GATE_JS || fabs(a->hedges_g) >= GATE_G);
}

static void decide_default(const struct analysis *a, double alpha, struct verdict *v)
{
	bool ks = a->ks_usable && v->ks_q <= alpha,
	     missing = a->missing_usable && v->missing_q <= alpha;

	v->values_moved = ks && numbers_material(a);
	v->missing_moved = missing && fabs(a->missing_change) >= GATE_MISSING;
	v->significant = ks || missing;
	v->material = v->significant ? v->values_moved || v->missing_moved : numbers_material(a);
	v->kind = v->values_moved || v->missing_moved ? VERDICT_DRIFT : VERDICT_NO_DRIFT;
	if (!a->ks_usable && !a->missing_usable)
		v->kind = VERDICT_INSUFFICIENT;
}

#define SIMPLE_P   0.05
#define SIMPLE_PSI 0.2
#define SIMPLE_JS  0.1

static void decide_simple(const struct analysis *a, struct verdict *v)
{
	v->significant = a->both && a->ks_p.p < SIMPLE_P;
	v->material = a->both && (a->psi.psi > SIMPLE_PSI || a->js_common50 > SIMPLE_JS);
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
		{a->ref.n, a->ref_missing, "reference"},
		{a->cur.n, a->cur_missing, "current"},
	};

	for (int i = 0; i < 2; i++) {
		if (side[i].n == 0) {
			buf_addf(out, "no number in the %s window (%llu missing)", side[i].name,
				 (unsigned long long)side[i].missing);
			return;
		}
	}
	buf_addf(out,
		 "%llu reference and %llu current values are too few: "
		 "no difference could be significant at %g",
		 (unsigned long long)a->ref.n, (unsigned long long)a->cur.n, alpha);
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

static void why_values(const struct analysis *a, double alpha, const struct verdict *v,
		       struct buf *out)
{
	const char *way = a->ks.d_plus > a->ks.d_minus ? "up" : "down";

	if (a->ks.d_plus > 0 && a->ks.d_minus > 0 &&
	    fmin(a->ks.d_plus, a->ks.d_minus) > 0.5 * a->ks.d)
		buf_add_cstr(out, "the values changed their spread");
	else
		buf_addf(out, "the values moved %s", way);
	buf_add_cstr(out, ": ");
	add_means(a, out);
	buf_addf(out,
		 ", D %.3g at %.10g, PSI %.3g; "
		 "more than chance (q %.2g <= %g) and large enough to matter",
		 a->ks.d, a->ks.at, a->psi.psi, v->ks_q, alpha);
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
			 "yet no effect reaches its gate",
			 fmin(a->ks_usable ? v->ks_q : 1, a->missing_usable ? v->missing_q : 1),
			 alpha);
	} else if (!a->ks_usable) {
		buf_addf(out,
			 "the share of missing values changed no more than "
			 "chance allows (q %.2g > %g); "
			 "the numbers are too few to test",
			 v->missing_q, alpha);
	} else {
		buf_addf(out,
			 "no change beyond chance: D %.3g, q %.2g > %g; "
			 "these sizes show a D from about %.2g",
			 a->ks.d, v->ks_q, alpha, detectable_d(a, alpha));
	}
}

static void why_simple(const struct analysis *a, struct buf *out)
{
	buf_addf(out,
		 "KS p %.2g (drift below %g), PSI %.3g (above %g), "
		 "JS of 50 common bins %.3g (above %g)",
		 a->ks_p.p, SIMPLE_P, a->psi.psi, SIMPLE_PSI, a->js_common50, SIMPLE_JS);
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
