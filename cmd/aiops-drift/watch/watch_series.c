/* The table of watched series: see watch_series.h. */
#include "aiops-drift/watch/watch_series.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define KEYS_MOST  65536      /* remembered keys of lines; one series may have many */
#define LABELS_MAX (1u << 20) /* bytes; a record is no larger by default */

void series_table_init(struct series_table *t, const struct watch_rules *rules,
		       const struct watch_settings *defaults, size_t max)
{
	*t = (struct series_table){.rules = rules, .defaults = *defaults, .max = max};
	map_init(&t->by_name);
	map_init(&t->by_key);
}

static void series_free(struct series *s)
{
	if (!s)
		return;
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		free(s->origin[i]);
	free(s->alarms);
	free(s->rules);
	free(s->slots);
	free(s->text);
	free(s->labels);
	free(s->base);
	free(s->feature);
	free(s);
}

void series_table_release(struct series_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		series_free(t->items[i]);
	free(t->items);
	map_release(&t->by_name);
	map_release(&t->by_key);
	t->items = NULL;
	t->n = t->live = 0;
}

struct series *series_find(const struct series_table *t, struct span feature)
{
	struct map_entry *entry = map_get(&t->by_name, feature);

	return entry ? entry->value.ptr : NULL;
}

static void take_rules(struct series *s, const struct watch_rules *rules, const struct place *p)
{
	s->rules = mem_array(NULL, rules->n + 1, sizeof *s->rules);
	for (size_t i = 0; i < rules->n; i++) {
		const struct watch_rule *rule = &rules->items[i];

		if (!watch_rule_matches(rule, p))
			continue;
		watch_rule_apply(rule, &s->set);
		if (rule->has_threshold)
			s->rules[s->n_rules++] = rule;
	}
}

size_t series_alarms(const struct series *s)
{
	return ALARM_FIXED + s->n_rules;
}

/* Behind the last one: forgotten places are closed up once they are the greater part. */
static void append(struct series_table *t, struct series *s)
{
	if (t->n > 64 && t->live < t->n / 2) {
		size_t kept = 0;

		for (size_t i = 0; i < t->n; i++)
			if (t->items[i])
				t->items[kept++] = t->items[i];
		t->n = kept;
	}
	mem_grow(t->items, t->cap, t->n + 1);
	t->items[t->n++] = s;
	t->live++;
}

struct series *series_add(struct series_table *t, enum series_kind kind, struct span feature,
			  const struct place *p)
{
	struct buf labels = BUF_INIT(LABELS_MAX);
	struct series *s;

	if (t->live >= t->max)
		return NULL;
	place_labels(p, &labels);
	s = mem_zalloc(sizeof *s);
	s->kind = kind;
	s->feature = mem_dup(feature.data, feature.len);
	s->base = mem_dup(p->base.data, p->base.len);
	s->labels = buf_overflowed(&labels) ? mem_dupz("{}") : mem_dupz(buf_cstr(&labels));
	buf_release(&labels);
	s->set = t->defaults;
	take_rules(s, t->rules, p);
	s->alarms = mem_zalloc(series_alarms(s) * sizeof *s->alarms);
	s->slots = mem_zalloc((size_t)season_slots(s->set.season) * sizeof *s->slots);
	s->anomaly = ANOMALY_INIT;
	append(t, s);
	map_put(&t->by_name, feature, NULL)->value.ptr = s;
	if (t->by_key.live > KEYS_MOST)
		map_clear(&t->by_key);
	return s;
}

void series_forget(struct series_table *t, size_t i)
{
	map_remove(&t->by_name, span_cstr(t->items[i]->feature));
	map_clear(&t->by_key); /* some of its keys may lead there */
	series_free(t->items[i]);
	t->items[i] = NULL;
	t->live--;
}

void series_forget_one(struct series_table *t, const struct series *s)
{
	size_t i = 0;

	while (i < t->n && t->items[i] != s)
		i++;
	if (i < t->n)
		series_forget(t, i);
}

void series_origin(struct series *s, enum origin_field field, struct span text)
{
	if (text.len && !s->origin[field])
		s->origin[field] = mem_dup(text.data, text.len);
}

int64_t series_deadline(const struct series *s)
{
	const struct watch_settings *set = &s->set;
	double limit_s;

	if (!s->seen || set->missing_factor <= 0)
		return INT64_MAX;
	if (set->missing_ns > 0)
		limit_s = (double)set->missing_ns / NS_PER_S;
	else if (s->every_ns > 0)
		limit_s = set->missing_factor * (double)s->every_ns / NS_PER_S;
	else
		limit_s = cadence_limit_s(&s->cadence, set->missing_factor);
	if (!(limit_s < 1e9)) /* a generation is as good as never */
		return INT64_MAX;
	return s->last_ns + (int64_t)(limit_s * NS_PER_S);
}

double series_expected_false(const struct series *s)
{
	double per_day = cadence_per_day(&s->cadence);

	if (!s->set.anomaly || per_day == 0)
		return 0;
	return fmin(s->set.false_alarms, ANOMALY_RATE_MOST * per_day);
}
