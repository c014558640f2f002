/* Points by series: see forecast_track.h. */
#include "aiops-drift/forecast/forecast_track.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

void tracks_init(struct tracks *t, const struct grouping *g, size_t max, uint64_t max_values)
{
	*t = (struct tracks){.grouping = g, .max = max, .max_values = max_values};
	map_init(&t->by_name);
}

static void track_free(struct track *t)
{
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		free(t->origin[i]);
	free(t->points);
	free(t->feature);
	free(t);
}

void tracks_release(struct tracks *t)
{
	for (size_t i = 0; i < t->n; i++)
		track_free(t->items[i]);
	free(t->items);
	map_release(&t->by_name);
	t->items = NULL;
	t->n = 0;
}

static struct track *track_add(struct tracks *t, struct span feature)
{
	struct track *track = mem_zalloc(sizeof *track);

	track->feature = mem_dup(feature.data, feature.len);
	mem_grow(t->items, t->cap, t->n + 1);
	t->items[t->n++] = track;
	return track;
}

static struct track *track_of(struct tracks *t, const struct record *r, struct err *e)
{
	struct buf name = BUF_INIT(FEATURE_NAME_MAX);
	struct track *track = NULL;
	struct map_entry *entry;
	struct place place;

	if (grouping_place(t->grouping, r, &place, e) < 0)
		return NULL;
	place_name(&place, &name);
	entry = map_get(&t->by_name, buf_span(&name));
	if (buf_overflowed(&name)) {
		(void)err_set(e, EX_BADDATA, "the feature's name is longer than %d bytes",
			      FEATURE_NAME_MAX);
	} else if (entry) {
		track = entry->value.ptr;
	} else if (t->n >= t->max) {
		(void)err_set(e, EX_BADDATA, "more than %zu features (--max-features)", t->max);
	} else {
		track = track_add(t, buf_span(&name));
		map_put(&t->by_name, buf_span(&name), NULL)->value.ptr = track;
	}
	buf_release(&name);
	return track;
}

static void note_bound(struct track *t, const struct record *r, int64_t ns)
{
	struct value threshold = record_get(r, "threshold");
	struct span condition = record_text(r, "condition");

	if (threshold.type != VALUE_NUMBER || !isfinite(threshold.number) ||
	    span_is(condition, "equals") || (t->bounded && ns < t->bound_ns))
		return;
	t->bounded = true;
	t->threshold = threshold.number;
	t->condition = span_is(condition, "below") ? CONDITION_BELOW : CONDITION_ABOVE;
	t->bound_ns = ns;
}

static void note_origin(struct track *t, const struct record *r)
{
	for (int i = 0; i < ORIGIN_FIELDS; i++) {
		struct span text = record_text(r, origin_names[i]);

		if (text.len && !t->origin[i])
			t->origin[i] = mem_dup(text.data, text.len);
	}
}

static bool is_missing(const struct value *v)
{
	if (v->type == VALUE_NONE || v->type == VALUE_NULL)
		return true;
	return v->type == VALUE_STRING &&
	       (span_is(v->text, "NaN") || span_is(v->text, "+Inf") || span_is(v->text, "-Inf"));
}

enum tracked tracks_take(struct tracks *t, const struct record *r, struct err *e)
{
	struct value v = record_get(r, t->grouping->value);
	struct track *track;
	struct instant at;

	if (!is_missing(&v) && (v.type != VALUE_NUMBER || !isfinite(v.number))) {
		(void)err_set(e, EX_BADDATA, "the value is no finite number");
		return TRACKED_REFUSED;
	}
	if (record_timestamp(r, &at, e) != 0)
		return TRACKED_REFUSED;
	track = track_of(t, r, e);
	if (!track)
		return TRACKED_REFUSED;
	note_origin(track, r);
	note_bound(track, r, at.ns);
	if (is_missing(&v)) {
		t->missing++;
		return TRACKED_TAKEN;
	}
	if (t->values >= t->max_values) {
		(void)err_set(e, EX_SYSTEM, "more than %llu values (--max-values)",
			      (unsigned long long)t->max_values);
		return TRACKED_STOP;
	}
	t->values++;
	mem_grow(track->points, track->cap, track->n + 1);
	track->points[track->n++] = (struct track_point){at.ns, v.number};
	return TRACKED_TAKEN;
}

static int by_name(const void *a, const void *b)
{
	const struct track *const *x = a, *const *y = b;

	return span_cmp(span_cstr((*x)->feature), span_cstr((*y)->feature));
}

/* By time, then value: the order of input does not matter. */
static int by_time(const void *a, const void *b)
{
	const struct track_point *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return (x->x > y->x) - (x->x < y->x);
}

void tracks_sort(struct tracks *t)
{
	if (t->n > 1)
		qsort(t->items, t->n, sizeof(struct track *), by_name);
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i]->n > 1)
			qsort(t->items[i]->points, t->items[i]->n, sizeof(struct track_point),
			      by_time);
}
