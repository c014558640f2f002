#include "aiops-correlate/pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	PRIOR = 20,           /* incidents that stand for what was not seen yet */
	FADE_AFTER = 1 << 16, /* incidents after which all counts are halved */
};

/* Selective above these weights: a place in less than half of the incidents,
 * any other pair in less than a tenth. */
static const double place_min = 0.6931471805599453; /* ln 2 */
static const double other_min = 2.302585092994046;  /* ln 10 */

/* Sorted by byte order. */
static const struct {
	const char *name;
	enum name_class kind;
} known_names[] = {
	{"alertstate", NAME_NEVER},
	{"app", NAME_IDENTITY},
	{"app.kubernetes.io/name", NAME_IDENTITY},
	{"application", NAME_IDENTITY},
	{"component", NAME_IDENTITY},
	{"container", NAME_IDENTITY},
	{"daemonset", NAME_IDENTITY},
	{"database", NAME_IDENTITY},
	{"datname", NAME_IDENTITY},
	{"db", NAME_IDENTITY},
	{"deployment", NAME_IDENTITY},
	{"host", NAME_PLACE},
	{"host.name", NAME_PLACE},
	{"hostname", NAME_PLACE},
	{"instance", NAME_IDENTITY},
	{"level", NAME_NEVER},
	{"node", NAME_PLACE},
	{"nodename", NAME_PLACE},
	{"pod", NAME_IDENTITY},
	{"priority", NAME_NEVER},
	{"queue", NAME_IDENTITY},
	{"server", NAME_PLACE},
	{"service", NAME_IDENTITY},
	{"service.name", NAME_IDENTITY},
	{"service_name", NAME_IDENTITY},
	{"severity", NAME_NEVER},
	{"statefulset", NAME_IDENTITY},
	{"status", NAME_NEVER},
	{"topic", NAME_IDENTITY},
	{"trace_id", NAME_IDENTITY},
};

enum name_class pair_name_class(struct span name)
{
	size_t lo = 0, hi = sizeof known_names / sizeof *known_names;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = span_cmp(name, span_cstr(known_names[mid].name));

		if (c == 0)
			return known_names[mid].kind;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NAME_OTHER;
}

void pairs_init(struct pairs *ps, size_t max)
{
	map_init(&ps->map);
	map_init(&ps->names);
	ps->incidents = 0;
	ps->max = ps->tidy_at = max;
}

static void free_values(struct map *m)
{
	for (struct map_entry *en = map_next(m, NULL); en; en = map_next(m, en))
		free(en->value.ptr);
	map_release(m);
}

void pairs_release(struct pairs *ps)
{
	free_values(&ps->map);
	free_values(&ps->names);
}

static struct pair_name *name_of(struct pairs *ps, struct span name)
{
	bool added;
	struct map_entry *en = map_put(&ps->names, name, &added);

	if (added) {
		struct pair_name *pn = mem_zalloc(sizeof *pn);

		pn->kind = pair_name_class(name);
		en->value.ptr = pn;
	}
	return en->value.ptr;
}

static struct pair *pair_make(struct pairs *ps, const char *key, struct span name, size_t value_len)
{
	struct pair *p = mem_zalloc(sizeof *p);

	p->key = key;
	p->name_len = (uint32_t)name.len; /* both below --max-record */
	p->value_len = (uint32_t)value_len;
	p->name = name_of(ps, name);
	p->name->pairs++;
	p->last_ns = INT64_MIN;
	return p;
}

struct pair *pairs_get(struct pairs *ps, enum pair_origin origin, struct span name,
		       struct span value)
{
	char small[256], *key = small;
	size_t len = 1 + name.len + 1 + value.len;
	struct map_entry *en;
	bool added;

	if (len > sizeof small)
		key = mem_alloc(len);
	key[0] = (char)origin;
	if (name.len)
		memcpy(key + 1, name.data, name.len);
	key[1 + name.len] = '\0';
	if (value.len)
		memcpy(key + 2 + name.len, value.data, value.len);
	en = map_put(&ps->map, span_of(key, len), &added);
	if (added)
		en->value.ptr = pair_make(ps, en->key, name, value.len);
	if (key != small)
		free(key);
	return pair_hold(en->value.ptr);
}

struct pair *pair_hold(struct pair *p)
{
	p->refs++;
	return p;
}

void pair_drop(struct pair *p)
{
	p->refs--;
}

struct span pair_name_span(const struct pair *p)
{
	return span_of(p->key + 1, p->name_len);
}

struct span pair_value_span(const struct pair *p)
{
	return span_of(p->key + 2 + p->name_len, p->value_len);
}

bool pair_is_label(const struct pair *p)
{
	return p->key[0] == PAIR_LABEL;
}

int pair_cmp(const struct pair *a, const struct pair *b)
{
	int c = span_cmp(pair_name_span(a), pair_name_span(b));

	if (c == 0)
		c = span_cmp(pair_value_span(a), pair_value_span(b));
	return c ? c : a->key[0] - b->key[0];
}

double pair_weight(const struct pairs *ps, const struct pair *p)
{
	double d = p->name->kind == NAME_OTHER ? PRIOR : 1;

	if (p->name->kind == NAME_NEVER)
		return 0;
	return log(((double)ps->incidents + PRIOR) / ((double)p->df + d));
}

bool pair_is_selective(const struct pairs *ps, const struct pair *p)
{
	switch (p->name->kind) {
	case NAME_IDENTITY:
		/* a service that is behind most incidents is still a service; only
		 * one that is the only one ever seen tells nothing */
		return p->name->values > 1 || pair_weight(ps, p) > place_min;
	case NAME_PLACE:
		return pair_weight(ps, p) > place_min;
	case NAME_OTHER:
		return pair_weight(ps, p) > other_min;
	case NAME_NEVER:
		break;
	}
	return false;
}

void pairs_count_incident(struct pairs *ps)
{
	if (++ps->incidents < FADE_AFTER)
		return;
	ps->incidents /= 2;
	for (struct map_entry *en = map_next(&ps->map, NULL); en; en = map_next(&ps->map, en))
		((struct pair *)en->value.ptr)->df /= 2;
}

void pairs_count(struct pair *p, struct group_ref g)
{
	if (p->counted.slot == g.slot && p->counted.gen == g.gen)
		return;
	p->counted = g;
	p->df++;
	if (!p->seen) {
		p->seen = true;
		p->name->values++;
	}
}

static void pair_free(struct pairs *ps, struct pair *p)
{
	if (--p->name->pairs == 0) {
		free(p->name);
		map_remove(&ps->names, pair_name_span(p));
	}
	map_remove(&ps->map, span_of(p->key, 2 + (size_t)p->name_len + p->value_len));
	free(p);
}

/* Takes out the pairs that nobody holds and that at most max_df incidents had. */
static void forget(struct pairs *ps, uint32_t max_df)
{
	struct pair **list = mem_array(NULL, ps->map.live, sizeof *list);
	size_t n = 0;

	for (struct map_entry *en = map_next(&ps->map, NULL); en; en = map_next(&ps->map, en)) {
		struct pair *p = en->value.ptr;

		if (p->refs == 0 && p->df <= max_df)
			list[n++] = p;
	}
	for (size_t i = 0; i < n; i++)
		pair_free(ps, list[i]);
	free(list);
}

void pairs_tidy(struct pairs *ps)
{
	if (ps->map.live <= ps->tidy_at)
		return;
	forget(ps, 1);
	if (ps->map.live > ps->max / 2)
		forget(ps, UINT32_MAX);
	/* what is left is held: look again when it has doubled */
	ps->tidy_at = ps->map.live * 2 > ps->max ? ps->map.live * 2 : ps->max;
}
