#include "aiops-correlate/group/pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	PRIOR = 20,           /* incidents that stand for what was not seen yet */
	FADE_AFTER = 1 << 16, /* incidents after which all counts are halved */
};

/* Selective above these rarities: a place in less than half of the incidents,
 * any other pair in less than a tenth. */
static const double place_min = 2;
static const double other_min = 10;

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

	if (span_is(name, PAIR_GROUP_NAME))
		return NAME_GROUP;
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
	index_init(&ps->all);
	memset(ps->lately, 0, sizeof ps->lately);
	map_init(&ps->names);
	ps->incidents = 0;
	ps->rules = NULL;
	ps->max = ps->tidy_at = max;
}

void pairs_release(struct pairs *ps)
{
	struct pair *p;

	for (size_t i = 0; (p = index_next(&ps->all, &i));)
		free(p);
	index_release(&ps->all);
	for (struct map_entry *en = map_next(&ps->names, NULL); en; en = map_next(&ps->names, en))
		free(en->value.ptr);
	map_release(&ps->names);
}

static struct pair_name *name_of(struct pairs *ps, struct span name)
{
	bool added;
	struct map_entry *en = map_put(&ps->names, name, &added);

	if (added) {
		struct pair_name *pn = mem_zalloc(sizeof *pn);
		const struct label_rule *rule = label_rules_get(ps->rules, name);

		pn->kind = rule ? rule->kind : pair_name_class(name);
		pn->weight = rule ? rule->weight : 0;
		pn->callee = callee_label(name);
		pn->apart = (uint32_t)label_rules_apart(ps->rules, name);
		en->value.ptr = pn;
	}
	return en->value.ptr;
}

static struct span pair_key(const struct pair *p)
{
	return span_of(p->key, 2 + (size_t)p->name_len + p->value_len);
}

static bool is_pair(const void *item, const void *key)
{
	return span_eq(pair_key(item), *(const struct span *)key);
}

static struct pair *pair_make(struct pairs *ps, uint32_t hash, struct span key, struct span name)
{
	struct pair *p = mem_zalloc(sizeof *p + key.len);

	memcpy(p->key, key.data, key.len);
	p->hash = hash;
	p->name_len = (uint32_t)name.len; /* all below --max-record */
	p->value_len = (uint32_t)(key.len - name.len - 2);
	p->name = name_of(ps, name);
	p->name->pairs++;
	p->last_ns = INT64_MIN;
	index_add(&ps->all, hash, p);
	return p;
}

/* Where a pair was found lately; the same value stands under names of several lengths. */
static struct pair **lately_of(struct pairs *ps, struct span name, struct span value)
{
	size_t mask = ((size_t)1 << PAIRS_GUESS_BITS) - 1;

	return &ps->lately[(index_guess(value, PAIRS_GUESS_BITS) ^ name.len) & mask];
}

static bool is_same(const struct pair *p, enum pair_origin origin, struct span name,
		    struct span value)
{
	return p && p->key[0] == (char)origin && span_eq(pair_value_span(p), value) &&
	       span_eq(pair_name_span(p), name);
}

/* The pair, made if it is not there and that is wanted, else NULL. */
static struct pair *find(struct pairs *ps, enum pair_origin origin, struct span name,
			 struct span value, bool make)
{
	char small[256], *key = small;
	size_t len = 1 + name.len + 1 + value.len;
	struct span whole;
	struct pair *p;
	uint32_t hash;

	if (len > sizeof small)
		key = mem_alloc(len);
	key[0] = (char)origin;
	if (name.len)
		memcpy(key + 1, name.data, name.len);
	key[1 + name.len] = '\0';
	if (value.len)
		memcpy(key + 2 + name.len, value.data, value.len);
	whole = span_of(key, len);
	hash = index_hash(&ps->all, whole);
	p = index_get(&ps->all, hash, is_pair, &whole);
	if (!p && make)
		p = pair_make(ps, hash, whole, name);
	if (key != small)
		free(key);
	return p;
}

struct pair *pairs_get(struct pairs *ps, enum pair_origin origin, struct span name,
		       struct span value)
{
	struct pair **lately = lately_of(ps, name, value);

	if (!is_same(*lately, origin, name, value))
		*lately = find(ps, origin, name, value, true);
	return pair_hold(*lately);
}

struct pair *pairs_find(struct pairs *ps, enum pair_origin origin, struct span name,
			struct span value)
{
	return find(ps, origin, name, value, false);
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

bool pair_is_group(const struct pair *p)
{
	return p->key[0] == PAIR_GROUP;
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

double pair_rarity(const struct pairs *ps, const struct pair *p)
{
	double d = p->name->kind == NAME_OTHER ? PRIOR : 1, rarity;

	if (p->name->kind == NAME_NEVER)
		return 1;
	rarity = ((double)ps->incidents + PRIOR) / ((double)p->df + d);
	/* so many times the logarithm */
	return p->name->weight > 0 ? pow(rarity, p->name->weight) : rarity;
}

bool pair_is_selective(const struct pairs *ps, const struct pair *p)
{
	switch (p->name->kind) {
	case NAME_IDENTITY:
		/* a service that is behind most incidents is still a service; only
		 * one that is the only one ever seen tells nothing */
		return p->name->values > 1 || pair_rarity(ps, p) > place_min;
	case NAME_PLACE:
		return pair_rarity(ps, p) > place_min;
	case NAME_OTHER:
		return pair_rarity(ps, p) > other_min;
	case NAME_GROUP:
		return true;
	case NAME_NEVER:
		break;
	}
	return false;
}

void pairs_count_incident(struct pairs *ps)
{
	struct pair *p;

	if (++ps->incidents < FADE_AFTER)
		return;
	ps->incidents /= 2;
	for (size_t i = 0; (p = index_next(&ps->all, &i));)
		p->df /= 2;
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
	struct pair **lately = lately_of(ps, pair_name_span(p), pair_value_span(p));

	if (--p->name->pairs == 0) {
		free(p->name);
		map_remove(&ps->names, pair_name_span(p));
	}
	if (*lately == p)
		*lately = NULL;
	index_remove(&ps->all, p->hash, p);
	free(p);
}

/* Takes out the pairs that nobody holds and that at most max_df incidents had. */
static void forget(struct pairs *ps, uint32_t max_df)
{
	struct pair **list = mem_array(NULL, ps->all.live, sizeof *list);
	struct pair *p;
	size_t n = 0;

	for (size_t i = 0; (p = index_next(&ps->all, &i));)
		if (p->refs == 0 && p->df <= max_df)
			list[n++] = p;
	for (size_t i = 0; i < n; i++)
		pair_free(ps, list[i]);
	free(list);
}

void pairs_tidy(struct pairs *ps)
{
	if (ps->all.live <= ps->tidy_at)
		return;
	forget(ps, 1);
	if (ps->all.live > ps->max / 2)
		forget(ps, UINT32_MAX);
	/* what is left is held: look again when it has doubled */
	ps->tidy_at = ps->all.live * 2 > ps->max ? ps->all.live * 2 : ps->max;
}
