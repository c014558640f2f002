/* The table of results: see table.h. */
#include "aiops-drift/table.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/cli.h"

#define NAME_MIN 7 /* the heading's width */
#define NAME_MAX_WIDTH 48

/* Characters, not bytes; foreign text is UTF-8 here. */
static size_t width_of(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.data[i] & 0xC0) != 0x80;
	return n;
}

static void pad(struct buf *out, size_t have, size_t want)
{
	while (have++ < want)
		buf_add_char(out, ' ');
}

static void add_number(struct buf *out, bool known, double d)
{
	if (known && isfinite(d))
		buf_addf(out, "  %9.3g", d);
	else
		buf_addf(out, "  %9s", "-");
}

static void row(const struct report *rep, const struct result *r, struct span name, size_t width, struct buf *out)
{
	const struct analysis *a = r->analysis;

	buf_add_span(out, name);
	pad(out, width_of(name), width);
	buf_addf(out, "  %-12s", verdict_name(r->verdict->kind));
	add_number(out, a->both, a->ks.d);
	add_number(out, a->both, rep->rule == RULE_SIMPLE ? a->ks_p.p : r->verdict->ks_q);
	add_number(out, a->both, a->psi.psi);
	add_number(out, a->both, a->js);
	add_number(out, a->ref.n > 0, a->ref.mean);
	add_number(out, a->cur.n > 0, a->cur.mean);
	buf_add_cstr(out, "  ");
	verdict_why(a, rep->rule, rep->alpha, r->verdict, out);
	buf_add_char(out, '\n');
}

static void totals(const struct result *results, size_t n, struct buf *out)
{
	size_t count[3] = {0};

	for (size_t i = 0; i < n; i++)
		count[results[i].verdict->kind]++;
	buf_addf(out, "%zu %s: %zu drifted, %zu did not, %zu could not be judged\n", n, n == 1 ? "feature" : "features",
		 count[VERDICT_DRIFT], count[VERDICT_NO_DRIFT], count[VERDICT_INSUFFICIENT]);
}

void table_write(const struct report *rep, const struct result *results, size_t n, struct buf *out)
{
	struct buf *names = mem_array(NULL, n + 1, sizeof *names);
	size_t width = NAME_MIN;

	for (size_t i = 0; i < n; i++) {
		size_t w;

		buf_init(&names[i], 8 * FEATURE_NAME_MAX);
		term_safe(&names[i], span_cstr(results[i].feature->name));
		w = width_of(buf_span(&names[i]));
		width = w > width ? w : width;
	}
	width = width > NAME_MAX_WIDTH ? NAME_MAX_WIDTH : width;
	buf_add_cstr(out, "FEATURE");
	pad(out, NAME_MIN, width);
	buf_addf(out, "  %-12s  %9s  %9s  %9s  %9s  %9s  %9s  WHY\n", "VERDICT", "D", rep->rule == RULE_SIMPLE ? "P" : "Q",
		 "PSI", "JS", "REF MEAN", "MEAN");
	for (size_t i = 0; i < n; i++) {
		row(rep, &results[i], buf_span(&names[i]), width, out);
		buf_release(&names[i]);
	}
	totals(results, n, out);
	free(names);
}
