/* Plots in a terminal: see plot.h. */
#include "aiops-drift/compare/plot.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-drift/compare/table.h"
#include "base/mem.h"
#include "stats/quantile.h"

#define BINS     16
#define TAIL     0.005 /* share of the pooled values in each overflow bin, at most */
#define LABEL    12    /* columns of a bin's label */
#define LEAST    40    /* columns */
#define MAX_ROWS (BINS + 2)
#define GAP      3 /* between label and bars, and between the bars */
#define SHARE    6 /* " 12.3%", less the sign that nobody needs */

struct row {
	char label[32];   /* of numbers */
	struct span text; /* of categories */
	double share[WINDOWS];
};

struct histogram {
	struct row rows[MAX_ROWS];
	size_t n;
};

/* ---- what is drawn ---- */

static uint64_t size_of(const struct window *w)
{
	return w->sketch ? w->sketch->p.moments.n : w->sample.n;
}

/* Values below v, v included if itself; of a profile the middle of what it can be. */
static uint64_t count_to(const struct window *w, double v, bool itself)
{
	const struct sample *s = &w->sample;
	struct count_range r;

	if (!w->sketch)
		return itself ? count_up_to(s->values, s->n, v) : count_below(s->values, s->n, v);
	r = itself ? profile_up_to(&w->sketch->p, v) : profile_below(&w->sketch->p, v);
	return r.low + (r.high - r.low) / 2;
}

static double window_quantile(const struct window *w, double q)
{
	uint64_t n = size_of(w);
	double low, high;

	if (n == 0)
		return NAN;
	if (!w->sketch)
		return quantile_sorted(w->sample.values, w->sample.n, q);
	profile_order(&w->sketch->p, (uint64_t)(q * (double)(n - 1)) + 1, &low, &high);
	return q < 0.5 ? low : high;
}

static double pooled_quantile(const struct window *w, double q)
{
	double x = window_quantile(&w[WINDOW_REFERENCE], q);
	double y = window_quantile(&w[WINDOW_CURRENT], q);

	return q < 0.5 ? fmin(x, y) : fmax(x, y);
}

/* The share of the values in [lo, hi), hi included if last. */
static double share_between(const struct window *w, double lo, double hi, bool last)
{
	uint64_t below = count_to(w, lo, false), up_to = count_to(w, hi, last), n = size_of(w);

	return n ? (double)(up_to > below ? up_to - below : 0) / (double)n : 0;
}

static void add_row(struct histogram *h, const struct window *w, const char *mark, double edge,
		    double lo, double hi, bool last)
{
	struct row *row = &h->rows[h->n];
	struct buf label = BUF_INIT(sizeof row->label);

	buf_addf(&label, "%s%.5g", mark, edge);
	for (size_t i = 0; i < sizeof row->label; i++)
		row->label[i] = i < label.len ? label.data[i] : '\0';
	row->label[sizeof row->label - 1] = '\0';
	buf_release(&label);
	for (int k = 0; k < WINDOWS; k++)
		row->share[k] = share_between(&w[k], lo, hi, last);
	h->n++;
}

static void bin_numbers(const struct window *w, struct histogram *h)
{
	const struct window *a = &w[WINDOW_REFERENCE], *b = &w[WINDOW_CURRENT];
	double lo = pooled_quantile(w, TAIL), hi = pooled_quantile(w, 1 - TAIL);
	double step = hi / BINS - lo / BINS; /* the difference itself may overflow */
	bool below = count_to(a, lo, false) + count_to(b, lo, false) > 0;
	bool above = count_to(a, hi, true) + count_to(b, hi, true) < size_of(a) + size_of(b);
	int bins = step > 0 ? BINS : 1;

	if (below)
		add_row(h, w, "< ", lo, -INFINITY, lo, false);
	for (int i = 0; i < bins; i++)
		add_row(h, w, "", lo + i * step, lo + i * step,
			i + 1 == bins ? hi : lo + (i + 1) * step, i + 1 == bins);
	if (above)
		add_row(h, w, "> ", hi, nextafter(hi, INFINITY), INFINITY, true);
}

struct ranked {
	uint64_t total;
	size_t at;
};

static int by_total(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void rank_categories(const struct result *r, struct histogram *h)
{
	uint64_t *count[WINDOWS];
	struct ranked *order;
	struct span *texts;
	size_t n;

	categories_counts(r->feature->categories, &count[0], &count[1], &texts, &n);
	order = mem_array(NULL, n, sizeof *order);
	for (size_t i = 0; i < n; i++)
		order[i] = (struct ranked){texts[i].data ? count[0][i] + count[1][i] : 0, i};
	qsort(order, n, sizeof *order, by_total);
	for (size_t i = 0; i < n && h->n < BINS && order[i].total > 0; i++) {
		struct row *row = &h->rows[h->n++];
		double sizes[WINDOWS] = {(double)r->analysis->ref_n, (double)r->analysis->cur_n};

		*row = (struct row){.text = texts[order[i].at]};
		for (int k = 0; k < WINDOWS; k++)
			row->share[k] = sizes[k] > 0 ? (double)count[k][order[i].at] / sizes[k] : 0;
	}
	free(order);
	free(texts);
	free(count[0]);
	free(count[1]);
}

/* ---- drawing ---- */

static const char *const colours[WINDOWS] = {"\033[36m", "\033[33m"};

/* A bar of `length` columns (a fraction in Unicode), filled up to `room`. */
static void add_bar(struct buf *out, double length, size_t room, enum window_id window,
		    const struct plot_style *style)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	size_t parts = (size_t)lround(length * (style->unicode ? 8 : 1)),
	       whole = style->unicode ? parts / 8 : parts, rest = style->unicode ? parts % 8 : 0;

	if (style->colour)
		buf_add_cstr(out, colours[window]);
	for (size_t i = 0; i < whole; i++)
		buf_add_cstr(out, style->unicode ? "█" : window == WINDOW_REFERENCE ? "=" : "#");
	buf_add_cstr(out, eighths[rest]);
	if (style->colour)
		buf_add_cstr(out, "\033[0m");
	for (size_t i = whole + (rest > 0); i < room; i++)
		buf_add_char(out, ' ');
}

static void add_label(struct buf *out, const struct row *row)
{
	struct buf text = BUF_INIT(256);
	size_t used;

	add_clipped(&text, row->text.data ? row->text : span_cstr(row->label), LABEL);
	used = text.len; /* of other than ASCII text the column may stand a little to the left */
	for (size_t i = used; i < LABEL; i++)
		buf_add_char(out, ' ');
	buf_add_span(out, buf_span(&text));
	buf_release(&text);
}

static void draw(const struct histogram *h, const struct plot_style *style, struct buf *out)
{
	size_t columns = style->columns > LEAST ? style->columns : LEAST;
	size_t room = (columns - LABEL - 2 * GAP - 2 * SHARE) / 2;
	double most = 0;

	for (size_t i = 0; i < h->n; i++)
		most = fmax(most, fmax(h->rows[i].share[0], h->rows[i].share[1]));
	buf_addf(out, "%*s   %-*s   %s\n", LABEL, "", (int)(room + SHARE), "reference", "current");
	for (size_t i = 0; i < h->n; i++) {
		add_label(out, &h->rows[i]);
		for (int k = 0; k < WINDOWS; k++) {
			double share = h->rows[i].share[k];

			buf_addf(out, " %s ", style->unicode ? "│" : "|");
			buf_addf(out, "%5.1f ", 100 * share);
			add_bar(out, most > 0 ? share / most * (double)(room - 1) : 0,
				k + 1 < WINDOWS ? room : 0, (enum window_id)k, style);
		}
		while (out->len > 0 && out->data[out->len - 1] == ' ')
			out->len--; /* of a share without a bar */
		buf_add_char(out, '\n');
	}
}

void plot_result(const struct result *r, const struct plot_style *style, struct buf *out)
{
	const struct analysis *a = r->analysis;
	struct histogram h = {.n = 0};
	struct buf sizes = BUF_INIT(256);

	if (a->ref_n + a->cur_n == 0)
		return;
	if (a->type == ANALYSIS_NUMBER)
		bin_numbers(r->feature->windows, &h);
	else
		rank_categories(r, &h);
	buf_add_char(out, '\n');
	add_clipped(out, span_cstr(r->feature->name), style->columns);
	buf_addf(&sizes, "%s: share in %% of %llu reference and %llu current values",
		 verdict_name(r->verdict->kind), (unsigned long long)a->ref_n,
		 (unsigned long long)a->cur_n);
	buf_add_char(out, '\n');
	add_clipped(out, buf_span(&sizes), style->columns);
	buf_add_char(out, '\n');
	buf_release(&sizes);
	draw(&h, style, out);
}
