/* Profiles in the windows of features: see profile_record.h. */
#include <stdlib.h>

#include "aiops-drift/profile/profile_record.h"
#include "base/mem.h"

struct sketch *window_sketch(struct window *w)
{
	struct sample *s = &w->sample;

	if (w->sketch)
		return w->sketch;
	w->sketch = mem_zalloc(sizeof *w->sketch);
	for (size_t i = 0; i < s->n; i++)
		sketch_add(w->sketch, s->values[i], SKETCH_BATCH_MAX);
	free(s->values);
	*s = (struct sample){.missing = s->missing};
	return w->sketch;
}

void profile_follow(struct feature *f)
{
	const struct sketch *ref = f->windows[WINDOW_REFERENCE].sketch;
	struct window *cur = &f->windows[WINDOW_CURRENT];

	if (!ref || cur->sketch || cur->sample.n > 0)
		return;
	cur->sketch = mem_zalloc(sizeof *cur->sketch);
	sketch_against(cur->sketch, &ref->p);
}

static void merge_window(struct window *into, struct profile *p, const struct window *w)
{
	struct sketch *s = window_sketch(into);

	sketch_finish(s);
	if (s->p.moments.n == 0 && !s->fixed) { /* as it came, with its bins */
		profile_release(&s->p);
		s->p = *p;
		*p = PROFILE_INIT;
	} else {
		bool same = profile_same_knots(&s->p, p);

		profile_merge(&s->p, p);
		if (!same && !s->fixed)
			profile_set_bins(&s->p);
	}
	s->laid = true;
	into->sample.missing += w->sample.missing;
	if (!w->timed)
		return;
	window_note(into, w->from);
	window_note(into, w->to);
}

struct feature *profile_feature(struct features *f, const struct record *r, struct err *e)
{
	struct span name = record_text(r, "drift.feature"), metric = record_text(r, "drift.metric"),
		    labels = record_token(r, "drift.labels");
	struct feature *feature;

	if (name.len == 0 || name.len > FEATURE_NAME_MAX) {
		(void)err_set(e, EX_BADDATA, "drift.feature: not a feature's name");
		return NULL;
	}
	if (record_get(r, "drift.labels").type != VALUE_OBJECT) {
		(void)err_set(e, EX_BADDATA, "drift.labels: not an object");
		return NULL;
	}
	feature = features_find(f, name, metric.len ? metric : name, labels, e);
	if (feature) {
		f->now = NULL; /* what values of a series share is remembered, of profiles not */
		features_share(f, feature, r);
	}
	return feature;
}

int profile_take(struct features *f, const struct record *r, enum window_id window, struct err *e)
{
	struct feature *feature;
	struct profile p;
	struct window w;

	if (profile_record_read(r, &p, &w, e) < 0)
		return -1;
	feature = profile_feature(f, r, e);
	if (feature) {
		profile_categories_take(f, r, feature, window);
		merge_window(&feature->windows[window], &p, &w);
	}
	profile_release(&p);
	return feature ? 0 : -1;
}
