#include "aiops-correlate/suppress/rules.h"

#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "cli/zones.h"
#include "yaml/yaml.h"

enum { RULES_MAX = 1000, EQUAL_MAX = 16, MANY = 5, CHANGES_MAX = 16 };

static const char *const top_keys[] = {"version",  "inhibit", "severity", "notify", "enrich",
				       "flapping", "group",   "labels",   NULL};
static const char *const inhibit_keys[] = {"name", "source", "target", "equal", NULL};
static const char *const severity_keys[] = {"raise", "policy", NULL};
static const char *const raise_keys[] = {"alerts", "services", NULL};
static const char *const policy_keys[] = {"match", "least", "why", NULL};
static const char *const notify_keys[] = {"cooldown", "max_per_hour", NULL};
static const char *const enrich_keys[] = {"zone", "services", NULL};
static const char *const flapping_keys[] = {"within", "enter", "leave", NULL};

void site_rules_init(struct site_rules *r)
{
	*r = (struct site_rules){
		.raise_alerts = MANY,
		.raise_services = UINT32_MAX,
		.cooldown_ms = -1,
		.max_per_hour = -1,
		.flapping = {.within_ns = 1800 * NS_PER_S, .enter = 6, .leave = 2},
	};
	map_init(&r->services);
	label_rules_init(&r->labels);
}

static void inhibit_rule_release(struct inhibit_rule *rule)
{
	matchers_release(&rule->source);
	matchers_release(&rule->target);
	for (size_t i = 0; i < rule->n_equal; i++)
		free(rule->equal[i]);
	free(rule->equal);
	free(rule->name);
}

void site_rules_release(struct site_rules *r)
{
	for (size_t i = 0; i < r->n_inhibit; i++)
		inhibit_rule_release(&r->inhibit[i]);
	for (size_t i = 0; i < r->n_severity; i++) {
		matchers_release(&r->severity[i].match);
		free(r->severity[i].why);
	}
	free(r->inhibit);
	free(r->severity);
	map_release(&r->services);
	label_rules_release(&r->labels);
	zone_release(&r->zone);
}

static int wrong(const struct yaml_node *n, struct err *e, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", what);
}

static int expect_map(const struct yaml_node *n, const char *const *keys, struct err *e)
{
	return yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0 ? -1 : 0;
}

/* At least one matcher under key. */
static int read_match(const struct yaml_node *map, const char *key, struct matchers *out,
		      struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (matchers_read(out, n, e) != 0)
		return -1;
	if (out->n == 0)
		return err_set_at(e, EX_BADCONFIG, n ? n->line : map->line, n ? n->col : map->col,
				  "'%s' with at least one matcher is missing", key);
	return 0;
}

/* ---- parts ---- */

static int read_equal(struct inhibit_rule *rule, const struct yaml_node *n, struct err *e)
{
	struct span text = SPAN_NONE;

	if (!n)
		return 0;
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	if (n->n > EQUAL_MAX)
		return wrong(n, e, "more than 16 labels");
	rule->equal = mem_array(NULL, n->n + 1, sizeof *rule->equal);
	for (size_t i = 0; i < n->n; i++) {
		if (yaml_text(n->items[i], &text, e) != 0)
			return -1;
		rule->equal[rule->n_equal++] = mem_dup(text.data, text.len);
	}
	return 0;
}

static int read_inhibit_rule(struct inhibit_rule *rule, const struct yaml_node *map, struct err *e)
{
	struct span name = SPAN_NONE;

	if (expect_map(map, inhibit_keys, e) != 0 ||
	    yaml_text(yaml_get(map, "name"), &name, e) != 0)
		return -1;
	if (name.len == 0)
		return wrong(map, e, "'name' is missing or empty");
	rule->name = mem_dup(name.data, name.len);
	if (read_match(map, "source", &rule->source, e) != 0 ||
	    read_match(map, "target", &rule->target, e) != 0)
		return -1;
	return read_equal(rule, yaml_get(map, "equal"), e);
}

/* A list of at most RULES_MAX. */
static int expect_rules(const struct yaml_node *n, struct err *e)
{
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	return n->n > RULES_MAX ? wrong(n, e, "more than 1000 rules") : 0;
}

static int read_inhibit(struct site_rules *r, const struct yaml_node *n, struct err *e)
{
	if (!n)
		return 0;
	if (expect_rules(n, e) != 0)
		return -1;
	r->inhibit = mem_zalloc((n->n + 1) * sizeof *r->inhibit);
	for (size_t i = 0; i < n->n; i++)
		if (read_inhibit_rule(&r->inhibit[r->n_inhibit++], n->items[i], e) != 0)
			return -1;
	return 0;
}

static int read_policy_rule(struct severity_rule *rule, const struct yaml_node *map, struct err *e)
{
	const struct yaml_node *least = yaml_get(map, "least");
	struct span text = SPAN_NONE, why = SPAN_NONE;

	if (expect_map(map, policy_keys, e) != 0 || read_match(map, "match", &rule->match, e) != 0)
		return -1;
	if (!least)
		return wrong(map, e, "'least' is missing");
	if (yaml_text(least, &text, e) != 0 || yaml_text(yaml_get(map, "why"), &why, e) != 0)
		return -1;
	rule->least = severity_from_name(text);
	if (rule->least == SEVERITY_UNKNOWN)
		return wrong(least, e, "a severity is critical, high, medium, low or info");
	rule->why = why.len ? mem_dup(why.data, why.len) : NULL;
	return 0;
}

static int read_policy(struct site_rules *r, const struct yaml_node *n, struct err *e)
{
	if (!n)
		return 0;
	if (expect_rules(n, e) != 0)
		return -1;
	r->severity = mem_zalloc((n->n + 1) * sizeof *r->severity);
	for (size_t i = 0; i < n->n; i++)
		if (read_policy_rule(&r->severity[r->n_severity++], n->items[i], e) != 0)
			return -1;
	return 0;
}

static int read_count(const struct yaml_node *map, const char *key, int64_t max, uint32_t *out,
		      struct err *e)
{
	int64_t n = *out;

	if (yaml_i64(yaml_get(map, key), 1, max, &n, e) != 0)
		return -1;
	*out = (uint32_t)n;
	return 0;
}

static int read_severity(struct site_rules *r, const struct yaml_node *n, struct err *e)
{
	const struct yaml_node *raise = yaml_get(n, "raise");

	if (!n)
		return 0;
	if (expect_map(n, severity_keys, e) != 0 || read_policy(r, yaml_get(n, "policy"), e) != 0)
		return -1;
	if (!raise)
		return 0;
	if (expect_map(raise, raise_keys, e) != 0 ||
	    read_count(raise, "alerts", 1000000, &r->raise_alerts, e) != 0)
		return -1;
	return read_count(raise, "services", 1000000, &r->raise_services, e);
}

static int read_notify(struct site_rules *r, const struct yaml_node *n, struct err *e)
{
	if (!n)
		return 0;
	if (expect_map(n, notify_keys, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "cooldown"), &r->cooldown_ms, e) != 0)
		return -1;
	return yaml_i64(yaml_get(n, "max_per_hour"), 0, 100000, &r->max_per_hour, e);
}

static int read_flapping(struct site_rules *r, const struct yaml_node *n, struct err *e)
{
	struct flapping_rule *f = &r->flapping;
	int64_t ms = f->within_ns / NS_PER_MS;

	if (!n)
		return 0;
	if (expect_map(n, flapping_keys, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "within"), &ms, e) != 0 ||
	    read_count(n, "enter", CHANGES_MAX, &f->enter, e) != 0 ||
	    read_count(n, "leave", CHANGES_MAX, &f->leave, e) != 0)
		return -1;
	if (ms <= 0 || ms > INT64_C(7) * 86400000)
		return wrong(n, e, "within is longer than 0 and at most 7d");
	if (f->leave >= f->enter)
		return wrong(n, e, "leave is below enter, else it would change all the time");
	f->within_ns = ms * NS_PER_MS;
	return 0;
}

static int read_enrich(struct site_rules *r, const struct yaml_node *n, struct err *e)
{
	const struct yaml_node *zone = yaml_get(n, "zone"), *list = yaml_get(n, "services");
	struct span text = SPAN_NONE;
	struct err why = ERR_INIT;

	if (!n)
		return 0;
	if (expect_map(n, enrich_keys, e) != 0 || yaml_text(zone, &text, e) != 0 ||
	    (list && yaml_expect(list, YAML_LIST, e) != 0))
		return -1;
	if (zone && zones_find(text.data, &r->zone, &why) != 0)
		return err_set_at(e, EX_BADCONFIG, zone->line, zone->col, "%s", why.text);
	for (size_t i = 0; list && i < list->n; i++) {
		if (yaml_text(list->items[i], &text, e) != 0)
			return -1;
		map_put(&r->services, text, NULL);
	}
	return 0;
}

static int read_document(struct site_rules *r, const struct yaml_node *root, struct err *e)
{
	int64_t version = 1;

	if (expect_map(root, top_keys, e) != 0 ||
	    yaml_i64(yaml_get(root, "version"), 1, 1, &version, e) != 0 ||
	    label_rules_read(&r->labels, yaml_get(root, "group"), yaml_get(root, "labels"), e) !=
		    0 ||
	    read_inhibit(r, yaml_get(root, "inhibit"), e) != 0 ||
	    read_severity(r, yaml_get(root, "severity"), e) != 0 ||
	    read_notify(r, yaml_get(root, "notify"), e) != 0 ||
	    read_flapping(r, yaml_get(root, "flapping"), e) != 0)
		return -1;
	return read_enrich(r, yaml_get(root, "enrich"), e);
}

static int take(struct site_rules *r, struct yaml *y, struct err *e)
{
	int rc = y ? read_document(r, yaml_root(y), e) : -1;

	yaml_free(y);
	return rc;
}

int site_rules_load(struct site_rules *r, const char *path, struct err *e)
{
	return take(r, yaml_load(path, e), e);
}

int site_rules_parse(struct site_rules *r, struct span text, struct err *e)
{
	return take(r, yaml_parse(text, e), e);
}

enum severity site_rules_least(const struct site_rules *r, struct subject s, size_t *rule)
{
	enum severity least = SEVERITY_UNKNOWN;

	for (size_t i = 0; i < r->n_severity; i++) {
		if (r->severity[i].least <= least || !matchers_match(&r->severity[i].match, s))
			continue;
		least = r->severity[i].least;
		if (rule)
			*rule = i;
	}
	return least;
}
