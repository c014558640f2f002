/*
 * sketch: one pass over values, one profile a feature at the end.
 */
#include "aiops-drift/profile/sketch.h"

#include <stdlib.h>

#include "aiops-drift/compare/feature.h"
#include "aiops-drift/compare/reference.h"
#include "aiops-drift/profile/profile_record.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/filter.h"

struct sketching {
	const struct sketch_options *options;
	struct grouping grouping;
	struct features features;
	double *sentinels;  /* owned */
	int64_t ignored;    /* records of other kinds */
	struct err problem; /* of the record under way; here, since it takes time to clear */
};

/* ---- the knots of others ---- */

static enum observed on_against(void *ctx, const struct record *r, struct err *e)
{
	struct sketching *s = ctx;

	if (!profile_record_is(r)) {
		(void)err_set(e, EX_BADDATA, "not a profile (aiops-drift sketch writes them)");
		return OBSERVED_REFUSED;
	}
	return profile_take(&s->features, r, WINDOW_REFERENCE, e) < 0 ? OBSERVED_REFUSED
								      : OBSERVED_TAKEN;
}

static int read_against(struct sketching *s, struct cli *c, struct err *e)
{
	static const struct reference_ops ops = {.observe = on_against};

	if (!s->options->against)
		return EX_DONE;
	return reference_read(c, s->options->against, &ops, s, &s->ignored, e);
}

/* ---- the stream ---- */

static enum observed observe(struct sketching *s, const struct record *r, struct err *e)
{
	struct features *fs = &s->features;
	struct feature *feature;
	struct observation o;
	struct instant t;
	enum observed is = features_read(fs, r, &feature, &o, e);
	struct window *w;

	if (is != OBSERVED_TAKEN)
		return is;
	w = &feature->windows[WINDOW_CURRENT];
	profile_follow(feature);
	(void)window_sketch(w);
	features_fill(fs, feature, &o, WINDOW_CURRENT);
	if (features_time(fs, r, &t) == 0)
		window_note(w, t);
	features_share(fs, feature, r);
	return OBSERVED_TAKEN;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct sketching *s = ctx;

	(void)e;
	err_clear(&s->problem);
	switch (observe(s, r, &s->problem)) {
	case OBSERVED_TAKEN:
	case OBSERVED_STOP: /* nothing is kept: there is no limit to stop at */
		break;
	case OBSERVED_IGNORED:
		s->ignored++;
		break;
	case OBSERVED_REFUSED:
		filter_reject(f, REJECT_SCHEMA, "%s", s->problem.text);
	}
	return 0;
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct sketching *s = ctx;
	struct features *fs = &s->features;
	struct buf out = BUF_INIT(PROFILE_RECORD_MAX);
	int64_t now_ns = env_now_ns(cli_env(filter_cli(f)));

	(void)e;
	if (fs->n == 0 && s->ignored > 0)
		msg(filter_cli(f), MSG_INFO, NULL,
		    "no metric records among %lld; --value PATH takes others",
		    (long long)s->ignored);
	features_sort(fs->items, fs->n);
	for (size_t i = 0; i < fs->n; i++) {
		struct window *w = &fs->items[i]->windows[WINDOW_CURRENT];

		if (!w->sketch)
			continue; /* only in --against */
		sketch_finish(w->sketch);
		buf_clear(&out);
		profile_record_write(fs->items[i], WINDOW_CURRENT, now_ns, &out);
		filter_emit(f, buf_span(&out));
	}
	buf_release(&out);
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct sketching *s = ctx;

	buf_addf(json, ",\"features\":%zu,\"ignored\":%lld", s->features.n, (long long)s->ignored);
}

/* ---- the command ---- */

static int init(struct sketching *s, struct err *e)
{
	const struct sketch_options *o = s->options;
	struct features_options how = {
		.grouping = &s->grouping,
		.values_as = (enum values_as)o->values_as,
		.max_features = (size_t)o->max_features,
		.max_categories = PROFILE_CATEGORIES,
		.n_sentinels = o->sentinels.n,
	};

	s->sentinels = mem_array(NULL, how.n_sentinels + 1, sizeof *s->sentinels);
	for (size_t i = 0; i < how.n_sentinels; i++) {
		if (num_parse_double(span_cstr(o->sentinels.items[i]), &s->sentinels[i], e) < 0)
			return err_prefix(e, "--sentinel");
	}
	how.sentinels = s->sentinels;
	if (grouping_init(&s->grouping, o->value, o->by.items, o->by.n, e) < 0)
		return -1;
	features_init(&s->features, &how);
	return 0;
}

static int run(struct sketching *s, struct cli *c)
{
	const struct recall *recall = &s->features.recall;
	const struct filter_ops ops = {
		.record = on_record,
		.finish = on_finish,
		.stats = on_stats,
		.watch = recall->paths,
		.n_watch = recall->n_paths,
		.n_watch_key = recall->n_key,
	};
	struct err e = ERR_INIT;
	int before = read_against(s, c, &e), code;

	if (before < 0)
		return msg_err(c, NULL, &e);
	code = filter_run(c, &ops, s);
	return before == EX_REJECTS && code == EX_DONE ? EX_REJECTS : code;
}

int sketch_run(struct cli *c)
{
	struct sketching s = {.options = cli_options(c)};
	struct err e = ERR_INIT;
	int code;

	if (init(&s, &e) < 0) {
		code = msg_err(c, NULL, &e);
	} else {
		code = run(&s, c);
		features_release(&s.features);
		grouping_release(&s.grouping);
	}
	free(s.sentinels);
	return code;
}
