/* Features and what is observed of them: see feature.h. */
#include "aiops-drift/compare/feature.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-drift/profile/profile_record.h"
#include "base/mem.h"
#include "base/num.h"

#define NUMBER_MAX 64         /* bytes of a printed double */
#define LABELS_MAX (1u << 20) /* bytes of a feature's labels; a record is no larger by default */

void features_init(struct features *f, const struct features_options *o)
{
	*f = (struct features){.options = *o};
	map_init(&f->by_name);
	buf_init(&f->name, FEATURE_NAME_MAX);
	buf_init(&f->text, NUMBER_MAX);
	recall_init(&f->recall, o->grouping, origin_names, ORIGIN_FIELDS);
}

static void feature_free(struct feature *f)
{
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		free(f->shared[i].text);
	for (int i = 0; i < WINDOWS; i++) {
		sample_release(&f->windows[i].sample);
		sketch_release(f->windows[i].sketch);
		free(f->windows[i].sketch);
	}
	categories_release(f->categories);
	free(f->categories);
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
	buf_release(&f->text);
	recall_release(&f->recall);
	f->items = NULL;
	f->n = 0;
}

static struct feature *feature_add(struct features *f, struct span name, struct span metric,
				   struct span labels)
{
	struct feature *made = mem_zalloc(sizeof *made);

	made->name = mem_dup(name.data, name.len);
	made->metric = mem_dup(metric.data, metric.len);
	made->labels = mem_dup(labels.data, labels.len);
	made->serial = f->n;
	mem_grow(f->items, f->cap, f->n + 1);
	f->items[f->n++] = made;
	f->max_batch = SKETCH_BATCH_MAX / f->n;
	if (f->max_batch < SKETCH_BATCH_MIN)
		f->max_batch = SKETCH_BATCH_MIN;
	return made;
}

struct feature *features_find(struct features *f, struct span name, struct span metric,
			      struct span labels, struct err *e)
{
	struct map_entry *entry = map_get(&f->by_name, name);

	if (entry)
		return entry->value.ptr;
	if (f->n >= f->options.max_features) {
		err_set(e, EX_BADDATA, "more than %zu features (--max-features)",
			f->options.max_features);
		return NULL;
	}
	entry = map_put(&f->by_name, name, NULL);
	entry->value.ptr = feature_add(f, name, metric, labels);
	return entry->value.ptr;
}

struct feature *features_at(struct features *f, const struct place *p, struct err *e)
{
	struct buf labels = BUF_INIT(LABELS_MAX);
	struct feature *found;

	buf_clear(&f->name);
	place_name(p, &f->name);
	if (buf_overflowed(&f->name)) {
		err_set(e, EX_BADDATA, "the feature's name is longer than %d bytes",
			FEATURE_NAME_MAX);
		return NULL;
	}
	place_labels(p, &labels);
	if (buf_overflowed(&labels)) {
		buf_clear(&labels);
		buf_add_cstr(&labels, "{}");
	}
	found = features_find(f, buf_span(&f->name), p->base, buf_span(&labels), e);
	buf_release(&labels);
	return found;
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

void window_note(struct window *w, struct instant t)
{
	if (!w->timed || t.ns < w->from.ns)
		w->from = t;
	if (!w->timed || t.ns > w->to.ns)
		w->to = t;
	w->timed = true;
}

static bool is_sentinel(const struct features_options *o, double number)
{
	for (size_t i = 0; i < o->n_sentinels; i++) {
		/* the same token gives the same double: no tolerance is wanted */
		if (!(number < o->sentinels[i]) && !(number > o->sentinels[i]))
			return true;
	}
	return false;
}

static int take_number(struct features *f, double number, struct observation *o, struct err *e)
{
	if (!isfinite(number))
		return err_set(e, EX_BADDATA, "the value is beyond the range of a double");
	*o = (struct observation){.what = SEEN_NUMBER, .number = number + 0.0};
	if (is_sentinel(&f->options, number)) {
		o->what = SEEN_MISSING;
	} else if (f->options.values_as == VALUES_CATEGORY) {
		buf_clear(&f->text);
		num_add_double(&f->text, o->number); /* 1, 1.0 and 1e0 are one category */
		*o = (struct observation){.what = SEEN_TEXT, .text = buf_span(&f->text)};
	}
	return 0;
}

static int read_value(struct features *f, const struct value *v, struct observation *o,
		      struct err *e)
{
	static const char *const types[] = {
		[VALUE_NONE] = "nothing",     [VALUE_NULL] = "null",
		[VALUE_BOOL] = "a boolean",   [VALUE_NUMBER] = "a number",
		[VALUE_STRING] = "a string",  [VALUE_ARRAY] = "an array",
		[VALUE_OBJECT] = "an object",
	};
	const struct features_options *options = &f->options;
	bool texts = options->values_as == VALUES_CATEGORY ||
		     (options->values_as == VALUES_AUTO && options->grouping->any_kind);

	*o = (struct observation){.what = SEEN_MISSING};
	if (v->type == VALUE_NUMBER)
		return take_number(f, v->number, o, e);
	if (v->type == VALUE_NONE || v->type == VALUE_NULL)
		return 0;
	if (v->type == VALUE_STRING &&
	    (span_is(v->text, "NaN") || span_is(v->text, "+Inf") || span_is(v->text, "-Inf")))
		return 0;
	if (texts && v->type == VALUE_STRING)
		*o = (struct observation){.what = SEEN_TEXT, .text = v->text};
	else if (texts && v->type == VALUE_BOOL)
		*o = (struct observation){.what = SEEN_BOOLEAN,
					  .text = v->boolean ? SPAN("true") : SPAN("false")};
	else
		return err_set(e, EX_BADDATA, "the value is %s, not a number%s", types[v->type],
			       texts ? " or text" : "");
	return 0;
}

void features_watch(const struct features *f, struct record *r)
{
	record_watch(r, f->recall.paths, f->recall.n_paths, f->recall.n_key);
}

/* The feature by name and labels; NULL with e set. */
static struct feature *find_feature(struct features *f, const struct record *r, struct err *e)
{
	struct place place;

	if (grouping_place(f->options.grouping, r, &place, e) < 0)
		return NULL;
	return features_at(f, &place, e);
}

enum observed features_read(struct features *f, const struct record *r, struct feature **feature,
			    struct observation *o, struct err *e)
{
	struct recalled unknown = {0}, *known = f->now = recall_find(&f->recall, r);
	struct value v;

	if (!known)
		known = &unknown;
	if (!known->feature && profile_record_is(r))
		known->ignored = true; /* it has no single value: see features_observe */
	if (!known->feature && !f->options.grouping->any_kind && record_kind(r) != KIND_METRIC)
		known->ignored = true;
	if (known->ignored)
		return OBSERVED_IGNORED;
	v = record_field(r, f->recall.paths, f->recall.value);
	if (read_value(f, &v, o, e) < 0)
		return OBSERVED_REFUSED;
	if (!known->feature)
		known->feature = find_feature(f, r, e);
	if (!known->feature)
		return OBSERVED_REFUSED;
	*feature = known->feature;
	return OBSERVED_TAKEN;
}

struct categories *features_categories(const struct features *f, struct feature *feature)
{
	if (!feature->categories) {
		feature->categories = mem_alloc(sizeof *feature->categories);
		categories_init(feature->categories, f->options.max_categories);
	}
	return feature->categories;
}

void features_fill(struct features *f, struct feature *feature, const struct observation *o,
		   enum window_id window)
{
	struct window *w = &feature->windows[window];

	switch (o->what) {
	case SEEN_MISSING:
		w->sample.missing++;
		break;
	case SEEN_NUMBER:
		if (w->sketch)
			sketch_add(w->sketch, o->number, f->max_batch);
		else
			sample_add(&w->sample, o->number);
		break;
	case SEEN_BOOLEAN:
		w->booleans++;
		__attribute__((fallthrough));
	case SEEN_TEXT:
		w->texts++;
		w->new_texts += categories_add(features_categories(f, feature), o->text, window);
	}
}

/* What a category costs, in numbers of 8 bytes. */
#define CATEGORY_COST 16

int features_put(struct features *f, struct feature *feature, const struct observation *o,
		 enum window_id window, struct err *e)
{
	struct window *w = &feature->windows[window];
	uint64_t before = w->new_texts;

	if (f->values >= f->options.max_values && o->what != SEEN_MISSING)
		return err_set(e, EX_SYSTEM, "more than %llu values (--max-values)",
			       (unsigned long long)f->options.max_values);
	features_fill(f, feature, o, window);
	if (o->what == SEEN_NUMBER && !w->sketch)
		f->values++;
	f->values += (w->new_texts - before) * CATEGORY_COST;
	return 0;
}

void features_share(struct features *f, struct feature *feature, const struct record *r)
{
	if (f->now && f->now->shared)
		return;
	for (size_t i = 0; i < ORIGIN_FIELDS; i++)
		share(&feature->shared[i],
		      record_field(r, f->recall.paths, f->recall.shared + i).text);
	if (f->now)
		f->now->shared = true;
}

/* By itself, so that a record without a time does not pay for the error's kilobyte. */
static __attribute__((noinline)) int parse_time(struct span text, struct instant *out)
{
	struct err ignored = ERR_INIT;

	return instant_parse(text, out, &ignored);
}

int features_time(const struct features *f, const struct record *r, struct instant *out)
{
	struct span text = record_field_text(r, f->recall.paths, f->recall.timestamp);

	return text.data ? parse_time(text, out) : -1;
}

static void note_time(struct features *f, const struct record *r, struct window *w)
{
	struct instant t;

	if (features_time(f, r, &t) == 0)
		window_note(w, t);
}

/* A number of a feature that is known, of which nothing else is to be learnt: most of what there
 * is. False: it is not one, or something is special about it. */
static bool take_plain(struct features *f, const struct record *r, enum window_id window)
{
	const struct features_options *o = &f->options;
	const struct recalled *known = f->now = recall_find(&f->recall, r);
	struct window *w;
	double number;

	if (!known || !known->feature || !known->shared || o->n_sentinels ||
	    o->values_as == VALUES_CATEGORY || f->values >= o->max_values ||
	    !record_field_number(r, f->recall.paths, f->recall.value, &number) || !isfinite(number))
		return false;
	w = &known->feature->windows[window];
	if (!w->sketch && known->feature->windows[WINDOW_REFERENCE].sketch)
		return false;
	if (w->sketch) {
		sketch_add(w->sketch, number, f->max_batch);
	} else {
		f->values++;
		sample_add(&w->sample, number);
	}
	note_time(f, r, w);
	return true;
}

enum observed features_observe(struct features *f, const struct record *r, enum window_id window,
			       struct err *e)
{
	struct feature *feature;
	struct observation o;
	enum observed is;

	if (take_plain(f, r, window))
		return OBSERVED_TAKEN;
	is = features_read(f, r, &feature, &o, e);
	if (is == OBSERVED_IGNORED && profile_record_is(r))
		return profile_take(f, r, window, e) < 0 ? OBSERVED_REFUSED : OBSERVED_TAKEN;
	if (is != OBSERVED_TAKEN)
		return is;
	if (window == WINDOW_CURRENT)
		profile_follow(feature);
	if (features_put(f, feature, &o, window, e) < 0)
		return OBSERVED_STOP;
	note_time(f, r, &feature->windows[window]);
	features_share(f, feature, r);
	return OBSERVED_TAKEN;
}

static int by_name(const void *a, const void *b)
{
	const struct feature *const *x = a, *const *y = b;

	return span_cmp(span_cstr((*x)->name), span_cstr((*y)->name));
}

void features_sort(struct feature **items, size_t n)
{
	if (n > 1)
		qsort(items, n, sizeof(struct feature *), by_name);
}

struct span feature_shared(const struct feature *f, enum origin_field field)
{
	const struct shared *s = &f->shared[field];

	return s->conflict ? SPAN_NONE : span_cstr(s->text);
}
