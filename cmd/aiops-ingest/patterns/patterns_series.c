/*
 * Counting matches by label set, in the lines' own time.
 */
#include "aiops-ingest/patterns/patterns_impl.h"

#include <stdlib.h>

#include "base/mem.h"

static struct span key_of(struct patterns *p, const struct pattern_rule *rule, struct span labels)
{
	buf_clear(&p->key);
	buf_add_span(&p->key, rule->name);
	buf_add_char(&p->key, '\0');
	buf_add_span(&p->key, labels);
	return buf_span(&p->key);
}

struct series *series_get(struct patterns *p, const struct pattern_rule *rule, struct span labels)
{
	struct span key = key_of(p, rule, labels);
	struct map_entry *en = map_get(&p->series, key);
	struct series *s;

	if (en)
		return en->value.ptr;
	if (p->series.live >= MAX_SERIES)
		return NULL;
	s = mem_zalloc(sizeof *s);
	s->rule = rule;
	s->labels = mem_dup(labels.data, labels.len);
	s->labels_len = labels.len;
	s->times = mem_array(NULL, rule->count, sizeof *s->times);
	s->last_seen.ns = INT64_MIN;
	map_put(&p->series, key, NULL)->value.ptr = s;
	return s;
}

const char *series_source(struct patterns *p, struct span name)
{
	if (!name.data)
		return NULL;
	for (size_t i = 0; i < p->n_sources; i++)
		if (span_is(name, p->sources[i]))
			return p->sources[i];
	p->sources = mem_array(p->sources, p->n_sources + 1, sizeof *p->sources);
	p->sources[p->n_sources] = mem_dup(name.data, name.len);
	return p->sources[p->n_sources++];
}

void series_free(struct series *s)
{
	if (!s)
		return;
	free(s->labels);
	free(s->times);
	free(s);
}

/* Keeps the latest times, whatever order they come in. */
static void remember(struct series *s, int64_t ns)
{
	size_t at;

	if (s->n_times == s->rule->count) {
		if (ns <= s->times[0])
			return;
		memmove(s->times, s->times + 1, (s->n_times - 1) * sizeof *s->times);
		s->n_times--;
	}
	for (at = s->n_times; at > 0 && s->times[at - 1] > ns; at--)
		s->times[at] = s->times[at - 1];
	s->times[at] = ns;
	s->n_times++;
}

bool series_count(struct series *s, struct instant at)
{
	remember(s, at.ns);
	if (at.ns > s->last_seen.ns)
		s->last_seen = at;
	return s->n_times == s->rule->count &&
	       s->times[s->n_times - 1] - s->times[0] <= s->rule->window_ns;
}

/* When there will be nothing left to remember of it; INT64_MAX: never. */
static int64_t end_of(const struct series *s)
{
	/* A match at the very end of the window still counts. */
	int64_t quiet = s->firing ? s->rule->resolve_ns : s->rule->window_ns + 1;

	if (s->firing && quiet == 0)
		return INT64_MAX;
	return s->last_seen.ns > INT64_MAX - quiet ? INT64_MAX : s->last_seen.ns + quiet;
}

void series_watch(struct patterns *p, const struct series *s)
{
	int64_t end = end_of(s);

	if (end < p->next_check_ns)
		p->next_check_ns = end;
}

static int resolve(struct patterns *p, struct ingest *in, struct series *s, struct err *e)
{
	bool fired = s->firing;

	s->firing = false;
	return fired ? series_tell(p, in, s, NULL, e) : 0;
}

static void forget(struct patterns *p, struct series *s)
{
	map_remove(&p->series, key_of(p, s->rule, span_of(s->labels, s->labels_len)));
	series_free(s);
}

int series_expire(struct patterns *p, struct ingest *in, struct err *e)
{
	struct series **over = mem_array(NULL, p->series.live, sizeof *over);
	size_t n = 0;
	int rc = 0;

	p->next_check_ns = INT64_MAX;
	for (struct map_entry *en = map_next(&p->series, NULL); en; en = map_next(&p->series, en)) {
		struct series *s = en->value.ptr;
		int64_t end = end_of(s);

		if (end <= p->watermark_ns)
			over[n++] = s;
		else if (end < p->next_check_ns)
			p->next_check_ns = end;
	}
	for (size_t i = 0; i < n; i++) {
		if (rc == 0)
			rc = resolve(p, in, over[i], e);
		forget(p, over[i]);
	}
	free(over);
	return rc;
}
