/* The table of results: see table.h. */
#include "aiops-drift/table.h"

#include <math.h>

#include "cli/cli.h"

static void add_number(struct buf *out, bool known, double d)
{
	if (known && isfinite(d))
		buf_addf(out, " %9.3g", d);
	else
		buf_addf(out, " %9s", "-");
}

/* The feature's name stands last: it may be long, and the columns hold all the same. */
static void row(const struct report *rep, const struct result *r, struct buf *out)
{
	const struct analysis *a = r->analysis;

	buf_addf(out, "%-12s", verdict_name(r->verdict->kind));
	add_number(out, a->both, a->ks.d);
	add_number(out, a->both, rep->rule == RULE_SIMPLE ? a->ks_p.p : r->verdict->ks_q);
	add_number(out, a->both, a->psi.psi);
	add_number(out, a->both, a->js);
	add_number(out, a->ref.n > 0, a->ref.mean);
	add_number(out, a->cur.n > 0, a->cur.mean);
	buf_add_cstr(out, "  ");
	term_safe(out, span_cstr(r->feature->name));
	buf_add_char(out, '\n');
}

/* The reason, unless it is the plain "nothing happened". */
static void reason(const struct report *rep, const struct result *r, struct buf *out)
{
	if (r->verdict->kind == VERDICT_NO_DRIFT && !r->verdict->significant)
		return;
	buf_add_cstr(out, "    ");
	verdict_why(r->analysis, rep->rule, rep->alpha, r->verdict, out);
	buf_add_char(out, '\n');
}

static void totals(const struct result *results, size_t n, struct buf *out)
{
	size_t count[3] = {0};

	for (size_t i = 0; i < n; i++)
		count[results[i].verdict->kind]++;
	buf_addf(out, "%zu %s: %zu drifted, %zu did not, %zu could not be judged\n", n,
		 n == 1 ? "feature" : "features", count[VERDICT_DRIFT], count[VERDICT_NO_DRIFT],
		 count[VERDICT_INSUFFICIENT]);
}

void table_write(const struct report *rep, const struct result *results, size_t n, struct buf *out)
{
	buf_addf(out, "%-12s %9s %9s %9s %9s %9s %9s  FEATURE\n", "VERDICT", "D",
		 rep->rule == RULE_SIMPLE ? "P" : "Q", "PSI", "JS", "REF MEAN", "MEAN");
	for (size_t i = 0; i < n; i++) {
		row(rep, &results[i], out);
		reason(rep, &results[i], out);
	}
	totals(results, n, out);
}
