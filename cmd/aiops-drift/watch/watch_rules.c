/* Rules of watch: see watch_rules.h. */
#include "aiops-drift/watch/watch_rules.h"

#include <math.h>
#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/zone.h"
#include "yaml/yaml.h"

#define ZONE_MOST_S (19 * 3600 - 60)

const char *const watch_condition_names[CONDITIONS + 1] = {"above", "below", "equals", NULL};

/* Which settings a rule gives. */
enum given {
	GIVEN_ANOMALY = 1u << 0,
	GIVEN_SHIFT = 1u << 1,
	GIVEN_FLAT = 1u << 2,
	GIVEN_COUNTER = 1u << 3,
	GIVEN_MISSING = 1u << 4,
	GIVEN_SEASON = 1u << 5,
	GIVEN_ZONE = 1u << 6,
	GIVEN_FALSE_ALARMS = 1u << 7,
	GIVEN_MIN_CHANGE = 1u << 8,
	GIVEN_MIN_CHANGE_RATIO = 1u << 9,
	GIVEN_PENDING = 1u << 10,
	GIVEN_RESOLVE = 1u << 11,
	GIVEN_COOL_DOWN = 1u << 12,
};

/* ---- reading ---- */

static int wrong(const struct yaml_node *n, struct err *e, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", what);
}

static int read_match(struct watch_rule *rule, const struct yaml_node *n, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_MAP, e) != 0)
		return -1;
	rule->match = mem_array(NULL, n->n + 1, sizeof *rule->match);
	for (size_t i = 0; i < n->n; i++) {
		rule->match[i].path = n->pairs[i].key;
		if (yaml_text(n->pairs[i].value, &rule->match[i].pattern, e) != 0)
			return -1;
		rule->n_match++;
	}
	return 0;
}

static int read_threshold(struct watch_rule *rule, const struct yaml_node *map, struct err *e)
{
	const struct yaml_node *clear = yaml_get(map, "clear");

	for (int i = 0; i < CONDITIONS; i++) {
		const struct yaml_node *n = yaml_get(map, watch_condition_names[i]);

		if (!n)
			continue;
		if (rule->has_threshold)
			return wrong(n, e, "a rule has one of above, below and equals");
		rule->has_threshold = true;
		rule->condition = (enum watch_condition)i;
		if (yaml_double(n, &rule->threshold, e) != 0)
			return -1;
	}
	if (!clear)
		return 0;
	rule->has_clear = true;
	if (!rule->has_threshold || rule->condition == CONDITION_EQUALS)
		return wrong(clear, e, "clear goes with above or below");
	if (yaml_double(clear, &rule->clear, e) != 0)
		return -1;
	if (rule->condition == CONDITION_ABOVE ? rule->clear > rule->threshold
					       : rule->clear < rule->threshold)
		return wrong(clear, e, "clear is on the bad side of the threshold");
	return 0;
}

static int read_severity(struct watch_rule *rule, const struct yaml_node *n, struct err *e)
{
	struct span text = SPAN_NONE;

	if (!n)
		return 0;
	if (yaml_text(n, &text, e) != 0)
		return -1;
	rule->severity = severity_from_name(text);
	if (rule->severity == SEVERITY_UNKNOWN)
		return wrong(n, e, "a severity is critical, high, medium, low or info");
	return 0;
}

static int read_flag(struct watch_rule *rule, const struct yaml_node *map, const char *key,
		     unsigned bit, bool *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);

	rule->set |= n ? bit : 0;
	return yaml_bool(n, out, e);
}

static int read_number(struct watch_rule *rule, const struct yaml_node *map, const char *key,
		       unsigned bit, double *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n)
		return 0;
	rule->set |= bit;
	if (yaml_double(n, out, e) != 0)
		return -1;
	return *out >= 0 ? 0 : wrong(n, e, "the number is negative");
}

static int read_duration(struct watch_rule *rule, const struct yaml_node *map, const char *key,
			 unsigned bit, int64_t *ns, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);
	int64_t ms = 0;

	if (!n)
		return 0;
	rule->set |= bit;
	if (yaml_duration_ms(n, &ms, e) != 0)
		return -1;
	*ns = ms * NS_PER_MS;
	return 0;
}

/* A duration, or false. */
static int read_missing(struct watch_rule *rule, const struct yaml_node *n, struct err *e)
{
	int64_t ms = 0;

	if (!n)
		return 0;
	rule->set |= GIVEN_MISSING;
	if (n->type == YAML_SCALAR && !n->quoted && span_is(n->text, "false"))
		return 0;
	if (yaml_duration_ms(n, &ms, e) != 0)
		return -1;
	if (ms == 0)
		return wrong(n, e, "a time without records is longer than 0, or false");
	rule->settings.missing_factor = 1;
	rule->settings.missing_ns = ms * NS_PER_MS;
	return 0;
}

static int read_season(struct watch_rule *rule, const struct yaml_node *map, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, "season"), *zone = yaml_get(map, "zone");
	struct span text = SPAN_NONE;
	int kind = 0;

	if (n) {
		rule->set |= GIVEN_SEASON;
		if (yaml_text(n, &text, e) != 0)
			return -1;
		while (season_names[kind] && !span_is(text, season_names[kind]))
			kind++;
		if (!season_names[kind])
			return wrong(n, e, "a season is none, day, workday or week");
		rule->settings.season = (enum season_kind)kind;
	}
	if (zone) {
		struct err bad = ERR_INIT;

		rule->set |= GIVEN_ZONE;
		if (yaml_text(zone, &text, e) != 0)
			return -1;
		if (watch_zone(text, &rule->settings.zone_s, &bad) != 0)
			return wrong(zone, e, bad.text);
	}
	return 0;
}

static int read_settings(struct watch_rule *rule, const struct yaml_node *map, struct err *e)
{
	struct watch_settings *s = &rule->settings;

	if (read_flag(rule, map, "anomaly", GIVEN_ANOMALY, &s->anomaly, e) != 0 ||
	    read_flag(rule, map, "shift", GIVEN_SHIFT, &s->shift, e) != 0 ||
	    read_flag(rule, map, "flat", GIVEN_FLAT, &s->flat, e) != 0 ||
	    read_flag(rule, map, "counter", GIVEN_COUNTER, &s->counter, e) != 0)
		return -1;
	if (read_number(rule, map, "false_alarms", GIVEN_FALSE_ALARMS, &s->false_alarms, e) != 0 ||
	    read_number(rule, map, "min_change", GIVEN_MIN_CHANGE, &s->min_change, e) != 0 ||
	    read_number(rule, map, "min_change_ratio", GIVEN_MIN_CHANGE_RATIO, &s->min_change_ratio,
			e) != 0)
		return -1;
	if (read_duration(rule, map, "pending", GIVEN_PENDING, &s->pending_ns, e) != 0 ||
	    read_duration(rule, map, "resolve", GIVEN_RESOLVE, &s->resolve_ns, e) != 0 ||
	    read_duration(rule, map, "cool_down", GIVEN_COOL_DOWN, &s->cool_down_ns, e) != 0)
		return -1;
	if (read_missing(rule, yaml_get(map, "missing"), e) != 0)
		return -1;
	return read_season(rule, map, e);
}

static int read_rule(struct watch_rule *rule, const struct yaml_node *map, struct err *e)
{
	static const char *const keys[] = {"name",       "title",
					   "match",      "above",
					   "below",      "equals",
					   "clear",      "severity",
					   "anomaly",    "shift",
					   "flat",       "counter",
					   "missing",    "false_alarms",
					   "min_change", "min_change_ratio",
					   "pending",    "resolve",
					   "season",     "zone",
					   "cool_down",  NULL};

	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, keys, e) != 0 ||
	    yaml_text(yaml_get(map, "name"), &rule->name, e) != 0 ||
	    yaml_text(yaml_get(map, "title"), &rule->title, e) != 0 ||
	    read_match(rule, yaml_get(map, "match"), e) != 0 || read_threshold(rule, map, e) != 0 ||
	    read_severity(rule, yaml_get(map, "severity"), e) != 0)
		return -1;
	return read_settings(rule, map, e);
}

int watch_rules_load(struct watch_rules *rules, const char *path, struct err *e)
{
	static const char *const keys[] = {"version", "rules", NULL};
	const struct yaml_node *root, *list;
	int64_t version = 1;

	*rules = (struct watch_rules){.doc = yaml_load(path, e)};
	if (!rules->doc)
		return -1;
	root = yaml_root(rules->doc);
	list = yaml_get(root, "rules");
	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0 ||
	    yaml_i64(yaml_get(root, "version"), 1, 1, &version, e) != 0)
		return -1;
	if (!list)
		return err_set_at(e, EX_BADCONFIG, root->line, root->col, "key 'rules' is missing");
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	rules->items = mem_zalloc((list->n + 1) * sizeof *rules->items);
	for (size_t i = 0; i < list->n; i++) {
		rules->n++;
		if (read_rule(&rules->items[i], list->items[i], e) != 0)
			return -1;
	}
	return 0;
}

void watch_rules_release(struct watch_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		free(rules->items[i].match);
	free(rules->items);
	yaml_free(rules->doc);
	*rules = (struct watch_rules){0};
}

int watch_zone(struct span text, int32_t *out, struct err *e)
{
	struct err why = ERR_INIT;
	int32_t offset_s;

	if (zone_parse_offset(text, &offset_s, &why) != 0 || abs(offset_s) > ZONE_MOST_S)
		return err_set(e, EX_BADUSAGE, "a zone is UTC or an offset such as +01:00");
	*out = offset_s;
	return 0;
}

/* ---- applying ---- */

/* * matches any run; linear in practice, at worst the product of the lengths. */
static bool glob(struct span pattern, struct span text)
{
	size_t p = 0, t = 0, star = pattern.len, retry = 0;

	while (t < text.len) {
		if (p < pattern.len && pattern.data[p] == '*') {
			star = p++;
			retry = t;
		} else if (p < pattern.len && pattern.data[p] == text.data[t]) {
			p++;
			t++;
		} else if (star < pattern.len) {
			p = star + 1;
			t = ++retry;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.data[p] == '*')
		p++;
	return p == pattern.len;
}

static struct span text_at(const struct place *p, struct span path)
{
	if (span_is(path, "name"))
		return p->base;
	for (size_t i = 0; i < p->n; i++)
		if (span_eq(p->labels[i].name, path))
			return p->labels[i].value;
	return SPAN_NONE;
}

bool watch_rule_matches(const struct watch_rule *rule, const struct place *p)
{
	for (size_t i = 0; i < rule->n_match; i++)
		if (!glob(rule->match[i].pattern, text_at(p, rule->match[i].path)))
			return false;
	return true;
}

void watch_rule_apply(const struct watch_rule *rule, struct watch_settings *s)
{
	const struct watch_settings *r = &rule->settings;
	unsigned set = rule->set;

	s->anomaly = set & GIVEN_ANOMALY ? r->anomaly : s->anomaly;
	s->shift = set & GIVEN_SHIFT ? r->shift : s->shift;
	s->flat = set & GIVEN_FLAT ? r->flat : s->flat;
	s->counter = set & GIVEN_COUNTER ? r->counter : s->counter;
	s->season = set & GIVEN_SEASON ? r->season : s->season;
	s->zone_s = set & GIVEN_ZONE ? r->zone_s : s->zone_s;
	s->false_alarms = set & GIVEN_FALSE_ALARMS ? r->false_alarms : s->false_alarms;
	s->min_change = set & GIVEN_MIN_CHANGE ? r->min_change : s->min_change;
	s->min_change_ratio =
		set & GIVEN_MIN_CHANGE_RATIO ? r->min_change_ratio : s->min_change_ratio;
	s->pending_ns = set & GIVEN_PENDING ? r->pending_ns : s->pending_ns;
	s->resolve_ns = set & GIVEN_RESOLVE ? r->resolve_ns : s->resolve_ns;
	s->cool_down_ns = set & GIVEN_COOL_DOWN ? r->cool_down_ns : s->cool_down_ns;
	if (set & GIVEN_MISSING) {
		s->missing_factor = r->missing_factor;
		s->missing_ns = r->missing_ns;
	}
}

bool watch_breached(enum watch_condition condition, double value, double threshold)
{
	switch (condition) {
	case CONDITION_ABOVE:
		return value > threshold;
	case CONDITION_BELOW:
		return value < threshold;
	default:
		return !(value < threshold || value > threshold);
	}
}

bool watch_rule_breached(const struct watch_rule *rule, double value, bool firing)
{
	double level = firing && rule->has_clear ? rule->clear : rule->threshold;

	return watch_breached(rule->condition, value, level);
}

double watch_ratio(enum watch_condition condition, double value, double threshold)
{
	if (condition == CONDITION_EQUALS || threshold <= 0)
		return 1;
	if (value <= 0) /* nothing left of what should be there, or a rise above that is none */
		return condition == CONDITION_BELOW ? INFINITY : 1;
	return condition == CONDITION_ABOVE ? value / threshold : threshold / value;
}

enum severity watch_severity(double ratio)
{
	if (ratio > 1.5)
		return SEVERITY_CRITICAL;
	return ratio > 1.2 ? SEVERITY_HIGH : SEVERITY_MEDIUM;
}
