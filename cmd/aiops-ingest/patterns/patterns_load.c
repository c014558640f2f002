/*
 * Reading the file of --patterns: every mistake is told with line and column.
 */
#include "aiops-ingest/patterns/patterns_impl.h"

#include <stdlib.h>

#include "aiops-ingest/patterns/literal.h"
#include "base/mem.h"

static int at_node(const struct yaml_node *n, struct err *e, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", what);
}

static int required(const struct yaml_node *map, const char *key, struct span *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n)
		return err_set_at(e, EX_BADCONFIG, map->line, map->col, "key '%s' is missing", key);
	if (yaml_text(n, out, e) != 0)
		return -1;
	return out->len ? 0 : at_node(n, e, "the text is empty");
}

/* ---- templates ---- */

static int add_part(const struct yaml_node *n, struct template *t, struct span text, int group,
		    struct err *e)
{
	if (group < 0 && text.len == 0)
		return 0;
	if (t->n == TEMPLATE_MAX_PARTS)
		return at_node(n, e, "too many captures in one text");
	t->parts[t->n++] = (struct template_part){text, group};
	return 0;
}

static int unknown_capture(const struct yaml_node *n, struct span name, struct err *e)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col,
			  "the pattern has no capture named '%.*s'", (int)name.len, name.data);
}

/* n may be NULL: nothing is given. */
static int read_template(const struct yaml_node *n, const struct pattern *m, struct template *t,
			 struct err *e)
{
	struct span left = SPAN_NONE;
	const char *at, *end;

	if (!n)
		return 0;
	if (yaml_text(n, &left, e) != 0)
		return -1;
	if (left.len == 0)
		return at_node(n, e, "the text is empty");
	while ((at = span_find(left, SPAN("${"))) &&
	       (end = memchr(at, '}', left.len - (size_t)(at - left.data)))) {
		struct span name = span_of(at + 2, (size_t)(end - at - 2));
		int group = pattern_group(m, name);

		if (group < 0)
			return unknown_capture(n, name, e);
		if (add_part(n, t, span_of(left.data, (size_t)(at - left.data)), -1, e) != 0 ||
		    add_part(n, t, SPAN_NONE, group, e) != 0)
			return -1;
		left = span_of(end + 1, left.len - (size_t)(end + 1 - left.data));
	}
	return add_part(n, t, left, -1, e);
}

static bool is_label_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return s.len > 0;
}

static int read_labels(const struct yaml_node *n, struct pattern_rule *r, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_MAP, e) != 0)
		return -1;
	if (n->n > PATTERN_MAX_LABELS)
		return at_node(n, e, "more than 16 labels");
	for (size_t i = 0; i < n->n; i++) {
		const struct yaml_pair *pair = &n->pairs[i];

		if (!is_label_name(pair->key) || span_is(pair->key, "alertname") ||
		    span_is(pair->key, "severity") || span_is(pair->key, "service"))
			return err_set_at(e, EX_BADCONFIG, pair->line, pair->col,
					  "'%s' is no name for a label here", pair->key.data);
		r->label_names[i] = pair->key;
		if (read_template(pair->value, r->pattern, &r->labels[i], e) != 0)
			return -1;
	}
	r->n_labels = n->n;
	return 0;
}

/* ---- one pattern ---- */

static int read_severity(const struct yaml_node *map, struct pattern_rule *r, struct err *e)
{
	if (required(map, "severity", &r->severity_word, e) != 0)
		return -1;
	r->severity = severity_from_word(r->severity_word, NULL);
	if (r->severity == SEVERITY_UNKNOWN)
		return at_node(yaml_get(map, "severity"), e,
			       "no severity: critical, high, medium, low, info, or a word for one");
	return 0;
}

static int read_duration(const struct yaml_node *map, const char *key, int64_t ms, int64_t *ns,
			 struct err *e)
{
	const int64_t most_ms = INT64_C(366) * 86400 * 1000;
	const struct yaml_node *n = yaml_get(map, key);

	if (yaml_duration_ms(n, &ms, e) != 0)
		return -1;
	if (ms > most_ms)
		return at_node(n, e, "longer than 366 days");
	*ns = ms * NS_PER_MS;
	return 0;
}

/* Defaults: one match is enough, told again after 5 minutes, resolved after 15 quiet ones, or after
 * the window if that is longer. */
static int read_counting(const struct yaml_node *map, struct pattern_rule *r, struct err *e)
{
	int64_t count = 1;

	if (yaml_i64(yaml_get(map, "count"), 1, PATTERN_MAX_COUNT, &count, e) != 0 ||
	    read_duration(map, "window", 300000, &r->window_ns, e) != 0 ||
	    read_duration(map, "cooldown", 300000, &r->cooldown_ns, e) != 0 ||
	    read_duration(map, "resolve_after", 900000, &r->resolve_ns, e) != 0)
		return -1;
	r->count = (size_t)count;
	if (count > 1 && !yaml_get(map, "window"))
		return at_node(yaml_get(map, "count"), e, "a count needs a window");
	if (r->resolve_ns == 0 || r->resolve_ns >= r->window_ns || count == 1)
		return 0;
	if (yaml_get(map, "resolve_after"))
		return at_node(yaml_get(map, "resolve_after"), e, "shorter than the window");
	r->resolve_ns = r->window_ns;
	return 0;
}

static int read_rule(const struct yaml_node *map, struct pattern_rule *r, struct err *e)
{
	static const char *const keys[] = {"name",        "pattern",  "severity",      "title",
					   "description", "service",  "labels",        "count",
					   "window",      "cooldown", "resolve_after", NULL};
	struct span text = SPAN_NONE;
	struct err why = ERR_INIT;

	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, keys, e) != 0 ||
	    required(map, "name", &r->name, e) != 0 || required(map, "pattern", &text, e) != 0)
		return -1;
	if (pattern_compile(text, PATTERN_NAMED | PATTERN_FAST | PATTERN_VALID, &r->pattern,
			    &why) != 0)
		return at_node(yaml_get(map, "pattern"), e, why.text);
	if (read_severity(map, r, e) != 0 ||
	    read_template(yaml_get(map, "title"), r->pattern, &r->title, e) != 0 ||
	    read_template(yaml_get(map, "description"), r->pattern, &r->description, e) != 0 ||
	    read_template(yaml_get(map, "service"), r->pattern, &r->service, e) != 0)
		return -1;
	return read_labels(yaml_get(map, "labels"), r, e) != 0 || read_counting(map, r, e) != 0 ? -1
												: 0;
}

/* ---- the file ---- */

static int read_rules(struct patterns *p, const struct yaml_node *list, struct err *e)
{
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	if (list->n > PATTERNS_MAX)
		return at_node(list, e, "more than 256 patterns");
	p->rules = mem_zalloc((list->n + 1) * sizeof *p->rules);
	for (size_t i = 0; i < list->n; i++) {
		p->n_rules++;
		if (read_rule(list->items[i], &p->rules[i], e) != 0)
			return -1;
		for (size_t j = 0; j < i; j++)
			if (span_eq(p->rules[j].name, p->rules[i].name))
				return at_node(yaml_get(list->items[i], "name"), e,
					       "two patterns of this name");
	}
	return 0;
}

static void build_prefilter(struct patterns *p, const struct yaml_node *list)
{
	struct buf all = BUF_INIT((size_t)PATTERNS_MAX * PATTERN_MAX_BYTES);
	struct span literals[PATTERNS_MAX];
	size_t n = 0, ends[PATTERNS_MAX];

	for (size_t i = 0; i < p->n_rules; i++) {
		p->rules[i].literal = -1;
		if (!literal_required(yaml_get(list->items[i], "pattern")->text, &all))
			continue;
		p->rules[i].literal = (int)n;
		ends[n++] = all.len;
	}
	for (size_t i = 0; i < n; i++) {
		size_t from = i ? ends[i - 1] : 0;

		literals[i] = span_of(all.data + from, ends[i] - from);
	}
	p->prefilter = prefilter_new(literals, n);
	buf_release(&all);
}

static int read_document(struct patterns *p, struct err *e)
{
	static const char *const keys[] = {"patterns", NULL};
	const struct yaml_node *root = yaml_root(p->doc), *list;

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0)
		return -1;
	list = yaml_get(root, "patterns");
	if (!list)
		return at_node(root, e, "key 'patterns' is missing");
	if (read_rules(p, list, e) != 0)
		return -1;
	build_prefilter(p, list);
	return 0;
}

struct patterns *patterns_load(const char *path, struct err *e)
{
	struct patterns *p = mem_zalloc(sizeof *p);

	map_init(&p->series);
	buf_init(&p->key, SERIES_MAX_BYTES + (1 << 16));
	buf_init(&p->text, 1 << 20);
	p->watermark_ns = INT64_MIN;
	p->next_check_ns = INT64_MAX;
	p->doc = yaml_load(path, e);
	if (p->doc && read_document(p, e) == 0)
		return p;
	patterns_free(p);
	return NULL;
}

void patterns_free(struct patterns *p)
{
	if (!p)
		return;
	for (struct map_entry *en = map_next(&p->series, NULL); en; en = map_next(&p->series, en))
		series_free(en->value.ptr);
	map_release(&p->series);
	for (size_t i = 0; i < p->n_sources; i++)
		free(p->sources[i]);
	free(p->sources);
	free(p->labels);
	if (p->attached)
		ingest_release(&p->own);
	for (size_t i = 0; i < p->n_rules; i++)
		pattern_free(p->rules[i].pattern);
	free(p->rules);
	prefilter_free(p->prefilter);
	yaml_free(p->doc);
	buf_release(&p->key);
	buf_release(&p->text);
	free(p);
}
