/* Feature-importance shift: see importance.h. */
#include "aiops-drift/compare/importance.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-drift/compare/answer.h"
#include "aiops-drift/compare/columns.h"
#include "aiops-drift/compare/compare.h"
#include "aiops-drift/compare/importance_report.h"
#include "aiops-drift/compare/reference.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "stats/normal.h"

#define LINE_OUT_MAX (4u << 20)

struct importance {
	const struct importance_options *options;
	struct columns columns;      /* with a target */
	struct answer list[WINDOWS]; /* without: the last list of each window */
	bool timed;
	struct instant newest;
	int64_t ignored, moved;
	struct err problem;
};

static void note_time(struct importance *m, const struct record *r)
{
	struct err ignored = ERR_INIT;
	struct instant t;

	if (record_timestamp(r, &t, &ignored) < 0 || (m->timed && t.ns < m->newest.ns))
		return;
	m->newest = t;
	m->timed = true;
}

static enum observed observe(struct importance *m, const struct record *r, enum window_id window,
			     struct err *e)
{
	struct value v;

	note_time(m, r);
	if (m->options->target)
		return columns_observe(&m->columns, r, window, e);
	v = record_get(r, m->options->list);
	if (v.type == VALUE_NONE)
		return OBSERVED_IGNORED;
	if (v.type != VALUE_OBJECT) {
		err_set(e, EX_BADDATA, "the importances are no object of numbers");
		return OBSERVED_REFUSED;
	}
	answer_release(&m->list[window]);
	m->list[window] = answer_of(v);
	return OBSERVED_TAKEN;
}

static enum observed observe_reference(void *ctx, const struct record *r, struct err *e)
{
	return observe(ctx, r, WINDOW_REFERENCE, e);
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct importance *m = ctx;

	err_clear(&m->problem);
	return observed_settle(f, observe(m, r, WINDOW_CURRENT, &m->problem), &m->problem,
			       &m->ignored, e);
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	const struct importance *m = ctx;

	(void)r, (void)e;
	if (m->options->format == FORMAT_NDJSON)
		filter_pass(f);
	return 0;
}

/* All features at once, as one family. */
static void judge_columns(struct importance *m, struct moved *out)
{
	const struct columns *c = &m->columns;
	double *p = mem_array(NULL, c->n + 1, sizeof *p), *q = mem_array(NULL, c->n + 1, sizeof *q);
	size_t tests = 0;

	for (size_t i = 0; i < c->n; i++) {
		out[i] = (struct moved){
			.feature = c->items[i].path,
			.binary = c->binary,
			.ref = column_relation(c, &c->items[i], WINDOW_REFERENCE),
			.cur = column_relation(c, &c->items[i], WINDOW_CURRENT),
			.incomplete = {c->items[i].pairs[0].incomplete,
				       c->items[i].pairs[1].incomplete},
		};
		out[i].p = relation_change_p(&out[i].ref, &out[i].cur);
		if (moved_known(&out[i]))
			p[tests++] = out[i].p;
	}
	p_adjust((enum adjustment)m->options->fdr, p, tests, q);
	tests = 0;
	for (size_t i = 0; i < c->n; i++) {
		out[i].q = moved_known(&out[i]) ? q[tests++] : NAN;
		moved_decide(&out[i], m->options->alpha);
		m->moved += out[i].drift;
	}
	free(p);
	free(q);
}

static void emit(const struct importance *m, struct filter *f, struct buf *out)
{
	if (m->options->format == FORMAT_TABLE)
		out_write(filter_cli(f), buf_span(out));
	else
		filter_emit(f, buf_span(out));
	buf_clear(out);
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct importance *m = ctx;
	bool table = m->options->format == FORMAT_TABLE;
	struct instant at =
		m->timed ? m->newest : instant_from_ns(env_now_ns(cli_env(filter_cli(f))));
	struct moved *moved = mem_array(NULL, m->columns.n + 1, sizeof *moved);
	struct buf out = BUF_INIT(LINE_OUT_MAX);

	(void)e;
	if (m->options->target) {
		judge_columns(m, moved);
		if (table)
			out_write(filter_cli(f), moved_heading());
		for (size_t i = 0; i < m->columns.n; i++) {
			moved_write(&moved[i], m->options->target, m->options->alpha, at, table,
				    &out);
			emit(m, f, &out);
		}
	} else {
		m->moved = lists_write(&m->list[0], &m->list[1], at, table, &out);
		emit(m, f, &out);
	}
	if (m->moved > 0)
		filter_found(f);
	buf_release(&out);
	free(moved);
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct importance *m = ctx;

	buf_addf(json, ",\"values\":%llu,\"ignored\":%lld,\"drifted\":%lld",
		 (unsigned long long)m->columns.values, (long long)m->ignored, (long long)m->moved);
}

static int check_options(struct importance *m, struct err *e)
{
	const struct importance_options *o = m->options;

	if (!o->reference)
		return err_set(e, EX_BADUSAGE, "importance needs --reference FILE");
	if (!(o->alpha > 0 && o->alpha < 1))
		return err_set(e, EX_BADUSAGE, "--alpha: %g is not between 0 and 1", o->alpha);
	if (!o->target && o->features.n > 0)
		return err_set(e, EX_BADUSAGE, "--features needs --target PATH");
	if (!o->target)
		return 0;
	return columns_add(&m->columns, o->features.items, o->features.n, e);
}

int importance_run(struct cli *c)
{
	static const struct reference_ops reference = {NULL, observe_reference};
	const struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.finish = on_finish,
		.stats = on_stats,
	};
	struct importance m = {.options = cli_options(c)};
	struct err e = ERR_INIT;
	int before = -1, code;

	columns_init(&m.columns, m.options->target, (uint64_t)m.options->max_values);
	if (check_options(&m, &e) == 0)
		before = reference_read(c, m.options->reference, &reference, &m, &m.ignored, &e);
	code = before < 0 ? msg_err(c, NULL, &e) : filter_run(c, &ops, &m);
	if (before == EX_REJECTS && (code == EX_DONE || code == EX_FOUND))
		code = EX_REJECTS;
	for (int w = 0; w < WINDOWS; w++)
		answer_release(&m.list[w]);
	columns_release(&m.columns);
	return code;
}
