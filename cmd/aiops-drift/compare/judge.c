/* Judging features: see judge.h. */
#include "aiops-drift/compare/judge.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-drift/compare/plot.h"
#include "aiops-drift/compare/report.h"
#include "aiops-drift/compare/table.h"
#include "aiops-drift/locale.h"
#include "base/mem.h"

#define RECORD_OUT_MAX (4u << 20)
#define TABLE_ROW_MAX  ((size_t)64 << 10) /* an escaped name, its reason and plot are shorter */

void judge_init(struct judge *j, const struct compare_options *o)
{
	*j = (struct judge){.options = o};
	firing_init(&j->firing);
}

void judge_release(struct judge *j)
{
	firing_release(&j->firing);
}

/* An alert when drift begins, and its resolution when the feature is itself again. A
 * window that cannot be judged changes nothing. */
static void add_alert(struct judge *j, const struct report *rep, const struct result *r,
		      struct buf *out)
{
	struct fired *was = firing_get(&j->firing, r->feature->name);

	if (r->verdict->kind == VERDICT_DRIFT && !was) {
		was = firing_add(&j->firing, r->feature->name, result_time(rep, r),
				 feature_shared(r->feature, ORIGIN_SERVICE));
		report_alert(rep, r, was, false, out);
	} else if (r->verdict->kind == VERDICT_NO_DRIFT && was) {
		report_alert(rep, r, was, true, out);
		firing_remove(&j->firing, r->feature->name);
	}
}

static void emit_records(struct judge *j, struct filter *f, const struct report *rep,
			 const struct result *results, size_t n)
{
	struct buf out = BUF_INIT(RECORD_OUT_MAX);

	for (size_t i = 0; i < n; i++) {
		buf_clear(&out);
		if (j->options->alert)
			add_alert(j, rep, &results[i], &out);
		else
			report_drift(rep, &results[i], &out);
		if (out.len)
			filter_emit(f, buf_span(&out));
	}
	buf_release(&out);
}

/* Which window of a stream the table is about: from the oldest to the newest current value. */
static void add_window(struct buf *out, const struct result *results, size_t n)
{
	struct window all = {.timed = false};

	for (size_t i = 0; i < n; i++) {
		const struct window *w = &results[i].feature->windows[WINDOW_CURRENT];

		if (w->timed) {
			window_note(&all, w->from);
			window_note(&all, w->to);
		}
	}
	if (!all.timed)
		return;
	buf_add_cstr(out, "Window from ");
	instant_add(out, all.from);
	buf_add_cstr(out, " to ");
	instant_add(out, all.to);
	buf_add_char(out, '\n');
}

static void emit_text(struct judge *j, struct filter *f, const struct report *rep,
		      const struct result *results, size_t n)
{
	struct cli *c = filter_cli(f);
	struct buf out = BUF_INIT(n * TABLE_ROW_MAX + TABLE_ROW_MAX);
	const char *term = cli_getenv("TERM");
	bool terminal = cli_stdout_is_terminal(c);
	struct plot_style style = {
		.columns = (size_t)cli_columns(c),
		.colour =
			terminal && !cli_getenv("NO_COLOR") && !(term && strcmp(term, "dumb") == 0),
		.unicode = locale_speaks_utf8(),
	};

	if (j->options->window)
		add_window(&out, results, n);
	table_write(rep, results, n, table_columns(c), &out);
	for (size_t i = 0; j->options->plot && i < n; i++)
		plot_result(&results[i], &style, &out);
	out_write(c, buf_span(&out));
	buf_release(&out);
}

static struct analysis analyse_feature(const struct compare_options *o, struct feature *f)
{
	struct analysis_options how = {o->alpha, o->missing == MISSING_BIN, KS_DEFAULT_BUDGET,
				       o->w1_trim};
	struct side side[WINDOWS];

	for (int k = 0; k < WINDOWS; k++) {
		struct window *w = &f->windows[k];

		side[k] = (struct side){&w->sample, w->texts, w->booleans, w->sketch};
	}
	return analyse(&side[WINDOW_REFERENCE], &side[WINDOW_CURRENT], f->categories, &how);
}

void judge_features(struct judge *j, struct filter *f, struct feature **items, size_t n)
{
	const struct compare_options *o = j->options;
	struct report rep = {(enum rule)o->rule, (enum adjustment)o->fdr, o->alpha,
			     env_now_ns(cli_env(filter_cli(f)))};
	struct analysis *a = mem_array(NULL, n + 1, sizeof *a);
	struct verdict *v = mem_array(NULL, n + 1, sizeof *v);
	struct result *results = mem_array(NULL, n + 1, sizeof *results);

	features_sort(items, n);
	for (size_t i = 0; i < n; i++) {
		a[i] = analyse_feature(o, items[i]);
		results[i] = (struct result){items[i], &a[i], &v[i]};
	}
	/* all at once, since the adjustment for many tests needs them all */
	verdict_adjust((enum adjustment)o->fdr, a, v, n);
	for (size_t i = 0; i < n; i++) {
		verdict_decide(&a[i], (enum rule)o->rule, o->alpha, &v[i]);
		j->drifted += v[i].kind == VERDICT_DRIFT;
	}
	if (o->format == FORMAT_TABLE || o->plot)
		emit_text(j, f, &rep, results, n);
	else
		emit_records(j, f, &rep, results, n);
	for (size_t i = 0; i < n; i++)
		analysis_release(&a[i]);
	free(results);
	free(v);
	free(a);
}
