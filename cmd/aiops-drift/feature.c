/* Features and what is observed of them: see feature.h. */
#include "aiops-drift/feature.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LABELS_MAX (1u << 20) /* bytes of a feature's labels; a record is no larger by default */

const char *const shared_names[SHARED_FIELDS] = {"service", "component", "host", "env", "unit"};

void features_init(struct features *f, const struct grouping *g, size_t max_features,
		   uint64_t max_values)
{
	*f = (struct features){.grouping = g, .max = max_features, .max_values = max_values};
	map_init(&f->by_name);
	buf_init(&f->name, FEATURE_NAME_MAX);
}

static void feature_free(struct feature *f)
{
	for (int i = 0; i < SHARED_FIELDS; i++)
		free(f->shared[i].text);
	for (int i = 0; i < WINDOWS; i++)
		sample_release(&f->windows[i].sample);
	free(f->labels);
	free(f->metric);
	free(f->name);
	free(f);
}

void features_release(struct features *f)
{
	for (size_t i = 0; i < f->n; i++)
		feature_free(f->items[i]);
	free(f->items);
	map_release(&f->by_name);
	buf_release(&f->name);
	f->items = NULL;
	f->n = 0;
}

static struct feature *feature_add(struct features *f, const struct place *p)
{
	struct feature *made = mem_zalloc(sizeof *made);
	struct buf labels = BUF_INIT(LABELS_MAX);

	place_labels(p, &labels);
	if (buf_overflowed(&labels)) {
		buf_clear(&labels);
		buf_add_cstr(&labels, "{}");
	}
	made->name = mem_dup(f->name.data, f->name.len);
	made->metric = mem_dup(p->base.data, p->base.len);
	made->labels = buf_take(&labels);
	mem_grow(f->items, f->cap, f->n + 1);
	f->items[f->n++] = made;
	return made;
}

/* The feature of a place, made if it is new; NULL with e set when there is no room for it. */
static struct feature *feature_of(struct features *f, const struct place *p, struct err *e)
{
	struct map_entry *entry;

	buf_clear(&f->name);
	place_name(p, &f->name);
	if (buf_overflowed(&f->name)) {
		err_set(e, EX_BADDATA, "the feature's name is longer than %d bytes",
			FEATURE_NAME_MAX);
		return NULL;
	}
	entry = map_get(&f->by_name, buf_span(&f->name));
	if (entry)
		return entry->value.ptr;
	if (f->n >= f->max) {
		err_set(e, EX_BADDATA, "more than %zu features (--max-features)", f->max);
		return NULL;
	}
	entry = map_put(&f->by_name, buf_span(&f->name), NULL);
	entry->value.ptr = feature_add(f, p);
	return entry->value.ptr;
}

static void share(struct shared *s, struct span text)
{
	if (text.len == 0 || s->conflict)
		return;
	if (!s->text)
		s->text = mem_dup(text.data, text.len);
	else if (!span_is(text, s->text))
		s->conflict = true;
}

static void note_time(struct window *w, const struct record *r)
{
	struct err ignored = ERR_INIT;
	struct instant t;

	if (record_timestamp(r, &t, &ignored) < 0)
		return;
	if (!w->timed || t.ns < w->from.ns)
		w->from = t;
	if (!w->timed || t.ns > w->to.ns)
		w->to = t;
	w->timed = true;
}

/* What a value is to a sample. */
static int read_number(const struct value *v, bool *missing, struct err *e)
{
	static const char *const types[] = {
		[VALUE_NONE] = "nothing",     [VALUE_NULL] = "null",
		[VALUE_BOOL] = "a boolean",   [VALUE_NUMBER] = "a number",
		[VALUE_STRING] = "a string",  [VALUE_ARRAY] = "an array",
		[VALUE_OBJECT] = "an object",
	};

	*missing = v->type == VALUE_NONE || v->type == VALUE_NULL;
	if (v->type == VALUE_STRING)
		*missing = span_is(v->text, "NaN") || span_is(v->text, "+Inf") ||
			   span_is(v->text, "-Inf");
	if (*missing)
		return 0;
	if (v->type != VALUE_NUMBER)
		return err_set(e, EX_BADDATA, "the value is %s, not a number", types[v->type]);
	if (!isfinite(v->number))
		return err_set(e, EX_BADDATA, "the value is beyond the range of a double");
	return 0;
}

enum observed features_observe(struct features *f, const struct record *r, enum window_id window,
			       struct err *e)
{
	struct feature *feature;
	struct place place;
	struct value v;
	struct window *w;
	bool missing;

	if (!f->grouping->any_kind && record_kind(r) != KIND_METRIC)
		return OBSERVED_IGNORED;
	v = record_get(r, f->grouping->value);
	if (read_number(&v, &missing, e) < 0 || grouping_place(f->grouping, r, &place, e) < 0)
		return OBSERVED_REFUSED;
	feature = feature_of(f, &place, e);
	if (!feature)
		return OBSERVED_REFUSED;
	w = &feature->windows[window];
	if (missing) {
		w->sample.missing++;
	} else if (f->values >= f->max_values) {
		err_set(e, EX_SYSTEM, "more than %llu values (--max-values)",
			(unsigned long long)f->max_values);
		return OBSERVED_STOP;
	} else {
		f->values++;
		sample_add(&w->sample, v.number);
	}
	note_time(w, r);
	for (int i = 0; i < SHARED_FIELDS; i++)
		share(&feature->shared[i], record_text(r, shared_names[i]));
	return OBSERVED_TAKEN;
}

static int by_name(const void *a, const void *b)
{
	const struct feature *const *x = a, *const *y = b;

	return span_cmp(span_cstr((*x)->name), span_cstr((*y)->name));
}

void features_sort(struct features *f)
{
	if (f->n > 1)
		qsort(f->items, f->n, sizeof(struct feature *), by_name);
}

struct span feature_shared(const struct feature *f, enum shared_field field)
{
	const struct shared *s = &f->shared[field];

	return s->conflict ? SPAN_NONE : span_cstr(s->text);
}
