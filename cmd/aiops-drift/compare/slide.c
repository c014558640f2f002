/* Windows of one stream: see slide.h. */
#include "aiops-drift/compare/slide.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

#define COUNT_MAX INT64_C(1000000000)
#define TIME_NONE INT64_MIN

/* A value that is kept. */
struct kept {
	int64_t at; /* event time, nanoseconds; TIME_NONE: the record had none */
	double number;
	const char *text; /* of texts and booleans; a key of slide.texts */
	enum seen what;
};

struct series {
	struct feature *feature;
	struct kept *items; /* owned, in order of arrival */
	size_t n, cap;
	size_t fresh; /* by count: the last so many are not compared yet */
	bool compared;
};

/* ---- options ---- */

static int parse_one(const char *option, const char *text, bool *by_count, int64_t *out,
		     struct err *e)
{
	struct span s = span_cstr(text);
	struct err ignored = ERR_INIT;
	int64_t ms;

	*by_count = num_parse_i64(s, 1, COUNT_MAX, out, &ignored) == 0;
	if (*by_count)
		return 0;
	if (num_parse_duration_ms(s, &ms, e) < 0)
		return err_prefix(e, "--%s", option);
	if (ms <= 0 || ms > INT64_MAX / NS_PER_MS / 4)
		return err_set(e, EX_BADUSAGE, "--%s: '%s' is no length for a window", option,
			       text);
	*out = ms * NS_PER_MS;
	return 0;
}

int slide_parse(const char *window, const char *reference, struct slide_options *out, struct err *e)
{
	struct slide_options o = {0};
	bool counted;

	if (parse_one("window", window, &o.by_count, &o.window, e) < 0 ||
	    parse_one("reference-window", reference, &counted, &o.reference, e) < 0)
		return -1;
	if (counted != o.by_count)
		return err_set(e, EX_BADUSAGE,
			       "--window and --reference-window: both a time, or both a count");
	*out = o;
	return 0;
}

/* ---- what is kept ---- */

void slide_init(struct slide *s, const struct slide_options *o, struct features *fs,
		void (*compare)(void *ctx, struct feature **items, size_t n), void *ctx)
{
	*s = (struct slide){
		.options = *o, .features = fs, .newest = INT64_MIN, .compare = compare, .ctx = ctx};
	map_init(&s->texts);
}

void slide_release(struct slide *s)
{
	for (size_t i = 0; i < s->n_series; i++)
		free(s->series[i].items);
	free(s->series);
	map_release(&s->texts);
}

static struct series *series_of(struct slide *s, struct feature *f)
{
	mem_grow(s->series, s->cap, f->serial + 1);
	for (; s->n_series <= f->serial; s->n_series++)
		s->series[s->n_series] = (struct series){0};
	s->series[f->serial].feature = f;
	return &s->series[f->serial];
}

static const char *text_take(struct slide *s, struct span text)
{
	/* kept as C strings, so what text_drop finds again ends at a NUL */
	struct span kept = span_of(text.data, strnlen(text.data, text.len));
	struct map_entry *en = map_put(&s->texts, kept, NULL);

	en->value.num++;
	return en->key;
}

static void text_drop(struct slide *s, const char *text)
{
	struct map_entry *en = text ? map_get(&s->texts, span_cstr(text)) : NULL;

	if (en && --en->value.num == 0)
		map_remove(&s->texts, span_cstr(text));
}

static int keep(struct slide *s, struct series *to, const struct observation *o, int64_t at,
		struct err *e)
{
	struct features *fs = s->features;
	struct kept *k;

	if (fs->values >= fs->options.max_values)
		return err_set(e, EX_SYSTEM, "more than %llu values (--max-values)",
			       (unsigned long long)fs->options.max_values);
	fs->values++;
	mem_grow(to->items, to->cap, to->n + 1);
	k = &to->items[to->n++];
	*k = (struct kept){at, o->number, NULL, o->what};
	if (o->what == SEEN_TEXT || o->what == SEEN_BOOLEAN) {
		/* a NUL inside a text ends it here: the texts are kept as C strings */
		size_t len = strnlen(o->text.data, o->text.len);

		k->text = text_take(s, span_of(o->text.data, len));
	}
	to->fresh++;
	return 0;
}

/* Drops the items for which gone says so; the others keep their order. */
static void forget(struct slide *s, struct series *from, int64_t before, size_t first)
{
	size_t left = 0;

	for (size_t i = 0; i < from->n; i++) {
		if (i < first || (before != TIME_NONE && from->items[i].at < before)) {
			text_drop(s, from->items[i].text);
			s->features->values--;
		} else {
			from->items[left++] = from->items[i];
		}
	}
	from->n = left;
	if (from->fresh > left)
		from->fresh = left;
}

/* ---- filling the windows of features ---- */

static void clear_windows(struct feature *f)
{
	for (int w = 0; w < WINDOWS; w++) {
		struct window *window = &f->windows[w];

		window->sample.n = 0;
		window->sample.missing = 0;
		window->sample.sorted = false;
		window->texts = window->booleans = 0;
		window->timed = false;
	}
	categories_release(f->categories);
	free(f->categories);
	f->categories = NULL;
}

static void fill(struct slide *s, struct feature *f, const struct kept *k, enum window_id window)
{
	struct observation o = {k->what, k->number, span_cstr(k->text)};

	features_fill(s->features, f, &o, window);
	if (k->at != TIME_NONE)
		window_note(&f->windows[window], instant_from_ns(k->at));
}

static bool window_used(const struct window *w)
{
	return w->sample.n > 0 || w->sample.missing > 0 || w->texts > 0;
}

/* ---- by count ---- */

static void compare_count(struct slide *s, struct series *one)
{
	size_t old = one->n - one->fresh;

	clear_windows(one->feature);
	for (size_t i = 0; i < one->n; i++)
		fill(s, one->feature, &one->items[i], i < old ? WINDOW_REFERENCE : WINDOW_CURRENT);
	s->compare(s->ctx, &one->feature, 1);
	s->compared++;
	one->compared = true;
}

static void close_count(struct slide *s, struct series *one)
{
	size_t reference = (size_t)s->options.reference;

	if (one->n > one->fresh)
		compare_count(s, one);
	else
		s->warm_up++;
	one->fresh = 0;
	if (one->n > reference)
		forget(s, one, TIME_NONE, one->n - reference);
}

/* ---- by time ---- */

static int64_t floor_to(int64_t at, int64_t step)
{
	int64_t rest = at % step;

	return at - (rest < 0 ? rest + step : rest);
}

/* Fills the windows of all features; how many have a value in either. */
static size_t fill_all(struct slide *s, struct feature **items, bool *any_reference,
		       bool *any_current)
{
	int64_t end = s->start + s->options.window, from = s->start - s->options.reference;
	size_t n = 0;

	for (size_t i = 0; i < s->n_series; i++) {
		struct series *one = &s->series[i];
		struct feature *f = one->feature;

		if (!f)
			continue;
		clear_windows(f);
		for (size_t k = 0; k < one->n; k++) {
			int64_t at = one->items[k].at;

			if (at >= from && at < end)
				fill(s, f, &one->items[k],
				     at < s->start ? WINDOW_REFERENCE : WINDOW_CURRENT);
		}
		*any_reference |= window_used(&f->windows[WINDOW_REFERENCE]);
		*any_current |= window_used(&f->windows[WINDOW_CURRENT]);
		if (window_used(&f->windows[WINDOW_REFERENCE]) ||
		    window_used(&f->windows[WINDOW_CURRENT]))
			items[n++] = f;
	}
	return n;
}

/* The first event time at or behind `from` that is kept, or INT64_MAX. */
static int64_t next_kept(const struct slide *s, int64_t from)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < s->n_series; i++) {
		for (size_t k = 0; k < s->series[i].n; k++) {
			int64_t at = s->series[i].items[k].at;

			if (at >= from && at < next)
				next = at;
		}
	}
	return next;
}

static void close_window(struct slide *s)
{
	struct feature **items = mem_array(NULL, s->n_series + 1, sizeof *items);
	bool any_reference = false, any_current = false;
	size_t n = fill_all(s, items, &any_reference, &any_current);
	int64_t end = s->start + s->options.window, next;

	if (any_reference && any_current) {
		s->compare(s->ctx, items, n);
		s->compared++;
	} else {
		s->warm_up += any_current;
	}
	free(items);
	/* a gap without any value is passed over at once */
	next = next_kept(s, end);
	if (next == INT64_MAX)
		s->started = false;
	s->start = next == INT64_MAX ? end : floor_to(next, s->options.window);
	for (size_t i = 0; i < s->n_series; i++)
		forget(s, &s->series[i], s->start - s->options.reference, 0);
}

void slide_advance(struct slide *s, int64_t at_ns)
{
	if (at_ns > s->newest)
		s->newest = at_ns;
	while (!s->options.by_count && s->started &&
	       s->newest - s->options.window - s->options.lateness_ns >= s->start)
		close_window(s);
}

static void note_by_time(struct slide *s, int64_t at)
{
	if (!s->started) {
		s->started = true;
		s->start = floor_to(at, s->options.window);
		if (at > s->newest)
			s->newest = at;
	} else if (at < s->start) {
		s->late++;
	}
}

enum observed slide_observe(struct slide *s, const struct record *r, struct err *e)
{
	struct err untimed = ERR_INIT;
	struct feature *feature;
	struct observation o;
	struct series *one;
	struct instant t;
	bool timed = record_timestamp(r, &t, &untimed) == 0;
	enum observed is = features_read(s->features, r, &feature, &o, e);

	if (is != OBSERVED_TAKEN)
		return is;
	if (!timed && !s->options.by_count) {
		err_set(e, EX_BADDATA, "windows go by event time: %s", untimed.text);
		return OBSERVED_REFUSED;
	}
	one = series_of(s, feature);
	features_share(s->features, feature, r);
	if (keep(s, one, &o, timed ? t.ns : TIME_NONE, e) < 0)
		return OBSERVED_STOP;
	if (s->options.by_count) {
		if (one->fresh >= (size_t)s->options.window)
			close_count(s, one);
	} else {
		note_by_time(s, t.ns);
		slide_advance(s, t.ns);
	}
	return OBSERVED_TAKEN;
}

/* A feature that never had a window with a reference is answered all the same. */
static void finish_count(struct slide *s, struct series *one)
{
	if (one->fresh > 0 && one->n > one->fresh)
		close_count(s, one);
	if (one->compared || one->n == 0)
		return;
	one->fresh = one->n;
	compare_count(s, one);
}

void slide_finish(struct slide *s)
{
	if (s->options.by_count) {
		for (size_t i = 0; i < s->n_series; i++) {
			if (s->series[i].feature)
				finish_count(s, &s->series[i]);
		}
		return;
	}
	while (s->started)
		close_window(s);
}
